"""Raising the wall in the database, and telling whether it stands as the models state it.

Done by `migrate` (townships/management/commands/migrate.py) as the owner of the tables; doing it again changes nothing.
"""

import hashlib

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

from townships.wall_sql import SCHEMA, Wall, history_of, table_of, walled_models

POLICIES = ("wall", "wall_read", "wall_lock")


def _statements() -> list[str]:
    return Wall().statements()


def _mark() -> str:
    """What is written at the schema: the sum of the statements that made it."""
    return hashlib.sha256("\n".join(_statements()).encode()).hexdigest()


def walled_tables() -> set[str]:
    models = list(walled_models())
    return {table_of(one).strip('"') for one in [*models, *filter(None, map(history_of, models))]}


def stands(connection: BaseDatabaseWrapper) -> bool:
    """Whether the wall in the database is that of the models: same statements, and every table behind it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT obj_description(to_regnamespace(%s), 'pg_namespace')", [SCHEMA])
        return cursor.fetchone()[0] == _mark() and _guarded(cursor) == walled_tables()


def _guarded(cursor) -> set[str]:
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relrowsecurity AND relkind = 'r' AND relnamespace = current_schema()::regnamespace"
    )
    return {name for (name,) in cursor.fetchall()}


def raise_wall(connection: BaseDatabaseWrapper) -> bool:
    """Build it anew unless it stands already. False: it stood."""
    if stands(connection):
        return False
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        _take_down(cursor)
        for table in _guarded(cursor) - walled_tables():
            cursor.execute(sql.SQL("ALTER TABLE {} DISABLE ROW LEVEL SECURITY").format(sql.Identifier(table)))
        for statement in _statements():
            cursor.execute(statement)
        cursor.execute(sql.SQL("COMMENT ON SCHEMA {} IS {}").format(sql.Identifier(SCHEMA), _mark()))
    return True


def close(connection: BaseDatabaseWrapper) -> None:
    """Before tables change: take away what hangs on their columns. Row security stays on, so that nothing is seen until the wall stands again."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        _take_down(cursor)


def _take_down(cursor) -> None:
    cursor.execute(
        "SELECT tablename, policyname FROM pg_policies WHERE schemaname = current_schema() AND policyname = ANY(%s)",
        [list(POLICIES)],
    )
    for table, policy in cursor.fetchall():
        cursor.execute(sql.SQL("DROP POLICY {} ON {}").format(sql.Identifier(policy), sql.Identifier(table)))
    cursor.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(SCHEMA)))


def passes_by(connection: BaseDatabaseWrapper, role: str) -> bool:
    """Whether the policies do not hold for a role: it may bypass them, or acts as the owner of a table behind them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bool_or(rolsuper OR rolbypassrls) OR EXISTS (SELECT 1 FROM pg_class WHERE relrowsecurity "
            "AND relnamespace = current_schema()::regnamespace AND pg_has_role(%s, relowner, 'MEMBER')) "
            "FROM pg_roles WHERE rolname = %s",
            [role, role],
        )
        return bool(cursor.fetchone()[0])


def admit(connection: BaseDatabaseWrapper, role: str) -> None:
    """Let the role of the web process use the tables: read and write rows, nothing else."""
    grants = (
        "GRANT USAGE ON SCHEMA {schema}, {wall} TO {role}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}",
        "GRANT SELECT ON ALL TABLES IN SCHEMA {wall} TO {role}",
        "GRANT EXECUTE ON FUNCTION {wall}.enter TO {role}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {role}",
        "REVOKE INSERT, UPDATE, DELETE ON {schema}.django_migrations FROM {role}",
    )
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        names = {
            "schema": sql.Identifier(cursor.fetchone()[0]),
            "wall": sql.Identifier(SCHEMA),
            "role": sql.Identifier(role),
        }
        for grant in grants:
            cursor.execute(sql.SQL(grant).format(**names))
