"""Take an import back as one, while nothing depends on it."""

from django.db import transaction
from django.utils import timezone

from cadres import receipts_store
from cadres.imports import CannotUndo, NotReady, NotToBeUndone
from cadres.models import ImportRun
from cadres.receipts_store import Written
from townships import audit
from townships.access import require
from townships.errors import OwnMatter
from townships.history import HistoryNote
from townships.models import AdministrativeUnit, User
from townships.receipts import Receipt, made_in


def written_by(run: ImportRun) -> Written:
    """What an import wrote, from the receipts beside its rows."""
    written = Written()
    written.take(made_in(run.receipts))
    rows = run.rows.exclude(receipts=[]).order_by("position").values_list("receipts", flat=True)
    for receipts in rows.iterator(chunk_size=2_000):
        written.take(Receipt.from_json(one) for one in receipts)
    return written


def what_depends(run: ImportRun, *, reader: User | None) -> list[str]:
    """Sentences on what stands in the way of taking the import back; empty when it can be."""
    return receipts_store.obstacles(written_by(run), since=run.written_at, reader=reader)


@transaction.atomic
def undo_import(*, run: ImportRun, actor: User, capability: str) -> ImportRun:
    """Delete what the import created and restore what it changed, all or nothing; the history keeps everything.

    The right is the one that importing took. Refused with the list of what depends on it when somebody has worked with
    the rows since: check-ins, leaves, scores, later changes.
    """
    require(actor, capability, run.unit)
    run = ImportRun.objects.select_for_update(of=("self",)).select_related("unit").get(pk=run.pk)
    if run.state != ImportRun.State.WRITTEN:
        raise NotReady("这次导入没有写入或已经撤回，不用撤回。")
    if run.cleared_at:
        raise NotReady("这次导入已过保存期限，逐行的记录已清除，不能整批撤回：请逐条改正。")
    # Nobody imports into the county meanwhile (roster_store takes the same lock).
    list(AdministrativeUnit.objects.select_for_update().filter(path__in=run.unit.ancestor_paths).order_by("pk"))
    written = written_by(run)
    if not written:
        raise NotToBeUndone
    if receipts_store.is_about(written, actor):
        raise OwnMatter("这次导入写入了您本人的资料，请由其他负责人或上一级撤回。")
    depends = receipts_store.obstacles(written, since=run.written_at, reader=actor)
    if depends:
        raise CannotUndo(depends=depends)
    note = HistoryNote(actor=actor, reason=f"撤回导入 {run.file_name}"[:100])
    deleted, restored = receipts_store.take_back(written, note=note)
    run.state, run.undone_by, run.undone_at = ImportRun.State.UNDONE, actor, timezone.now()
    run.save(update_fields=["state", "undone_by", "undone_at"])
    details = {"deleted": deleted, "restored": restored}
    audit.record(actor=actor, act="import.undone", unit=run.unit, subject=run.file_name, details=details)
    return run
