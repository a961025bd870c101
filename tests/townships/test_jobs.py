"""Jobs are rows: idempotent, claimed once, retried, taken up again when their worker is gone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import UnitFactory
from townships import jobs
from townships.errors import Refused
from townships.jobs import Outcome
from townships.models import AdministrativeUnit, Job

pytestmark = pytest.mark.django_db
State = Job.State


@pytest.fixture
def woken(monkeypatch):
    """The messages a worker would get (the broker is not ours; its own test is in reports/test_schedule)."""
    sent = []
    monkeypatch.setattr(jobs, "wake", sent.extend)
    return sent


@pytest.fixture
def job(tree, woken):
    return jobs.enqueue(kind="count", key="count:1", unit=tree.township)


@pytest.fixture
def run(tree, woken):
    """A run of the county over two townships."""
    UnitFactory(level="township", name="小同镇", division_code="459901102000", parent=tree.county)
    (made,) = jobs.enqueue_runs(
        kind="count_all",
        child_kind="count",
        key="count:w",
        payload={"week": "2026-W45"},
        units=AdministrativeUnit.objects.within(tree.county).townships(),
    )
    return made


def people(number):
    return lambda job: Outcome(people=number, result={"n": number})


def broken(job):
    raise ValueError("no luck")


def refused(job):
    raise Refused("这一周还没有开始。")


def quiet(job, *, minutes=10):
    Job.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now() - timedelta(minutes=minutes))


def test_a_key_names_one_job(job, tree, woken):
    again = jobs.enqueue(kind="count", key="count:1", unit=tree.township)
    assert again.pk == job.pk
    assert woken == [job.pk]


def test_a_job_is_done_with_its_figures(job):
    assert jobs.run(job.pk, {"count": people(42)})
    job.refresh_from_db()
    assert (job.state, job.people, job.result, job.attempts) == (State.DONE, 42, {"n": 42}, 1)
    assert job.started_at <= job.ended_at


def test_of_two_workers_one_claims_the_job(job):
    assert jobs.claim(job.pk) is not None
    assert jobs.claim(job.pk) is None


def test_a_job_that_is_over_is_not_done_again(job):
    jobs.run(job.pk, {"count": people(1)})
    assert not jobs.run(job.pk, {"count": broken})


def test_a_failed_attempt_waits_and_the_third_is_the_last(job):
    for attempt in (1, 2, 3):
        with pytest.raises(ValueError, match="no luck"):
            jobs.run(job.pk, {"count": broken})
        job.refresh_from_db()
        assert job.attempts == attempt
        assert job.state == (State.FAILED if attempt == 3 else State.QUEUED)
        assert not jobs.run(job.pk, {"count": people(1)}), "its time has not come"
        Job.objects.filter(pk=job.pk).update(not_before=None)
    assert job.problems == ["ValueError: no luck"] * 3


def test_waits_grow(job):
    for least in (1, 4):
        with pytest.raises(ValueError, match="no luck"):
            jobs.run(job.pk, {"count": broken})
        job.refresh_from_db()
        assert job.not_before - timezone.now() > timedelta(minutes=least) - timedelta(seconds=5)
        Job.objects.filter(pk=job.pk).update(not_before=None)


def test_a_refusal_is_not_tried_again(job):
    jobs.run(job.pk, {"count": refused})
    job.refresh_from_db()
    assert (job.state, job.attempts, job.problems) == (State.FAILED, 1, ["这一周还没有开始。"])


def test_a_job_whose_worker_died_is_taken_up_again(job, woken):
    """kill -9 in the middle: the row says running, the heartbeat has stopped."""
    jobs.claim(job.pk)
    quiet(job)
    Job.objects.update(created_at=timezone.now() - timedelta(minutes=10))
    woken.clear()
    assert jobs.sweep() == {"requeued": 1, "given_up": 0, "woken": 1}
    assert woken == [job.pk]
    assert jobs.run(job.pk, {"count": people(7)})


def test_a_job_that_beats_is_left_alone(job):
    jobs.claim(job.pk)
    assert jobs.sweep()["requeued"] == 0


def test_a_job_that_kills_its_workers_is_given_up(job):
    for _ in range(3):
        Job.objects.filter(pk=job.pk).update(state=State.QUEUED)
        jobs.claim(job.pk)
    quiet(job)
    assert jobs.sweep()["given_up"] == 1
    job.refresh_from_db()
    assert job.state == State.FAILED
    assert "中断" in job.problems[0]


def test_a_message_that_got_lost_is_sent_again(job, woken):
    Job.objects.update(created_at=timezone.now() - timedelta(minutes=10))
    woken.clear()
    assert jobs.sweep()["woken"] == 1
    assert woken == [job.pk]


def test_a_worker_that_comes_back_from_the_dead_cannot_end_anothers_attempt(job):
    zombie = jobs.claim(job.pk)
    quiet(job)
    jobs.sweep()
    second = jobs.claim(job.pk)
    assert not jobs.finish(zombie, Outcome(people=1))
    assert not jobs.heartbeat(zombie)
    assert jobs.finish(second, Outcome(people=2))
    job.refresh_from_db()
    assert job.people == 2


def test_a_run_gathers_its_units(run, woken):
    assert run.unit.level == "county"
    assert run.total == len(woken) == 2
    jobs.run(woken[0], {"count": people(40)})
    run.refresh_from_db()
    assert (run.state, run.progress, run.people) == (State.RUNNING, 1, 40)
    jobs.run(woken[1], {"count": people(2)})
    run.refresh_from_db()
    assert (run.state, run.progress, run.people, run.problems) == (State.DONE, 2, 42, [])
    assert run.ended_at is not None


def test_a_failed_unit_does_not_stop_the_others_and_is_named(run, woken):
    jobs.run(woken[0], {"count": refused})
    jobs.run(woken[1], {"count": people(2)})
    run.refresh_from_db()
    assert (run.state, run.people, run.result) == (State.FAILED, 2, {"units": 2, "failed": 1})
    failed = Job.objects.get(pk=woken[0])
    assert run.problems == [f"{failed.unit.name}：这一周还没有开始。"]


def test_retrying_a_run_repeats_only_what_failed(run, woken):
    first, second = list(woken)
    jobs.run(first, {"count": refused})
    jobs.run(second, {"count": people(2)})
    woken.clear()
    run.refresh_from_db()
    assert jobs.retry(job=run) == 1
    assert woken == [first]
    jobs.run(first, {"count": people(40)})
    run.refresh_from_db()
    assert (run.state, run.progress, run.people, run.problems) == (State.DONE, 2, 42, [])


def test_retrying_what_did_not_fail_is_refused(job):
    with pytest.raises(jobs.NotFailed):
        jobs.retry(job=job)


def test_asking_for_a_run_twice_makes_nothing_twice(run, tree, woken):
    woken.clear()
    units = AdministrativeUnit.objects.within(tree.county).townships()
    (again,) = jobs.enqueue_runs(kind="count_all", child_kind="count", key="count:w", payload={}, units=units)
    assert again.pk == run.pk
    assert Job.objects.count() == 3
    assert woken == []


@pytest.mark.parametrize("townships", [2, 40])
def test_the_queries_of_a_run_do_not_grow_with_its_units(tree, woken, django_assert_max_num_queries, townships):
    units = [
        UnitFactory(level="township", name=f"镇{n}", division_code=f"4599012{n:02d}000", parent=tree.county)
        for n in range(townships)
    ]
    with django_assert_max_num_queries(7):
        jobs.enqueue_runs(kind="count_all", child_kind="count", key="k", payload={}, units=units)
    assert len(woken) == townships


def test_the_sweep_costs_the_same_for_one_job_and_for_many(tree, woken, django_assert_max_num_queries):
    for number in range(30):
        jobs.claim(jobs.enqueue(kind="count", key=f"many:{number}").pk)
    Job.objects.update(heartbeat_at=timezone.now() - timedelta(hours=1))
    with django_assert_max_num_queries(5):
        assert jobs.sweep()["requeued"] == 30


def test_a_job_that_counts_its_own_progress_is_retried_itself(job, woken):
    jobs.heartbeat(jobs.claim(job.pk), progress=3)
    Job.objects.filter(pk=job.pk).update(total=10)
    jobs.fail(Job.objects.get(pk=job.pk), "磁盘已满", again=False)
    woken.clear()
    assert jobs.retry(job=Job.objects.get(pk=job.pk)) == 1
    assert woken == [job.pk]
