"""The triggers that make the trail append-only in the database itself, for both databases."""

TABLE, HEAD = "townships_auditentry", "townships_audithead"
CONTENT = "at, actor_id, act, unit_id, subject, details, address"
SEAL = "number, previous, hash"
CHANGED, GONE = "audit entries are never changed", "audit entries leave only through an archive"
ARCHIVED = f"SELECT 1 FROM {HEAD} WHERE OLD.number <= archived_number"  # noqa: S608 - our own names

SQLITE = (
    f"CREATE TRIGGER audit_content_stays BEFORE UPDATE OF {CONTENT} ON {TABLE} BEGIN SELECT RAISE(ABORT, '{CHANGED}'); END",
    f"CREATE TRIGGER audit_seal_stays BEFORE UPDATE OF {SEAL} ON {TABLE} WHEN OLD.number IS NOT NULL "
    f"BEGIN SELECT RAISE(ABORT, '{CHANGED}'); END",
    f"CREATE TRIGGER audit_stays BEFORE DELETE ON {TABLE} WHEN NOT EXISTS ({ARCHIVED}) "
    f"BEGIN SELECT RAISE(ABORT, '{GONE}'); END",
)
POSTGRESQL = (
    f"CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{CHANGED}'; END $$",
    "CREATE FUNCTION audit_refuse_unless_archived() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"IF NOT EXISTS ({ARCHIVED}) THEN RAISE EXCEPTION '{GONE}'; END IF; RETURN OLD; END $$",
    f"CREATE TRIGGER audit_content_stays BEFORE UPDATE OF {CONTENT} ON {TABLE} FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
    f"CREATE TRIGGER audit_seal_stays BEFORE UPDATE OF {SEAL} ON {TABLE} FOR EACH ROW "
    "WHEN (OLD.number IS NOT NULL) EXECUTE FUNCTION audit_refuse()",
    f"CREATE TRIGGER audit_stays BEFORE DELETE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION audit_refuse_unless_archived()",
)
NAMES = ("audit_content_stays", "audit_seal_stays", "audit_stays")


def install(apps, schema_editor) -> None:
    """For a migration. A later migration that rebuilds the table on SQLite loses them and must call this again."""
    raise_guard(schema_editor.connection)


def remove(apps, schema_editor) -> None:
    lower_guard(schema_editor.connection)


def raise_guard(connection) -> None:
    lower_guard(connection)
    with connection.cursor() as cursor:
        for statement in POSTGRESQL if connection.vendor == "postgresql" else SQLITE:
            cursor.execute(statement)


def lower_guard(connection) -> None:
    on_table = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for name in NAMES:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}")
        if on_table:
            cursor.execute("DROP FUNCTION IF EXISTS audit_refuse(), audit_refuse_unless_archived()")


def standing(connection) -> set[str]:
    """The names of the triggers that stand now."""
    if connection.vendor == "postgresql":
        question = "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal"
    else:
        question = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s"
    with connection.cursor() as cursor:
        cursor.execute(question, [TABLE])
        return {name for (name,) in cursor.fetchall()} & set(NAMES)
