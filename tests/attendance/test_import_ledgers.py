"""Leave and spot-check ledgers. Source: contracts.md, Leave ledger / spot-check ledger."""

from datetime import date, datetime
from decimal import Decimal

import pytest
import time_machine

from attendance.actions.apply_for_leave import apply_for_leave
from attendance.actions.decide_leave import decide_leave
from attendance.actions.import_leaves import import_leaves
from attendance.actions.import_spot_checks import import_spot_checks
from attendance.models import LeaveRequest, SpotCheckResult
from tests.attendance.files import codes, posted, questions, wall, xlsx
from townships.periods import SHANGHAI

NOW = datetime(2026, 11, 20, 10, tzinfo=SHANGHAI)
LEAVE = ["姓名", "请假类型", "开始时间", "结束时间", "审批人", "销假时间"]
CHECK = ["姓名", "抽查时间", "方式", "结果", "检查人"]


@pytest.fixture(autouse=True)
def _later():
    with time_machine.travel(NOW, tick=False):
        yield


def leaves(unit, *rows, **fields):
    return import_leaves(unit=unit, content=xlsx(LEAVE, *rows), filename="请假台账.xlsx", **fields)


def checks(unit, *rows, **fields):
    return import_spot_checks(unit=unit, content=xlsx(CHECK, *rows), filename="抽查台账.xlsx", **fields)


@pytest.mark.parametrize(
    ("begins", "ends", "halves", "days"),
    [
        ("2026-11-03 上午", "2026-11-03 上午", ("am", "am"), "0.5"),
        ("2026-11-03 下午", "2026-11-04 上午", ("pm", "am"), "1"),
        ("2026-11-03", "2026-11-04", ("am", "pm"), "2"),
        (date(2026, 11, 3), date(2026, 11, 3), ("am", "pm"), "1"),
        ("2026年11月3日下午", "2026.11.3", ("pm", "pm"), "0.5"),
        (wall(2026, 11, 3, 14, 30), wall(2026, 11, 4, 12, 0), ("pm", "am"), "1"),
        ("2026-11-03 08:00", "2026-11-03 18:00", ("am", "pm"), "1"),
    ],
)
def test_leave_is_read_by_halves(tree, posting, begins, ends, halves, days):
    report = leaves(tree.township, ["甘雨", "事假", begins, ends, "镇党委书记", None])
    assert report.created == 1, report.errors
    leave = LeaveRequest.objects.get()
    assert (leave.begins_half, leave.ends_half) == halves
    assert leave.days == Decimal(days)
    assert (leave.state, leave.approver_name, leave.on_paper) == ("approved", "镇党委书记", True)


@pytest.mark.parametrize(
    ("written", "kind"),
    [("病假", "sick"), ("年假", "annual"), ("公休假", "annual"), ("陪产假", "paternity"), (None, "personal")],
)
def test_kinds_of_leave_have_many_names(tree, posting, written, kind):
    leaves(tree.township, ["甘雨", written, "2026-11-03", "2026-11-03", None, None])
    assert LeaveRequest.objects.get().kind == kind


def test_importing_again_fills_in_the_return_and_nothing_else(tree, posting):
    row = ["甘雨", "事假", "2026-11-03", "2026-11-04", "书记"]
    leaves(tree.township, [*row, None])
    assert leaves(tree.township, [*row, None]).unchanged == 1
    report = leaves(tree.township, [*row, "2026-11-05"])
    assert (report.created, report.updated) == (0, 1)
    leave = LeaveRequest.objects.get()
    assert leave.returned_on == date(2026, 11, 5)
    assert leave.history.count() == 2
    assert leaves(tree.township, [*row, None]).unchanged == 1


def test_adjoining_leaves_of_a_ledger_count_together(tree, posting):
    leaves(
        tree.township,
        ["甘雨", "事假", "2026-11-03", "2026-11-04", "书记", "2026-11-04"],
        ["甘雨", "事假", "2026-11-05", "2026-11-06", "书记", "2026-11-06"],
    )
    assert set(LeaveRequest.objects.values_list("days", "counted_days")) == {(Decimal(2), Decimal(4))}


@pytest.mark.parametrize(
    ("row", "key", "code"),
    [
        (["甘雨", "事假", "2026-11-04", "2026-11-03", None, None], "结束时间", "leave.dates"),
        (["甘雨", "事假", "十一月", "2026-11-03", None, None], "开始时间", "date.invalid"),
        (["甘雨", "事假", "2026-11-03", None, None, None], "结束时间", "required"),
        (["甘雨", "散步", "2026-11-03", "2026-11-03", None, None], "请假类型", "choice.unknown"),
        (["甘雨", "事假", "2026-11-03", "2026-11-03", None, "2026-11-01"], "销假时间", "leave.return_date"),
        (["甘雨", "事假", "2026-11-03", "2026-11-03", None, "2026-12-01"], "销假时间", "date.future"),
        (["张三", "事假", "2026-11-03", "2026-11-03", None, None], "姓名", "person.unknown"),
    ],
)
def test_a_bad_leave_refuses_the_ledger(tree, posting, row, key, code):
    report = leaves(tree.township, row)
    assert [(p.row, p.column, p.code) for p in report.errors] == [(2, key, code)]
    assert not LeaveRequest.objects.exists()


