"""Runs a benchmark on every database this machine has: SQLite, and PostgreSQL sorting as Chinese offices do."""

import os
import subprocess
import sys
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from tests.run import postgres_server

NAME = f"zhucun_bench_{os.getpid()}"


def on_each_database(script: str) -> int:
    """Run `script` once more for each database, told by DATABASE_URL; the one on PostgreSQL is dropped after it."""
    failed = _run(script)
    if server := postgres_server():
        url, template = server
        with psycopg.connect(url, autocommit=True) as connection:
            names = sql.Identifier(NAME), sql.Identifier(template)
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
            try:
                failed |= _run(script, DATABASE_URL=urlsplit(url)._replace(path=f"/{NAME}").geturl())
            finally:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(names[0]))
    return int(failed)


def _run(script: str, **environment: str) -> bool:
    environment = {**os.environ, **environment, "ZHUCUN_BENCH_HERE": "1"}
    return subprocess.run([sys.executable, script], env=environment).returncode != 0
