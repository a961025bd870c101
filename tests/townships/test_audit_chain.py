"""The trail is a chain: sealed in order, verified by a command, append-only in the database, archived with a proof."""

import gzip
import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from townships import audit, audit_chain, audit_files, audit_guard
from townships.actions import archive_audit as archiving
from townships.actions.archive_audit import ArchiveNotProven, TrailBroken, archive_audit
from townships.models import AuditEntry, AuditHead

pytestmark = pytest.mark.django_db


@pytest.fixture
def trail(settings, tmp_path, county, tree):
    """Five sealed entries, with the triggers as a real database has them, and a folder for archives."""
    settings.DATA_DIR = tmp_path
    for number in range(5):
        audit.record(actor=county, act="policy.set", unit=tree.county, subject=f"第{number}条", details={"分": 1.5})
    audit_chain.seal()
    audit_guard.raise_guard(connection)
    return list(AuditEntry.objects.order_by("number"))


def unguarded(sql: str, *values) -> None:
    """What somebody with the database's password and no scruples does."""
    audit_guard.lower_guard(connection)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def verified(*options) -> tuple[int, dict]:
    out = StringIO()
    try:
        call_command("verify_audit", "--json", *options, stdout=out)
    except SystemExit as end:
        return end.code, json.loads(out.getvalue())
    return 0, json.loads(out.getvalue())


def test_the_migrations_leave_the_triggers_standing(guard_as_migrated):
    """A migration that rebuilds the table on SQLite loses them without a word."""
    assert guard_as_migrated == set(audit_guard.NAMES)


def test_a_whole_chain_verifies(trail):
    code, said = verified()
    assert code == 0
    assert said["guarded"] is True
    assert said["entries"] == len(trail)
    assert said["head"] == {"number": trail[-1].number, "hash": trail[-1].hash}


def test_each_entry_holds_the_hash_of_the_one_before(trail):
    assert [one.previous for one in trail[1:]] == [one.hash for one in trail[:-1]]


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("UPDATE townships_auditentry SET subject = '别的' WHERE number = %s", "内容被改动过"),
        ("UPDATE townships_auditentry SET actor_id = NULL WHERE number = %s", "内容被改动过"),
        ("UPDATE townships_auditentry SET previous = 'x' WHERE number = %s", "与前一条接不上"),
        ("DELETE FROM townships_auditentry WHERE number = %s", "这一条不见了"),
    ],
)
def test_tampering_is_found_at_the_first_broken_entry(trail, sql, reason):
    unguarded(sql, trail[2].number)
    code, said = verified()
    assert code == 1
    assert (said["first_broken"]["number"], said["first_broken"]["reason"]) == (trail[2].number, reason)
    assert said["guarded"] is False


def test_a_tail_cut_off_is_found(trail):
    unguarded("DELETE FROM townships_auditentry WHERE number = %s", trail[-1].number)
    assert verified()[1]["first_broken"]["reason"] == "末尾的记录不见了"


def test_a_head_set_back_is_found(trail):
    AuditHead.objects.update(number=trail[2].number, hash=trail[2].hash)
    assert verified()[0] == 1


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE townships_auditentry SET subject = 'x' WHERE number = %s",
        "UPDATE townships_auditentry SET hash = 'x' WHERE number = %s",
        "DELETE FROM townships_auditentry WHERE number = %s",
    ],
)
def test_the_database_refuses_changes(trail, sql):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, [trail[0].number])
    assert AuditEntry.objects.filter(pk=trail[0].pk, subject=trail[0].subject).exists()


def test_an_entry_left_unsealed_is_sealed_with_the_next(trail, county):
    audit.record(actor=county, act="policy.set")
    audit.record(actor=county, act="policy.set")
    assert audit_chain.seal() == 2
    assert verified()[0] == 0


def test_archiving_moves_the_old_and_joins_the_new(trail, county):
    cut = timezone.now()
    audit.record(actor=county, act="policy.set", subject="新的")
    sheet = archive_audit(before=cut)
    assert (sheet.after, sheet.number) == (0, trail[-1].number)
    assert set(AuditEntry.objects.values_list("act", flat=True)) == {"policy.set", "audit.archived"}
    code, said = verified("--archives")
    assert code == 0, said
    assert [one["file"] for one in said["archives"]] == [sheet.name]
    assert AuditEntry.objects.get(act="audit.archived").details["head"] == sheet.hash


def test_an_archive_tells_names_and_content(trail, settings):
    sheet = archive_audit(before=timezone.now())
    with gzip.open(settings.DATA_DIR / "audit" / sheet.name, "rt", encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    assert lines[-1]["hash"] == trail[-1].hash
    assert lines[-2]["names"] == {"actor": "county", "unit": "样例县"}
    assert lines[-2]["content"]["subject"] == "第4条"


def test_nothing_young_is_archived(trail):
    assert archive_audit(before=timezone.now() - timedelta(days=184)) is None
    assert AuditEntry.objects.count() == len(trail)


def test_archives_join_one_another(trail, county):
    archive_audit(before=timezone.now())
    audit.record(actor=county, act="policy.set", subject="第二批")
    archive_audit(before=timezone.now())
    code, said = verified("--archives")
    assert code == 0, said
    assert [one["from"] for one in said["archives"]] == [1, trail[-1].number + 1]


def test_a_broken_trail_is_not_archived(trail):
    unguarded("UPDATE townships_auditentry SET subject = 'x' WHERE number = %s", trail[1].number)
    with pytest.raises(TrailBroken):
        archive_audit(before=timezone.now())
    assert AuditEntry.objects.count() == len(trail)


def test_a_file_that_does_not_read_back_leaves_the_table_whole(trail, monkeypatch):
    """A disk that loses the end of the file."""
    whole = audit_files.write

    def torn(path, *args, **kwargs):
        whole(path, *args, **kwargs)
        path.write_bytes(path.read_bytes()[:-20])

    monkeypatch.setattr(archiving.audit_files, "write", torn)
    with pytest.raises(ArchiveNotProven):
        archive_audit(before=timezone.now())
    assert AuditEntry.objects.count() == len(trail)
    assert list(archiving.archive_folder().iterdir()) == []


def test_a_missing_archive_is_found(trail):
    sheet = archive_audit(before=timezone.now())
    (archiving.archive_folder() / sheet.name).unlink()
    assert verified("--archives")[1]["first_broken"]["reason"] == "归档文件缺失"


@pytest.mark.django_db(transaction=True)
def test_entries_are_sealed_right_after_their_transaction():
    for _ in range(3):
        with transaction.atomic():
            audit.record(actor=None, act="policy.set")
    numbers = list(AuditEntry.objects.order_by("pk").values_list("number", flat=True))
    assert numbers == [1, 2, 3]
    assert audit_chain.verify().broken is None
