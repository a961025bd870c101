"""What a worker does for each kind of job."""

from cadres.imports import Cancelled
from cadres.models import ImportRow, ImportRun
from reports.actions.compile_bulletin import compile_bulletin
from reports.actions.judge_import import content_of, judge_import
from reports.actions.schedule_runs import DRAFT_UNIT, SCORE_UNIT
from reports.actions.score_week import score_week
from reports.actions.start_import import JUDGE
from reports.actions.write_import import WRITE, carry_out
from reports.bulletins import draft_of
from townships import jobs, periods
from townships.jobs import Handler, Outcome
from townships.models import Job, User
from townships.periods import Month, Week

LISTS = {"red": "红榜", "black": "黑榜"}


def score_unit(job: Job) -> Outcome:
    """One township's week; a draft that was made before the month's last week was over is brought up to date."""
    now, week = periods.now(), Week.parse(job.payload["week"])
    result = score_week(unit=job.unit, week=week, now=now)
    if draft_of(job.unit, week.month) is not None:
        compile_bulletin(unit=job.unit, month=week.month, now=now)
    return Outcome(people=len(result.members), result=result.tally.as_json(), problems=result.notices)


def draft_unit(job: Job) -> Outcome:
    """One township's draft of a month, from scores that know all evidence which came in meanwhile."""
    now, month = periods.now(), Month.parse(job.payload["month"])
    for week in month.weeks:
        if week.is_over(now.date()):
            score_week(unit=job.unit, week=week, now=now)
    bulletin = compile_bulletin(unit=job.unit, month=month, now=now)
    undecided = "、".join(LISTS[board] for board in bulletin.content["needs_decision"])
    return Outcome(
        people=len(bulletin.content["people"]),
        result={"status": bulletin.status, "revision": bulletin.revision},
        problems=(f"{undecided}并列人数过多，发布前要确定上榜人员。",) if undecided else (),
    )


def judge_file(job: Job) -> Outcome:
    """The preview of a large file."""
    run, actor = _import_of(job)
    try:
        run = judge_import(run=run, actor=actor, content=content_of(run), watch=_watch(job), large=True)
    except Cancelled:
        # Rows that were stored after somebody gave the file up.
        ImportRow.objects.filter(run=run, run__state=ImportRun.State.DROPPED).delete()
        raise
    return Outcome(people=run.counts["rows"], result=run.counts)


def write_file(job: Job) -> Outcome:
    """A large import that somebody confirmed, in one transaction."""
    run, actor = _import_of(job)
    if run.state == ImportRun.State.WRITTEN:
        return Outcome(people=run.counts["rows"], result=run.counts)
    run = carry_out(run=run, actor=actor, content=content_of(run))
    return Outcome(people=run.counts["created"] + run.counts["updated"], result=run.counts)


def _import_of(job: Job) -> tuple[ImportRun, User]:
    run = ImportRun.objects.select_related("unit").get(pk=job.payload["run"])
    return run, User.objects.get(pk=job.payload["actor"])


def _watch(job: Job):
    def watch(done: int, total: int) -> None:
        if not jobs.heartbeat(job, progress=done, total=total):
            raise Cancelled

    return watch


HANDLERS: dict[str, Handler] = {SCORE_UNIT: score_unit, DRAFT_UNIT: draft_unit, JUDGE: judge_file, WRITE: write_file}
