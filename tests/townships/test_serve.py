"""`make run` for real: one process tree that answers, works, and ends with Ctrl-C."""

import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

import pytest

from config.schedule import SCHEDULE
from tests.processes import Installation, free_port

pytestmark = [pytest.mark.worker, pytest.mark.xdist_group("worker")]


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return response.status == 200
    except (urllib.error.URLError, ConnectionError):
        return False


def alive(process_group: int) -> list[str]:
    """Processes whose parent chain began with the server: its children carry its data directory."""
    listed = subprocess.run(["ps", "-eo", "pid,ppid,args"], capture_output=True, text=True, check=True).stdout
    return [line for line in listed.splitlines() if str(process_group) in line.split()[:2]]


@pytest.fixture
def installation(tmp_path):
    return Installation(tmp_path)


def serve(installation: Installation, port: int):
    return installation.running("manage.py", "serve", "--demo", "--port", str(port))


def test_one_command_serves_the_demo_and_ends_with_it(installation):
    port = free_port()
    address = f"http://127.0.0.1:{port}/login/"
    with serve(installation, port) as process:
        installation.wait_for(lambda: answers(address), seconds=60)
        installation.wait_for(
            lambda: installation.rows("SELECT count(*) FROM django_celery_beat_periodictask") == [(len(SCHEDULE),)],
            seconds=30,
        )
        assert "secretary" in installation.output()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0
    assert not answers(address)
    assert "已停止" in installation.output()

    began = time.monotonic()
    with serve(installation, port) as process:
        installation.wait_for(lambda: answers(address), seconds=30)
        assert time.monotonic() - began < 25
        assert installation.rows("SELECT count(*) FROM cadres_cadre") == [(51,)]
        children = [int(line.split()[0]) for line in alive(process.pid) if int(line.split()[0]) != process.pid]
        # A killed server leaves nobody behind to hold the port and the queue.
        process.kill()
        process.wait()
        deadline = time.monotonic() + 20
        while answers(address) and time.monotonic() < deadline:
            time.sleep(0.2)
    assert len(children) == 2
    assert not answers(address)


def test_a_taken_port_is_said_at_once_and_nothing_is_written(installation):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with serve(installation, taken.getsockname()[1]) as process:
            assert process.wait(timeout=30) == 1
    assert "请换一个端口" in installation.output()
    assert not (installation.directory / "zhucun.sqlite3").exists()
