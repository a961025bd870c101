"""The clock's work: what is scheduled, for whom, and a real beat and worker doing it on a real queue."""

import os
from datetime import date, timedelta

import pytest
import redis
import time_machine
from django_celery_beat.models import CrontabSchedule, PeriodicTask

from config.schedule import SCHEDULE, sync_schedules
from reports import tasks
from reports.actions.schedule_runs import schedule_scoring, townships_with_people
from reports.models import Bulletin, WeeklyScore
from tests.factories import PostingFactory, UnitFactory
from tests.processes import Installation
from townships import jobs
from townships.models import Job
from townships.periods import Week, today

WEEK = Week.parse("2026-W45")


@pytest.fixture
def woken(monkeypatch):
    sent = []
    monkeypatch.setattr(jobs, "wake", sent.extend)
    return sent


# ---- the table of times ----


@pytest.mark.django_db
def test_the_schedule_is_written_once_with_its_times():
    sync_schedules()
    sync_schedules()
    assert set(PeriodicTask.objects.values_list("name", flat=True)) == {entry.name for entry in SCHEDULE}
    weekly = PeriodicTask.objects.get(task="reports.score_last_week").crontab
    assert (weekly.day_of_week, weekly.hour, str(weekly.timezone)) == ("1", "1", "Asia/Shanghai")
    monthly = PeriodicTask.objects.get(task="reports.draft_last_month_bulletins").crontab
    assert (monthly.day_of_month, monthly.hour) == ("1", "3")


@pytest.mark.django_db
def test_times_edited_in_admin_stay():
    sync_schedules()
    later = CrontabSchedule.objects.create(minute="15", hour="5", day_of_week="2", timezone="Asia/Shanghai")
    PeriodicTask.objects.filter(name="每周计分").update(crontab=later, enabled=False)
    sync_schedules()
    task = PeriodicTask.objects.get(name="每周计分")
    assert (task.crontab, task.enabled) == (later, False)


@pytest.mark.django_db
def test_what_the_code_no_longer_names_stops_firing():
    sync_schedules()
    PeriodicTask.objects.create(name="旧任务", task="old.task", crontab=CrontabSchedule.objects.first())
    sync_schedules()
    assert not PeriodicTask.objects.filter(name="旧任务").exists()


def test_every_scheduled_task_exists():
    app = tasks.score_last_week.app
    app.loader.import_default_modules()
    assert {entry.task for entry in SCHEDULE} <= set(app.tasks)


# ---- for whom ----


@pytest.mark.django_db
def test_a_township_is_scored_when_somebody_was_posted_in_the_week(tree, posting, woken):
    PostingFactory(village=tree.village2, begins=date(2026, 1, 1), ends=WEEK.monday)
    assert list(townships_with_people(WEEK.monday, WEEK.sunday)) == [tree.township]
    PostingFactory(village=tree.village2, begins=WEEK.sunday)
    assert set(townships_with_people(WEEK.monday, WEEK.sunday)) == {tree.township, tree.township2}


@pytest.mark.django_db
def test_each_county_gets_a_run_of_its_own(tree, posting, woken):
    PostingFactory(village=tree.village2)
    runs = schedule_scoring(week=WEEK)
    assert {run.unit for run in runs} == {tree.county, tree.county2}
    assert Job.objects.filter(parent__in=runs).count() == len(woken) == 2


@pytest.mark.django_db
@pytest.mark.parametrize("towns", [1, 30])
def test_scheduling_costs_the_same_for_one_township_and_for_thirty(tree, woken, django_assert_max_num_queries, towns):
    for n in range(towns):
        township = UnitFactory(level="township", division_code=f"4599013{n:02d}000", parent=tree.county)
        PostingFactory(village=UnitFactory(level="village", division_code=f"4599013{n:02d}201", parent=township))
    with django_assert_max_num_queries(8):
        schedule_scoring(week=WEEK)
    assert len(woken) == towns


@pytest.mark.django_db
@time_machine.travel("2026-11-09T01:30:00+08:00", tick=False)
def test_the_weekly_task_scores_last_week_and_keeps_a_record(posting, woken):
    (run_pk,) = tasks.score_last_week()
    for pk in woken:
        assert jobs.run(pk, tasks.HANDLERS)
    run = Job.objects.get(pk=run_pk)
    assert (run.state, run.total, run.people, run.payload) == (Job.State.DONE, 1, 1, {"week": "2026-W45"})
    score = WeeklyScore.objects.get()
    assert (score.week, score.final) == ("2026-W45", True)


