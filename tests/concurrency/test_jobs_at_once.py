"""Two workers and two schedulers at the same moment: one unit's week is done once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections

from reports.actions.schedule_runs import schedule_scoring
from tests.factories import PostingFactory, UnitFactory
from townships import jobs
from townships.jobs import Outcome
from townships.models import Job
from townships.periods import Week

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
WEEK = Week.parse("2026-W45")
WORKERS = 4


@pytest.fixture(autouse=True)
def needs_postgres(monkeypatch):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer; two at once can only be tried on PostgreSQL")
    monkeypatch.setattr(jobs, "wake", lambda pks: None)


def at_once(act):
    barrier = Barrier(WORKERS)

    def run():
        try:
            barrier.wait(timeout=10)
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WORKERS) as pool:
        return [future.result(timeout=30) for future in [pool.submit(run) for _ in range(WORKERS)]]


def test_four_workers_get_one_job_once(tree):
    job = jobs.enqueue(kind="count", key="one", unit=tree.township)
    done = []
    handlers = {"count": lambda one: done.append(one.pk) or Outcome(people=1)}
    assert sorted(at_once(lambda: jobs.run(job.pk, handlers))) == [False, False, False, True]
    assert done == [job.pk]


def test_four_schedulers_make_one_run(tree):
    PostingFactory(village=tree.village)
    at_once(lambda: schedule_scoring(week=WEEK))
    assert Job.objects.filter(kind="score_last_week").count() == 1
    assert Job.objects.filter(kind="score_week").count() == 1


def test_units_that_end_at_once_are_all_counted(tree):
    towns = [
        UnitFactory(level="township", name=f"镇{n}", division_code=f"4599014{n:02d}000", parent=tree.county)
        for n in range(WORKERS)
    ]
    (run,) = jobs.enqueue_runs(kind="count_all", child_kind="count", key="k", payload={}, units=towns)
    waiting = list(run.children.values_list("pk", flat=True))
    at_once(lambda: jobs.run(waiting.pop(), {"count": lambda one: Outcome(people=10)}))
    run.refresh_from_db()
    assert (run.state, run.progress, run.people) == (Job.State.DONE, WORKERS, 10 * WORKERS)
