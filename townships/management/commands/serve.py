"""Everything in one command: web, worker and scheduler, until Ctrl-C."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import FrameType

from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand, CommandParser

from townships.models import AdministrativeUnit
from townships.static_files import collect_if_changed

# Celery and gunicorn find the program in their working directory.
ROOT = Path(__file__).resolve().parents[3]
# A task in flight gets this long to end before its process is killed; its job row is then taken up by the sweep.
GRACE_SECONDS = 20
POLL_SECONDS = 0.3
PR_SET_PDEATHSIG = 1


class Command(BaseCommand):
    help = "启动网站、后台任务和定时任务；按 Ctrl-C 全部停止。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"))
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
        parser.add_argument("--demo", action="store_true", help="空数据库时装入示例乡镇")
        parser.add_argument("--threads", type=int, default=8, help="网站线程数")
        parser.add_argument("--workers", type=int, default=1, help="网站进程数")

    def handle(self, *, host: str, port: int, demo: bool, threads: int, workers: int, **options: object) -> None:
        refuse_taken(host, port)
        self.prepare(demo=demo)
        children = Children({**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONUNBUFFERED": "1"})
        children.stop_on_signals()
        children.start(web(host, port, threads=threads, workers=workers))
        children.start(worker())
        self.announce(host, port)
        died = children.wait()
        children.stop()
        if died:
            raise CommandError(f"一个进程意外退出，已全部停止：{died}")
        self.stdout.write("已停止。")

    def prepare(self, *, demo: bool) -> None:
        """What must be true before the first request; costs little when it already is."""
        call_command("migrate", interactive=False, verbosity=0)
        if not settings.DEBUG:
            collect_if_changed()
        if demo and not AdministrativeUnit.objects.exists():
            self.stdout.write("数据库是空的，正在装入示例乡镇…")
            call_command("load_demo", stdout=self.stderr)

    def announce(self, host: str, port: int) -> None:
        shown = f"[{host}]" if ":" in host else host
        self.stdout.write(f"\n驻村  http://{shown}:{port}/\n")
        if settings.DEMO_LOGINS:
            call_command("load_demo", "--accounts", stdout=self.stdout)
        self.stdout.write("按 Ctrl-C 停止。\n")
        self.stdout.flush()


class Children:
    """The processes of one run. Each has a session of its own, so that Ctrl-C reaches them once, from us."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self.running: list[subprocess.Popen] = []
        self.stopping = False

    def stop_on_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked_to_stop)

    def start(self, command: list[str]) -> None:
        child = subprocess.Popen(  # noqa: S603 - our own programs
            command, cwd=ROOT, env=self.environment, start_new_session=True, preexec_fn=die_with_parent
        )
        self.running.append(child)

    def wait(self) -> str:
        """Returns when a stop was asked for (empty string), or the command of the child that died."""
        while not self.stopping:
            for child in self.running:
                if child.poll() is not None:
                    return " ".join(str(part) for part in child.args)
            time.sleep(POLL_SECONDS)
        return ""

    def stop(self) -> None:
        for child in self.running:
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        for child in self.running:
            with suppress(subprocess.TimeoutExpired):
                child.wait(timeout=max(0.1, deadline - time.monotonic()))
            # Its whole session: a worker that was killed outright leaves its scheduler process behind.
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)

    def _asked_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True


def die_with_parent() -> None:
    """Ask Linux to end this process when ours is killed outright, so that the port and the queue are not held by orphans."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def web(host: str, port: int, *, threads: int, workers: int) -> list[str]:
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    return [
        *(sys.executable, "-m", "gunicorn", "config.wsgi:application"),
        *("--bind", address, "--worker-class", "gthread", "--threads", str(threads), "--workers", str(workers)),
        *("--timeout", "120", "--graceful-timeout", "10", "--log-level", "warning", "--no-control-socket"),
    ]


def worker() -> list[str]:
    return [
        # A container's only user is root; the warning about it would bury the address that people need to see.
        *(sys.executable, "-W", "ignore:You're running the worker", "-m", "celery", "--quiet", "--app", "config"),
        *("worker", "--beat", "--pool", "threads"),
        *("--concurrency", "2", "--loglevel", "WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat"),
    ]


def refuse_taken(host: str, port: int) -> None:
    """Say so at once when the address is in use, before anything is changed."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            raise CommandError(
                f"{host}:{port} 不能使用（{problem.strerror}）：请换一个端口，例如 PORT=8001 make run"
            ) from problem
