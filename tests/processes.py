"""Real processes of the program for tests: a data directory of its own, and a look into its database from outside."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing, contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOT_INHERITED = {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "DEBUG"}


class Installation:
    """The program with an SQLite database and its queue under one directory."""

    def __init__(self, directory: Path, **environment: str) -> None:
        self.directory = directory
        kept = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
        self.environment = {**kept, "DATA_DIR": str(directory), "ZHUCUN_DEMO": "1", **environment}

    def manage(self, *arguments: str) -> str:
        command = [sys.executable, str(ROOT / "manage.py"), *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def rows(self, query: str) -> list[tuple]:
        with closing(sqlite3.connect(self.directory / "zhucun.sqlite3", timeout=20)) as connection:
            return connection.execute(query).fetchall()

    def write(self, statement: str) -> None:
        with closing(sqlite3.connect(self.directory / "zhucun.sqlite3", timeout=20)) as connection, connection:
            connection.execute(statement)

    @contextmanager
    def running(self, *arguments: str):
        """A process of the program, ended with the block; its output is in `output.txt`."""
        with (self.directory / "output.txt").open("ab") as output:
            process = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=ROOT,
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            yield process
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=30)
            # A process that was killed outright leaves its children behind in its session.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def output(self) -> str:
        return (self.directory / "output.txt").read_text(encoding="utf-8", errors="replace")

    def wait_for(self, happened: Callable[[], bool], *, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not happened():
            assert time.monotonic() < deadline, self.output()
            time.sleep(0.2)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
