"""What workers and the scheduler call. The rows of townships.jobs are the truth; these only start and wake."""

from datetime import timedelta

from celery import shared_task

from reports.actions.do_job import HANDLERS
from reports.actions.schedule_runs import schedule_drafts, schedule_scoring
from townships import jobs, periods
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
