"""Look at an uploaded file: what it holds and what each row would do. Writes the preview, nothing else."""

from django.db import transaction

from cadres.import_store import store_report
from cadres.imports import UploadGone
from cadres.models import ColumnChoice, ImportRun
from cadres.roster.choices_made import Choices
from cadres.roster.guess import guess_kind
from cadres.roster.report import ImportReport, Watch, unwatched
from cadres.roster.uploads import RosterUploads
from reports.imports import BY_KEY, kinds_for
from townships.models import User


def content_of(run: ImportRun) -> bytes:
    """The uploaded file; it is deleted a day after the upload."""
    try:
        return RosterUploads(name=run.upload).read()
    except FileNotFoundError:
        raise UploadGone from None


def choices_of(run: ImportRun) -> Choices:
    """What the unit decided about its headers earlier, and what was decided about this file."""
    remembered = dict(ColumnChoice.objects.filter(unit=run.unit, kind=run.kind).values_list("header", "key"))
    own = Choices.from_json(run.choices)
    return Choices(columns={**remembered, **own.columns}, values=own.values)


def judge_import(*, run: ImportRun, actor: User, content: bytes, watch: Watch = unwatched) -> ImportRun:
    """Judge every row and store the preview; the run is then ready, or unusable."""
    if not run.kind:
        tables = {kind.key: kind.columns for kind in kinds_for(actor, run.unit)}
        run.kind = guess_kind(content, tables) or next(iter(tables))
    report = BY_KEY[run.kind].run(
        unit=run.unit,
        content=content,
        filename=run.file_name,
        actor=actor,
        dry_run=True,
        choices=choices_of(run),
        only_good=False,
        expected="",
        watch=watch,
        options=run.options,
    )
    return _keep(run, report)


@transaction.atomic
def _keep(run: ImportRun, report: ImportReport) -> ImportRun:
    looks = run.counts.get("looks", 0)
    store_report(run, report)
    run.counts["looks"] = looks
    run.state = ImportRun.State.READY if report.outcomes else ImportRun.State.UNUSABLE
    run.save()
    return run
