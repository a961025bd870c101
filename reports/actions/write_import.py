"""Write what the preview showed: all of it or, as a person's choice, the rows without problems."""

from django.db import transaction
from django.utils import timezone

from cadres import imports
from cadres.import_store import without_numbers
from cadres.models import ImportRow, ImportRun
from cadres.roster.report import ImportReport, RowOutcome, Watch, unwatched
from reports.actions.judge_import import choices_of, content_of, judge_import
from reports.actions.start_import import AT_ONCE
from reports.imports import BY_KEY
from townships import jobs
from townships.access import require
from townships.models import User
from townships.receipts import Receipt, ranges_of

WRITE = "write_import"
BATCH = 2_000


def write_import(*, run: ImportRun, actor: User, only_good: bool = False, reason: str = "") -> ImportRun:
    """Confirm a previewed import. A large one is written by a job, a small one here; either way all at once.

    Refused when rows have problems and nobody chose to leave them out, and when the registers changed since the
    preview so that the result would differ: the preview is then made anew.
    """
    require(actor, BY_KEY[run.kind].capability, run.unit)
    content = content_of(run)
    with transaction.atomic():
        run = _locked(run, ImportRun.State.READY)
        _may_be_written(run, only_good=only_good, reason=reason)
        run.state, run.failure = ImportRun.State.WRITING, ""
        run.only_good, run.reason, run.written_by = only_good, reason.strip()[:200], actor
        if run.counts["rows"] > AT_ONCE:
            looks = run.counts.get("looks", 0)
            run.counts["looks"] = looks + 1
            payload = {"run": run.pk, "actor": actor.pk}
            key = f"import:{run.pk}:write:{looks}"
            run.job = jobs.enqueue(kind=WRITE, key=key, unit=run.unit, payload=payload, requested_by=actor)
        run.save()
    if run.job_id and run.job.kind == WRITE:
        return run
    return carry_out(run=run, actor=actor, content=content)


def _may_be_written(run: ImportRun, *, only_good: bool, reason: str) -> None:
    if run.counts["refused"] and not only_good:
        raise imports.HasProblems
    if not run.counts["new"] + run.counts["changed"]:
        raise imports.NothingToWrite
    if only_good and not reason.strip():
        raise imports.ReasonWanted


def carry_out(*, run: ImportRun, actor: User, content: bytes, watch: Watch = unwatched) -> ImportRun:
    """Write a confirmed run; refused, it is judged again and waits for another look."""
    try:
        return _write(run, actor, content, watch)
    except imports.PreviewOutdated as outdated:
        judge_import(run=run, actor=actor, content=content, large=run.counts["rows"] > AT_ONCE)
        ImportRun.objects.filter(pk=run.pk).update(failure=outdated.message)
        raise


@transaction.atomic
def _write(run: ImportRun, actor: User, content: bytes, watch: Watch) -> ImportRun:
    run = _locked(run, ImportRun.State.WRITING)
    kind, keeper = BY_KEY[run.kind], _Keeper()
    streaming = {"sink": keeper} if kind.streams else {}
    report = kind.run(
        unit=run.unit,
        content=content,
        filename=run.file_name,
        actor=actor,
        dry_run=False,
        choices=choices_of(run),
        only_good=run.only_good,
        expected=run.fingerprint,
        watch=watch,
        options=run.options,
        **streaming,
    )
    if not report.committed:
        raise imports.PreviewOutdated
    for outcome in report.outcomes:
        keeper(report, outcome)
    _keep_receipts(run, report, keeper)
    run.state, run.written_at = ImportRun.State.WRITTEN, timezone.now()
    run.counts |= {"created": report.created, "updated": report.updated}
    run.save()
    return run


class _Keeper:
    """Takes the outcomes of an import one by one and keeps their receipts alone.

    Another report means that the import began anew (somebody had brought in the same person meanwhile).
    """

    def __init__(self) -> None:
        self._report: ImportReport | None = None
        self._begin()

    def _begin(self) -> None:
        self.rows = 0
        self.made: list[Receipt] = []
        self.changed: dict[int, list[dict]] = {}

    def __call__(self, report: ImportReport, outcome: RowOutcome) -> None:
        if report is not self._report:
            self._report = report
            self._begin()
        for receipt in outcome.receipts:
            if receipt.made:
                self.made.append(receipt)
            else:
                self.changed.setdefault(self.rows, []).append(receipt.to_json())
        self.rows += 1


def _keep_receipts(run: ImportRun, report: ImportReport, keeper: _Keeper) -> None:
    """What was created beside the run, as ranges of keys; what was changed beside each row."""
    run.receipts = ranges_of([*report.receipts, *keeper.made])
    keys = run.rows.exclude(kind=ImportRow.Kind.LEFT_OUT).order_by("position").values_list("pk", flat=True)
    # The rows of the preview are in the order of the report.
    changed = {pk: keeper.changed[n] for n, pk in enumerate(keys.iterator(chunk_size=BATCH)) if n in keeper.changed}
    run.counts["undoable"] = bool(run.receipts or changed)
    wanted = list(changed)
    for start in range(0, len(wanted), BATCH):
        _keep_changes(wanted[start : start + BATCH], changed)


def _keep_changes(keys: list[int], receipts: dict[int, list[dict]]) -> None:
    """From here on the differences are history: telephone numbers in them are masked."""
    rows = list(ImportRow.objects.filter(pk__in=keys))
    for row in rows:
        row.receipts = receipts[row.pk]
        row.changes = [[label, old, without_numbers(new)] for label, old, new in row.changes]
    # All columns in one statement: bulk_update's CASE lists are far slower.
    fields = [field.name for field in ImportRow._meta.concrete_fields if not field.primary_key]
    ImportRow.objects.bulk_create(rows, update_conflicts=True, unique_fields=["id"], update_fields=fields)


def _locked(run: ImportRun, state: str) -> ImportRun:
    locked = ImportRun.objects.select_for_update(of=("self",)).select_related("unit").get(pk=run.pk)
    if locked.state != state:
        raise imports.NotReady
    return locked
