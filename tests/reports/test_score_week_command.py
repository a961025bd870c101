"""`score_week` and `attendance_ledger` at the command line. Source: contracts.md."""

import json
from datetime import date
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command

from cadres.models import Talk
from reports.models import WeeklyScore

pytestmark = pytest.mark.django_db

TOWNSHIP = "459901101000"


def run(*arguments):
    """(exit code, stdout, stderr) of a command."""
    out, err, code = StringIO(), StringIO(), 0
    try:
        call_command(*arguments, stdout=out, stderr=err)
    except SystemExit as stop:
        code = stop.code
    return code, out.getvalue(), err.getvalue()


@pytest.fixture(autouse=True)
def wednesday(posting):
    with time_machine.travel("2026-12-30T10:00:00+08:00", tick=False):
        yield


@pytest.mark.parametrize(
    "arguments",
    [
        ("score_week", "2026-W54", "--unit", TOWNSHIP),
        ("score_week", "2025-W53", "--unit", TOWNSHIP),
        ("score_week", "2026-12-30", "--unit", TOWNSHIP),
        ("score_week", "2026-W52", "--unit", "4599"),
        ("attendance_ledger", "--week", "52", "--unit", TOWNSHIP),
        ("attendance_ledger", "--week", "2026-W52", "--unit", "x"),
    ],
)
def test_a_wrong_week_or_unit_is_a_usage_error(arguments):
    with pytest.raises(CommandError) as wrong:
        run(*arguments, "--json")
    assert wrong.value.returncode == 2


def test_a_future_week_is_refused_in_json():
    code, out, _ = run("score_week", "2027-W01", "--unit", TOWNSHIP, "--json")
    assert (code, json.loads(out)["code"]) == (1, "week.not_begun")


def test_week_53_across_new_year_is_not_final_and_says_what_is_not_announced():
    code, out, err = run("score_week", "2026-W53", "--unit", TOWNSHIP, "--json")
    document = json.loads(out)
    assert (code, document["week"], document["final"]) == (0, "2026-W53", False)
    assert not WeeklyScore.objects.filter(final=True).exists()
    assert "2027 年放假安排尚未录入" in err
    _, out, _ = run("attendance_ledger", "--unit", TOWNSHIP, "--week", "2026-W53", "--json")
    days = json.loads(out)["days"]
    assert [(day["date"], day["am"]) for day in days] == [
        ("2026-12-28", "absent"),
        ("2026-12-29", "absent"),
        ("2026-12-30", "pending"),
        ("2026-12-31", "pending"),
        ("2027-01-01", "pending"),
        ("2027-01-02", "rest"),
        ("2027-01-03", "rest"),
    ]


def test_after_new_evidence_two_runs_print_one_document_and_the_first_tells_of_the_change(posting):
    run("score_week", "2026-W52", "--unit", TOWNSHIP, "--json")
    Talk.objects.create(posting=posting, held_on=date(2026, 12, 23), talker="镇党委书记", reason="走读")
    code, first, told = run("score_week", "2026-W52", "--unit", TOWNSHIP, "--json")
    assert (code, "1 人的得分因新证据有变动" in told) == (0, True)
    assert run("score_week", "2026-W52", "--unit", TOWNSHIP, "--json") == (0, first, "")


def test_people_read_chinese_sentences():
    _, out, _ = run("score_week", "2026-W52", "--unit", TOWNSHIP)
    assert "甘雨 大同村 50.00" in out
    _, out, _ = run("attendance_ledger", "--unit", TOWNSHIP, "--week", "2026-W52")
    assert "2026-12-21 甘雨 缺勤" in out