def test_a_leave_twice_in_one_ledger_is_refused(tree, posting):
    row = ["甘雨", "事假", "2026-11-03", "2026-11-03", None, None]
    assert codes(leaves(tree.township, row, row).errors) == [(3, "duplicate.row")]


def test_leave_overlapping_another_is_pointed_out(tree, posting):
    leaves(tree.township, ["甘雨", "事假", "2026-11-03", "2026-11-05", None, None])
    report = leaves(tree.township, ["甘雨", "事假", "2026-11-05", "2026-11-06", None, None])
    assert (report.committed, codes(report.warnings)) == (True, [(2, "leave.overlaps")])


def test_leave_outside_the_posting_is_left_out(tree, posting):
    report = leaves(tree.township, ["甘雨", "事假", "2026-01-05", "2026-01-06", None, None])
    assert (report.committed, codes(report.warnings)) == (True, [(2, "posting.not_active")])


def test_a_leave_decided_in_the_system_only_takes_the_return(tree, posting, squad_leader):
    leave = apply_for_leave(
        posting=posting, kind="personal", begins_on=date(2026, 11, 3), ends_on=date(2026, 11, 3),
        actor=posting.cadre.user, at=NOW,
    )  # fmt: skip
    row = ["甘雨", "病假", "2026-11-03", "2026-11-03", "别人", "2026-11-03"]
    assert codes(leaves(tree.township, row).errors) == [(2, "leave.pending")]
    decide_leave(leave=leave, actor=squad_leader, approve=True, at=NOW)
    assert leaves(tree.township, row).updated == 1
    leave.refresh_from_db()
    assert (leave.kind, leave.approver_name, leave.returned_on) == ("personal", "分队长", date(2026, 11, 3))
    longer = ["甘雨", "病假", "2026-11-03", "2026-11-06", "别人", None]
    assert codes(leaves(tree.township, longer).errors) == [(2, "leave.conflict")]


@pytest.mark.parametrize(
    ("moment", "half", "minute"),
    [
        (wall(2026, 11, 3, 11, 59), "am", 719),
        (wall(2026, 11, 3, 12, 0), "pm", 720),
        ("2026-11-03 下午", "pm", 900),
    ],
)
def test_findings_fall_into_a_half(tree, posting, moment, half, minute):
    checks(tree.township, ["甘雨", moment, "实地", "不在岗", "分队长"])
    found = SpotCheckResult.objects.get()
    assert (found.half, found.minute, found.method, found.finding) == (half, minute, "onsite", "absent")


def test_importing_findings_again(tree, posting):
    row = ["甘雨", wall(2026, 11, 3, 10, 5), "电话", "在岗", "分队长"]
    checks(tree.township, row)
    assert checks(tree.township, row).unchanged == 1
    report = checks(tree.township, [*row[:3], "请假", "分队长"])
    assert report.updated == 1
    assert list(SpotCheckResult.objects.filter(superseded_at__isnull=True).values_list("finding", flat=True)) == [
        "leave"
    ]
    assert SpotCheckResult.objects.exclude(supersede_reason="").count() == 1


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (["甘雨", "2026-11-03", "实地", "在岗", None], "date.invalid"),
        (["甘雨", wall(2026, 12, 3, 9, 0), "实地", "在岗", None], "date.future"),
        (["甘雨", wall(2026, 11, 3, 9, 0), "短信", "在岗", None], "choice.unknown"),
        (["甘雨", wall(2026, 11, 3, 9, 0), None, "在岗", None], "required"),
        (["甘雨", wall(2026, 11, 3, 9, 0), "实地", "失联", None], "choice.unknown"),
    ],
)
def test_a_bad_finding_refuses_the_ledger(tree, posting, row, code):
    assert codes(checks(tree.township, row).errors) == [(2, code)]
    assert not SpotCheckResult.objects.exists()


def test_larger_ledgers_cost_no_more_queries(tree):
    for number in range(300):
        posted(tree.village if number % 2 else tree.other_village, f"队员{number:03d}")
    away = [[f"队员{n:03d}", "事假", "2026-11-03", "2026-11-04", "书记", None] for n in range(300)]
    found = [[f"队员{n:03d}", wall(2026, 11, 3, 9, 0), "实地", "在岗", "分队长"] for n in range(300)]
    for bring, rows, most in ((leaves, away, 14), (checks, found, 9)):
        few = questions(lambda bring=bring, rows=rows: bring(tree.township, *rows[:10]))
        many = questions(lambda bring=bring, rows=rows: bring(tree.township, *rows))
        assert many <= few <= most
