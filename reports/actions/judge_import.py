"""Look at an uploaded file: what it holds and what each row would do. Writes the preview, nothing else."""

from cadres.import_store import store_report
from cadres.imports import UploadGone
from cadres.models import ColumnChoice, ImportRow, ImportRun
from cadres.roster.choices_made import Choices
from cadres.roster.guess import guess_kind
from cadres.roster.report import ImportReport, Watch, unwatched
from cadres.roster.uploads import RosterUploads
from reports.imports import ASKS, BY_KEY, BadAnswer, ImportKind, kinds_for
from townships.models import User

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


def judge_import(*, run: ImportRun, actor: User, content: bytes, watch: Watch = unwatched) -> ImportRun:
    """Judge every row and store the preview; the run is then ready, or unusable."""
    if not run.kind:
        tables = {kind.key: kind.columns for kind in kinds_for(actor, run.unit)}
        run.kind = guess_kind(content, tables) or next(iter(tables))
    kind = BY_KEY[run.kind]
    if any(not run.options.get(ask) for ask in kind.asks):
        return _wait_for_answers(run, kind)
    try:
        report = _report(run, kind, actor=actor, content=content, watch=watch)
    except BadAnswer as bad:
        return _unusable(run, bad.message)
    return _keep(run, report)


def _report(run: ImportRun, kind: ImportKind, *, actor: User, content: bytes, watch: Watch) -> ImportReport:
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
    )


def _wait_for_answers(run: ImportRun, kind: ImportKind) -> ImportRun:
    wanted = "、".join(ASKS[ask][0] for ask in kind.asks if not run.options.get(ask))
    return _unusable(run, f"这是{kind.label}，还要填：{wanted}。")


def _unusable(run: ImportRun, why: str) -> ImportRun:
    run.state, run.failure = ImportRun.State.UNUSABLE, why
    run.counts = {**_NOTHING, "looks": run.counts.get("looks", 0)}
    run.save()
    return run


def _keep(run: ImportRun, report: ImportReport) -> ImportRun:
    """Batch by batch: nobody looks at the rows before the state says so, and no lock is held for all of them."""
    looks = run.counts.get("looks", 0)
    store_report(run, report)
    run.counts["looks"] = looks
    run.failure = ""
    run.state = ImportRun.State.READY if report.outcomes else ImportRun.State.UNUSABLE
    run.save()
    return run
