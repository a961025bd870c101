"""Look at an uploaded file: what it holds and what each row would do. Writes the preview, nothing else."""

from django.db import transaction

from cadres.import_store import PreviewWriter, store_report
from cadres.imports import Cancelled, UploadGone
from cadres.models import ColumnChoice, ImportRow, ImportRun
from cadres.roster.choices_made import Choices
from cadres.roster.guess import guess_kind
from cadres.roster.report import ImportReport, Watch, unwatched
from cadres.roster.uploads import RosterUploads
from reports.imports import ASKS, BY_KEY, BadAnswer, ImportKind, kinds_for
from townships.models import User

_OVER = (ImportRun.State.WRITTEN, ImportRun.State.UNDONE, ImportRun.State.DROPPED)
_NOTHING = dict.fromkeys([*ImportRow.Kind.values, "rows", "hidden", "noted"], 0)


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


def judge_import(
    *, run: ImportRun, actor: User, content: bytes, watch: Watch = unwatched, large: bool = False
) -> ImportRun:
    """Judge every row and store the preview; the run is then ready, or unusable.

    `large`: the rows are stored as they are judged, and nobody holds all of them.
    """
    if not run.kind:
        tables = {kind.key: kind.columns for kind in kinds_for(actor, run.unit)}
        run.kind = guess_kind(content, tables) or next(iter(tables))
    kind = BY_KEY[run.kind]
    if any(not run.options.get(ask) for ask in kind.asks):
        return _wait_for_answers(run, kind)
    _not_over(run)
    writer = PreviewWriter(run) if large and kind.streams else None
    streaming = {"sink": writer} if writer else {}
    try:
        report = _report(run, kind, actor=actor, content=content, watch=watch, **streaming)
    except BadAnswer as bad:
        return _unusable(run, bad.message)
    return _keep(run, report, writer)


def _report(
    run: ImportRun, kind: ImportKind, *, actor: User, content: bytes, watch: Watch, **streaming
) -> ImportReport:
    return kind.run(
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
        **streaming,
    )


def _wait_for_answers(run: ImportRun, kind: ImportKind) -> ImportRun:
    wanted = "、".join(ASKS[ask][0] for ask in kind.asks if not run.options.get(ask))
    return _unusable(run, f"这是{kind.label}，还要填：{wanted}。")


def _unusable(run: ImportRun, why: str) -> ImportRun:
    run.state, run.failure = ImportRun.State.UNUSABLE, why
    run.counts = {**_NOTHING, "looks": run.counts.get("looks", 0)}
    run.save()
    return run


def _keep(run: ImportRun, report: ImportReport, writer: PreviewWriter | None) -> ImportRun:
    """A small preview is stored under the run's lock. A large one was stored batch by batch: nobody looks at its rows
    before the state says so, and no lock is held for all of them.
    """
    looks = run.counts.get("looks", 0)
    with transaction.atomic():
        _not_over(run)
        if writer:
            writer.finish(report)
        else:
            store_report(run, report)
        run.counts["looks"] = looks
        run.failure = ""
        run.state = ImportRun.State.READY if report.outcomes or report.told else ImportRun.State.UNUSABLE
        run.save()
    return run


@transaction.atomic
def _not_over(run: ImportRun) -> None:
    """Somebody gave the run up, or wrote it, while it was looked at: then there is no new preview."""
    state = ImportRun.objects.select_for_update().values_list("state", flat=True).get(pk=run.pk)
    if state in _OVER:
        raise Cancelled("这次导入已经写入、撤回或放弃，没有再核对：请刷新页面。")
