"""The member's one big button: by form, by script, by a phone that was without a line."""

from datetime import datetime, timedelta

import pytest
import time_machine

from attendance.models import CheckIn
from townships.periods import SHANGHAI

NOW = datetime(2026, 11, 24, 8, 12, tzinfo=SHANGHAI)
PAGE = "/check-in/"


@pytest.fixture
def phone(client, member):
    client.force_login(member)
    with time_machine.travel(NOW, tick=False):
        yield client


def send(phone, **fields):
    item = {"client_id": "a1", "made_at": NOW.isoformat(), "latitude": 24.03, "longitude": 107.51, "accuracy_m": 20}
    return phone.post(PAGE, {**item, **fields}, content_type="application/json")


def test_the_button_works_without_scripts(phone):
    answer = phone.post(PAGE, {"client_id": "form-1"}, follow=True)
    assert "已记录 08:12" in answer.content.decode()
    assert CheckIn.objects.get().latitude is None


def test_the_script_sends_where_and_how_accurate(phone):
    answer = send(phone)
    made = CheckIn.objects.get()
    assert answer.json()["sentence"] == "已记录 08:12，位置已记下。"
    assert (made.latitude, made.accuracy_m, made.late_upload) == (24.03, 20.0, False)


def test_sent_twice_it_counts_once(phone):
    assert [send(phone).status_code, send(phone).status_code] == [200, 200]
    assert CheckIn.objects.count() == 1


def test_a_check_in_that_waited_keeps_its_time_and_is_marked_late(phone):
    answer = send(phone, made_at=(NOW - timedelta(hours=11)).isoformat())
    assert answer.json()["sentence"].startswith("已记录 21:12（补传）")
    assert CheckIn.objects.get().late_upload


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"made_at": "昨天"}, 400),
        ({"made_at": "2026-11-24T08:12:00"}, 400),
        ({"latitude": "北"}, 400),
        ({"latitude": None}, 422),
        ({"made_at": (NOW + timedelta(hours=2)).isoformat()}, 422),
        ({"made_at": (NOW - timedelta(days=60)).isoformat()}, 422),
        ({"latitude": 124.0}, 422),
    ],
)
def test_what_cannot_be_taken_is_refused_with_a_sentence(phone, fields, status):
    answer = send(phone, **fields)
    assert (answer.status_code, CheckIn.objects.count()) == (status, 0)
    if status == 422:
        assert set(answer.json()) >= {"code", "message"}


def test_whoever_is_not_posted_is_told_whom_to_ask(client, auditor):
    client.force_login(auditor)
    assert "没有在派的驻村任务" in client.get(PAGE).content.decode()
