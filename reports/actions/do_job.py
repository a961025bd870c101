"""What a worker does for each kind of job."""

from reports.actions.compile_bulletin import compile_bulletin
from reports.actions.schedule_runs import DRAFT_UNIT, SCORE_UNIT
from reports.actions.score_week import score_week
from reports.bulletins import draft_of
from townships import periods
from townships.jobs import Handler, Outcome
from townships.models import Job
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


HANDLERS: dict[str, Handler] = {SCORE_UNIT: score_unit, DRAFT_UNIT: draft_unit}
