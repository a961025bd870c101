"""Older entries of the trail go to a file that proves itself before anything leaves the table."""

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from townships import audit, audit_chain, audit_files
from townships.audit_files import Sheet
from townships.chain import Link
from townships.errors import Refused
from townships.models import AdministrativeUnit, AuditEntry, AuditHead, User

FOLDER = "audit"


class TrailBroken(Refused):
    code = "audit.broken"
    message = "审计记录的校验没有通过，没有归档。请先运行 verify_audit 查明。"


class ArchiveNotProven(Refused):
    code = "audit.archive_not_proven"
    message = "归档文件没有通过复核，记录都留在库里。请检查磁盘后再试。"


def archive_folder() -> Path:
    folder = settings.DATA_DIR / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def archive_audit(*, before: datetime, actor: User | None = None) -> Sheet | None:
    """Move the entries older than `before` to a file under DATA_DIR/audit; None when there are none.

    In this order: the whole chain is verified, the file written, read back and verified, its head compared with the
    table's; only then the head row says that they are archived and the entries leave the table.
    """
    verdict = audit_chain.verify()
    if verdict.broken:
        raise TrailBroken(first_broken=verdict.broken.number, reason=verdict.broken.reason)
    head = AuditHead.objects.filter(pk=1).first()
    through = _through(before, verdict.number)
    if head is None or through <= head.archived_number:
        return None
    sheet = _written(head, through)
    _leave(head, sheet)
    details = {
        "file": sheet.name,
        "sha256": sheet.sha256,
        "from": sheet.after + 1,
        "to": sheet.number,
        "head": sheet.hash,
    }
    audit.record(actor=actor, act="audit.archived", subject=sheet.name, details=details)
    return sheet


def _through(before: datetime, number: int) -> int:
    """The last number before which everything is older than `before`."""
    kept = AuditEntry.objects.filter(number__isnull=False, at__gte=before).order_by("number")
    first_kept = kept.values_list("number", flat=True).first()
    return number if first_kept is None else first_kept - 1


def _written(head: AuditHead, through: int) -> Sheet:
    name = f"audit-{head.archived_number + 1:010d}-{through:010d}.jsonl.gz"
    path = archive_folder() / name
    # The process number: two that archive at once must not write into each other's file.
    draft = path.with_name(f"{name}.{os.getpid()}.part")
    audit_files.write(draft, _rows(head, through), after=head.archived_number, previous=head.archived_hash)
    draft.chmod(0o400)
    sheet = audit_files.prove(draft)
    stored = AuditEntry.objects.filter(number=through).values_list("hash", flat=True).first()
    if sheet.broken or (sheet.number, sheet.hash) != (through, stored):
        draft.unlink()
        raise ArchiveNotProven
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    draft.replace(path)
    return Sheet(name, sheet.after, sheet.previous, sheet.number, sheet.hash, sheet.sha256)


def _rows(head: AuditHead, through: int) -> Iterator[tuple[Link, dict]]:
    people = dict(User.objects.values_list("pk", "username"))
    units = dict(AdministrativeUnit.objects.filter(pk__in=_units(head, through)).values_list("pk", "name"))
    for entry in audit_chain.entries(after=head.archived_number, through=through):
        yield audit_chain.as_link(entry), {"actor": people.get(entry.actor_id), "unit": units.get(entry.unit_id)}


def _units(head: AuditHead, through: int):
    rows = AuditEntry.objects.filter(number__gt=head.archived_number, number__lte=through)
    return rows.order_by().values("unit_id")


@transaction.atomic
def _leave(head: AuditHead, sheet: Sheet) -> None:
    now = AuditHead.objects.select_for_update().get(pk=head.pk)
    if now.archived_number != head.archived_number:
        raise ArchiveNotProven("另一个进程正在归档，这一次不再重复。")
    now.archived_number, now.archived_hash = sheet.number, sheet.hash
    now.save(update_fields=["archived_number", "archived_hash"])
    AuditEntry.objects.filter(number__lte=sheet.number).delete()
