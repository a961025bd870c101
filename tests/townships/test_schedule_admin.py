"""The scheduled tasks and the record of runs in admin: who sees them, who may change the times, retrying."""

import pytest
from django.urls import reverse
from django_celery_beat.models import PeriodicTask

from config.schedule import sync_schedules
from tests.factories import user_with
from tests.pages.visible import english
from townships import jobs
from townships.models import AuditEntry, Job
from townships.schedule_words import in_words

pytestmark = pytest.mark.django_db
TIMES = {"minute": "15", "hour": "2", "day_of_week": "2", "day_of_month": "*", "enabled": "on"}


@pytest.fixture
def weekly():
    sync_schedules()
    return PeriodicTask.objects.get(name="每周计分")


@pytest.fixture
def province(tree):
    return user_with("province_organization", tree.province, username="province", display_name="区委组织部")


def page(task):
    return reverse("admin:django_celery_beat_periodictask_change", args=[task.pk])


def test_a_county_sees_the_times_in_words_and_cannot_change_them(weekly, county, client):
    client.force_login(county)
    listed = client.get(reverse("admin:django_celery_beat_periodictask_changelist")).content.decode()
    assert "每周一 01:30" in listed
    assert client.get(page(weekly)).status_code == 200
    assert client.post(page(weekly), TIMES).status_code == 403


def test_whoever_sets_policy_for_all_units_edits_the_times(weekly, province, client):
    client.force_login(province)
    assert client.get(page(weekly)).status_code == 200
    assert client.post(page(weekly), TIMES).status_code == 302
    weekly.refresh_from_db()
    assert in_words(weekly.crontab) == "每周二 02:15"
    assert AuditEntry.objects.filter(act="schedule.changed", actor=province).exists()


@pytest.mark.parametrize(
    ("name", "value"), [("minute", "61"), ("hour", "凌晨"), ("day_of_week", ""), ("day_of_month", "32")]
)
def test_times_that_no_clock_shows_are_refused(weekly, province, client, name, value):
    client.force_login(province)
    client.post(page(weekly), {**TIMES, name: value})
    weekly.refresh_from_db()
    assert in_words(weekly.crontab) == "每周一 01:30"


@pytest.mark.parametrize("who", ["member", "squad_leader"])
def test_without_a_desk_no_schedule(weekly, who, request, client):
    client.force_login(request.getfixturevalue(who))
    assert client.get(page(weekly)).status_code in (302, 403)


@pytest.mark.parametrize(
    ("times", "words"),
    [
        (("30", "1", "1", "*"), "每周一 01:30"),
        (("0", "3", "*", "1"), "每月1日 03:00"),
        (("*/5", "*", "*", "*"), "每 5 分钟"),
        (("20", "4,16", "*", "*"), "每天 04:20、16:20"),
        (("0", "6", "1,5", "*"), "每周一、周五 06:00"),
    ],
)
def test_times_in_words(times, words):
    row = type("Times", (), dict(zip(("minute", "hour", "day_of_week", "day_of_month"), times, strict=True)))
    assert in_words(row) == words


@pytest.fixture
def failed(tree, monkeypatch):
    monkeypatch.setattr(jobs, "wake", lambda pks: None)
    (run,) = jobs.enqueue_runs(
        kind="score_last_week",
        child_kind="score_week",
        key="r",
        payload={"week": "2026-W45"},
        units=[tree.township],
    )
    child = run.children.get()
    jobs.fail(jobs.claim(child.pk), "磁盘已满", again=False)
    return run


def test_a_county_sees_its_runs_and_what_went_wrong(failed, county, client):
    client.force_login(county)
    listed = client.get(reverse("admin:townships_job_changelist")).content.decode()
    assert "每周计分" in listed
    assert "2026-W45" in listed
    one = client.get(reverse("admin:townships_job_change", args=[failed.pk])).content.decode()
    assert "大同镇：磁盘已满" in one


def test_a_county_retries_what_failed(failed, county, client):
    client.force_login(county)
    client.post(reverse("admin:townships_job_changelist"), {"action": "retry", "_selected_action": [str(failed.pk)]})
    failed.refresh_from_db()
    assert failed.state == Job.State.RUNNING
    assert failed.children.get().state == Job.State.QUEUED


def test_an_auditor_cannot_retry(failed, auditor, client):
    client.force_login(auditor)
    client.post(reverse("admin:townships_job_changelist"), {"action": "retry", "_selected_action": [str(failed.pk)]})
    failed.refresh_from_db()
    assert failed.state == Job.State.FAILED


def test_a_task_is_called_by_its_name_alone(weekly, province, client):
    client.force_login(province)
    history = reverse("admin:django_celery_beat_periodictask_history", args=[weekly.pk])
    pages = [client.get(page(weekly)), client.get(history), client.post(page(weekly), TIMES, follow=True)]
    for answer in pages:
        html = answer.content.decode()
        assert "每周计分" in html
        assert english(html) == set()
