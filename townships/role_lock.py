"""While a role is being changed nobody is given it, so that no appointment keeps what the role held before.

PostgreSQL: a lock of the transaction, shared by those who appoint. SQLite has one writer at a time.
"""

from django.db import connection

#: Any number of our own; it names the lock.
_ROLES = 7_200_017


def while_appointing() -> None:
    _take("pg_advisory_xact_lock_shared")


def while_changing_roles() -> None:
    _take("pg_advisory_xact_lock")


def _take(function: str) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s)", [_ROLES])