@pytest.mark.django_db
@time_machine.travel("2026-12-01T03:00:00+08:00", tick=False)
def test_the_monthly_task_drafts_last_month_from_fresh_scores(posting, woken):
    (run_pk,) = tasks.draft_last_month_bulletins()
    for pk in woken:
        assert jobs.run(pk, tasks.HANDLERS)
    assert Job.objects.get(pk=run_pk).state == Job.State.DONE
    bulletin = Bulletin.objects.get()
    assert (bulletin.month, bulletin.status, bulletin.unit) == ("2026-11", "draft", posting.village.parent)
    assert bulletin.content["weeks"] == ["2026-W45", "2026-W46", "2026-W47", "2026-W48"]


@pytest.mark.django_db
@time_machine.travel("2027-01-01T03:00:00+08:00", tick=False)
def test_a_draft_made_before_the_last_week_is_over_gets_that_week_on_monday(posting, woken):
    tasks.draft_last_month_bulletins()
    jobs.run(woken.pop(), tasks.HANDLERS)
    before = Bulletin.objects.get().content
    with time_machine.travel("2027-01-04T01:30:00+08:00", tick=False):
        tasks.score_last_week()
        jobs.run(woken.pop(), tasks.HANDLERS)
    assert "2026-W53" not in before["people"][0]["weeks"]
    assert "2026-W53" in Bulletin.objects.get().content["people"][0]["weeks"]


@pytest.mark.django_db
@time_machine.travel("2026-11-09T01:30:00+08:00", tick=False)
def test_the_weekly_task_fired_twice_scores_once(posting, woken):
    tasks.score_last_week()
    tasks.score_last_week()
    assert Job.objects.filter(kind="score_week").count() == len(woken) == 1


# ---- a real beat, a real worker, a real queue ----


def redis_answers() -> bool:
    try:
        return redis.Redis.from_url(os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/15")).ping()
    except redis.ConnectionError:
        return False


@pytest.fixture(params=["files", pytest.param("redis", marks=pytest.mark.redis)])
def installation(request, tmp_path):
    """A demo town whose last weekly run is overdue, and a job whose worker was killed in the middle."""
    environment = {}
    if request.param == "redis":
        if not redis_answers():
            pytest.skip("Redis does not answer")
        environment["REDIS_URL"] = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/15")
    made = Installation(tmp_path, **environment)
    made.manage("migrate", "-v", "0")
    made.manage("load_demo")
    made.manage("shell", "-v", "0", "-c", "from config.schedule import sync_schedules; sync_schedules()")
    long_ago, last_week = today() - timedelta(days=40), Week.of(today() - timedelta(days=7))
    made.write(f"UPDATE django_celery_beat_periodictask SET last_run_at = '{long_ago} 00:00:00'")
    made.write(
        "INSERT INTO townships_job (kind, key, state, progress, total, people, attempts, heartbeat_at, created_at,"
        " payload, result, problems, unit_id) SELECT 'score_week', 'killed', 'running', 0, 0, 0, 1,"
        f" '{long_ago} 00:00:00', '{long_ago} 00:00:00', '{{\"week\": \"{last_week}\"}}', '{{}}',"
        " '[]', id FROM townships_administrativeunit WHERE division_code = '459901101000'"
    )
    return made


@pytest.mark.worker
@pytest.mark.xdist_group("worker")
def test_beat_and_worker_score_the_week_and_take_up_a_killed_job(installation):
    """The computer was off on Monday: the run is made up for as soon as the scheduler starts."""
    done = "SELECT kind, people FROM townships_job WHERE state = 'done' AND kind IN ('score_last_week', 'score_week')"
    worker = ("-m", "celery", "-A", "config", "worker", "-B", "-P", "threads", "-c", "2", "-l", "INFO")
    with installation.running(*worker):
        installation.wait_for(lambda: len(installation.rows(done)) == 5, seconds=60)
    people = sorted(installation.rows(done))
    # Two counties' runs, their two townships, and the reference town's killed job again.
    assert people == [("score_last_week", 9), ("score_last_week", 42)] + [("score_week", n) for n in (9, 42, 42)]
    assert installation.rows("SELECT attempts FROM townships_job WHERE key = 'killed'") == [(2,)]
