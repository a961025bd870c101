"""What uploaded tables leave behind is kept as long as an import can be taken back, and no longer."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from cadres.models import ImportRow, ImportRun
from cadres.roster.uploads import RosterUploads
from townships import audit
from townships.models import AuditEntry

#: Runs cleared in one transaction.
AT_ONCE = 50
#: What a run knows of its file's cells; its counts, its people and its dates stay.
CONTENTS = {"choices": dict, "tables": list, "notes": list, "stumbles": list, "receipts": list}
State = ImportRun.State


def clear_imports(*, before: datetime, at: datetime) -> dict[str, int]:
    """Delete the rows and uploads of imports that were over before `before`, or that nobody went on with since.

    Rows hold what was in the file: names, identity numbers, telephones. With them goes the possibility to undo. An
    import that was waiting is given up. Returns how many imports and rows.
    """
    done = {"imports": 0, "rows": 0}
    RosterUploads().sweep()
    for keys in _batches(before):
        for name, number in _clear(keys, at).items():
            done[name] += number
    return done


def _batches(before: datetime) -> Iterator[list[int]]:
    """Keys of the runs to clear; each batch is cleared before the next is asked for."""
    old = Q(written_at__lt=before) | Q(written_at__isnull=True, at__lt=before)
    due = ImportRun.objects.filter(old, cleared_at__isnull=True).exclude(state=State.WRITING).order_by("pk")
    while keys := list(due.values_list("pk", flat=True)[:AT_ONCE]):
        yield keys


@transaction.atomic
def _clear(keys: list[int], at: datetime) -> dict[str, int]:
    runs = list(
        ImportRun.objects.select_for_update(of=("self",)).select_related("unit").filter(pk__in=keys).order_by("pk")
    )
    rows = ImportRow.objects.filter(run__in=runs).delete()[0]
    for run in runs:
        if run.upload:
            RosterUploads(name=run.upload).remove()
        if run.state in (State.JUDGING, State.READY, State.UNUSABLE):
            run.state = State.DROPPED
        run.upload, run.cleared_at = "", at
        for name, empty in CONTENTS.items():
            setattr(run, name, empty())
    ImportRun.objects.bulk_update(runs, ["state", "upload", "cleared_at", *CONTENTS])
    audit.record_all(
        AuditEntry(act="import.cleared", unit=run.unit, subject=run.file_name, details={"import": run.pk})
        for run in runs
    )
    return {"imports": len(runs), "rows": rows}
