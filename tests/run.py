"""Runs the suite as a machine allows: always embedded (SQLite, file queue), then again on the servers that answer."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import redis
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent
PASSED, NO_TESTS = 0, 5
TEMPLATE = "zhucun_test_template"
POSTGRES = (
    "postgres://zhucun:zhucun@127.0.0.1:5432/postgres",
    "postgres://postgres@127.0.0.1:5432/postgres",
)
REDIS = "redis://127.0.0.1:6379/15"


def postgres_server() -> tuple[str, str] | None:
    """(url, template) of the first server on this machine that answers and lets us create a test database."""
    given = os.environ.get("TEST_DATABASE_URL") or os.environ.get("DATABASE_URL", "")
    for url in [given] if given.startswith("postgres") else POSTGRES:
        try:
            with psycopg.connect(url, connect_timeout=2, autocommit=True) as connection:
                allowed = connection.execute(
                    "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
                ).fetchone()
                if allowed and allowed[0]:
                    return url, make_template(connection)
        except psycopg.OperationalError:
            continue
    return None


def make_template(connection: psycopg.Connection) -> str:
    """Test databases sort as Chinese offices do (ICU zh-CN): a range that is right only in byte order must fail here.

    A role may copy what it owns, so each has a template of its own.
    """
    name = f"{TEMPLATE}_{connection.info.user}"
    if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
        return name
    connection.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'zh-CN'").format(
            sql.Identifier(name)
        )
    )
    return name


def redis_url() -> str | None:
    url = os.environ.get("TEST_REDIS_URL") or os.environ.get("REDIS_URL") or REDIS
    try:
        redis.Redis.from_url(url, socket_connect_timeout=2).ping()
    except redis.ConnectionError:
        return None
    return url


def pytest(marks: str, **environment: str) -> int:
    command = [sys.executable, "-m", "pytest", "-q", "-m", marks, *sys.argv[1:]]
    if not {"-n", "-n0"} & set(sys.argv[1:]):
        command += ["-n", str(min(os.cpu_count() or 1, 8)), "--dist", "loadgroup"]
    with tempfile.TemporaryDirectory(prefix="zhucun-test-") as directory:
        kept = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "REDIS_URL"}}
        code = subprocess.run(command, cwd=ROOT, env={**kept, "DATA_DIR": directory, **environment}).returncode
    return PASSED if code == NO_TESTS else code


def main() -> int:
    postgres, queue = postgres_server(), redis_url()
    say(
        f"embedded run: SQLite, file queue (PostgreSQL {'found' if postgres else 'not found'}, Redis {'found' if queue else 'not found'})"
    )
    codes = [pytest("not postgres and not redis")]
    servers = {}
    if queue:
        servers["REDIS_URL"] = queue
    if postgres:
        url, template = postgres
        servers |= {"DATABASE_URL": url, "TEST_DATABASE_TEMPLATE": template}
    if servers:
        say(f"server run: {', '.join(servers)}")
        codes.append(pytest("not browser" if postgres else "redis or worker", **servers))
    return int(any(codes))  # a run ended by a signal has a negative code


def say(line: str) -> None:
    sys.stderr.write(f"== {line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
