"""What workers and the scheduler call. The rows of townships.jobs are the truth; these only start and wake."""

from datetime import timedelta

from celery import shared_task

from reports.actions.schedule_runs import SCORE_UNIT, schedule_drafts, schedule_scoring
from reports.actions.score_week import score_week
from townships import jobs, periods
from townships.jobs import Outcome
from townships.models import Job
from townships.periods import Month, Week


@shared_task(name="reports.score_last_week")
def score_last_week() -> list[int]:
    week = Week.of(periods.today() - timedelta(days=7))
    return [run.pk for run in schedule_scoring(week=week)]


@shared_task(name="reports.draft_last_month_bulletins")
def draft_last_month_bulletins() -> list[int]:
    month = Month.of(periods.today()).shifted(-1)
    return [run.pk for run in schedule_drafts(month=month)]


@shared_task(name="reports.sweep_jobs")
def sweep_jobs() -> dict[str, int]:
    return jobs.sweep()


@shared_task(name=jobs.RUN_TASK)
def run_job(pk: int) -> bool:
    return jobs.run(pk, HANDLERS)


def score_unit(job: Job) -> Outcome:
    """One township's week."""
    week = Week.parse(job.payload["week"])
    result = score_week(unit=job.unit, week=week, now=periods.now())
    return Outcome(people=len(result.members), result=result.tally.as_json(), problems=result.notices)


HANDLERS: dict[str, jobs.Handler] = {SCORE_UNIT: score_unit}
