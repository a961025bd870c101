"""The plain role of the web process in tests on PostgreSQL: whatever the test client asks is asked behind the wall."""

from collections.abc import Iterator

import psycopg
from django.db import DatabaseError, connection, transaction
from psycopg import sql

from townships import wall_build

ROLE = "zhucun_web"


def make_role() -> bool:
    """Make the role where the server lets us, and let it in. False: there is none and we may not make one."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
        if not cursor.fetchone():
            try:
                with transaction.atomic():
                    cursor.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(ROLE)))
            except DatabaseError as problem:
                # Another process of the run may have been faster.
                if not isinstance(problem.__cause__, psycopg.errors.DuplicateObject | psycopg.errors.UniqueViolation):
                    return False
        cursor.execute("SELECT pg_has_role(current_user, %s, 'MEMBER')", [ROLE])
        if not cursor.fetchone()[0]:
            return False
    wall_build.admit(connection, ROLE)
    return True


def as_web_role(get_response):
    """Middleware, outermost: from here to the answer the connection is the plain role's."""

    def middleware(request):
        become(ROLE)
        try:
            response = get_response(request)
        finally:
            become("NONE")
        if response.streaming:
            response.streaming_content = _streamed(response.streaming_content)
        return response

    return middleware


def _streamed(parts) -> Iterator[bytes]:
    become(ROLE)
    try:
        yield from parts
    finally:
        become("NONE")


def become(role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {role}")
