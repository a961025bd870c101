"""Check-ins as DingTalk and WeCom export them, in every layout, with their real title rows."""

from datetime import date, datetime

import pytest
import time_machine

from attendance.actions.import_check_ins import import_check_ins
from attendance.models import CheckIn
from attendance.punch_columns import Clock, clocks_in, first_day, punch_header
from tests.attendance.exports import (
    ding,
    ding_days,
    ding_grid,
    ding_records,
    ding_sums,
    wecom_daily,
    wecom_grid,
)
from tests.attendance.files import codes, posted, questions
from townships.periods import SHANGHAI


@pytest.fixture(autouse=True)
def _later():
    with time_machine.travel(datetime(2026, 11, 20, 10, tzinfo=SHANGHAI), tick=False):
        yield


def bring(unit, content, filename="考勤报表.xlsx", **fields):
    return import_check_ins(unit=unit, content=content, filename=filename, **fields)


def moments() -> list[str]:
    rows = CheckIn.objects.order_by("made_at").values_list("made_at", flat=True)
    return [f"{row.astimezone(SHANGHAI):%m-%d %H:%M}" for row in rows]


def record(day="26-10-05 星期一", at="08:12", result="正常", **more) -> dict:
    return {"姓名": "甘雨", "考勤日期": day, "考勤时间": "08:30", "打卡时间": at, "打卡结果": result, **more}


# --- 钉钉 原始记录


@pytest.mark.parametrize(
    ("row", "moment"),
    [
        (record(), "10-05 08:12"),
        (record(at="2026-10-05 08:12"), "10-05 08:12"),
        (record(at="2026-10-05 08:12:33"), "10-05 08:12"),
        (record(at="次日 01:30"), "10-06 01:30"),
        (record(at="次日01:30"), "10-06 01:30"),
        (record(day="2026-10-05 星期一", result="外勤"), "10-05 08:12"),
        (record(day="26-10-05 星期一", result="迟到"), "10-05 08:12"),
    ],
)
def test_dingtalk_records_say_when_somebody_punched(tree, posting, row, moment):
    report = bring(tree.township, ding((ding_records, row)))
    assert (report.errors, report.rows, report.created) == ([], 1, 1)
    assert moments() == [moment]


def test_a_place_comes_with_a_record(tree, posting):
    bring(tree.township, ding((ding_records, record(打卡地址="大同村村委会", 打卡备注="入户"))))
    assert CheckIn.objects.get().place == "大同村村委会"


@pytest.mark.parametrize(
    ("at", "result"), [(None, "缺卡"), ("--", "正常"), ("17:30", "补卡审批通过"), ("未打卡", None), (None, "请假")]
)
def test_where_nobody_punched_nothing_is_brought_in_and_it_is_counted(tree, posting, at, result):
    report = bring(tree.township, ding((ding_records, record(at=at, result=result), record())))
    assert (report.created, codes(report.warnings)) == (1, [(4, "check_in.missing")])
    assert [outcome.kind for outcome in report.outcomes] == ["new"]
    assert [(line.row, line.why[:4]) for line in report.left_out] == [(4, "没有打卡")]


def test_sheets_that_say_less_than_the_records_are_left_out(tree, posting):
    content = ding(
        (ding_sums, "甘雨"),
        (ding_days, ["甘雨", "26-10-05 星期一", "08:12", "正常", "18:02", "正常"]),
        (ding_grid, ("甘雨", {5: "08:12\n18:02"})),
        (ding_records, record(), record(at="18:02", result="补卡审批通过")),
    )
    report = bring(tree.township, content)
    assert (report.errors, moments()) == ([], ["10-05 08:12"])
    skipped = [problem.sheet for problem in report.warnings if problem.code == "sheet.skipped"]
    assert skipped == ["月度汇总", "每日统计", "打卡时间"]


# --- 钉钉 打卡时间, 每日统计, 月度汇总


def test_a_grid_has_a_column_a_day_and_weekends_without_numbers(tree, posting):
    times = {1: "07:58  \n18:05  ", 3: "09:30", 4: "20:10\n次日00:40", 31: "08:00(外勤)"}
    report = bring(tree.township, ding((ding_grid, ("甘雨", times))))
    assert report.errors == []
    assert moments() == ["10-01 07:58", "10-01 18:05", "10-03 09:30", "10-04 20:10", "10-05 00:40", "10-31 08:00"]
    after_midnight = CheckIn.objects.get(minute=24 * 60 + 40)
    assert after_midnight.day == date(2026, 10, 4)
    assert (report.rows, report.created) == (1, 1)


def test_a_grid_without_its_title_is_refused(tree, posting):
    report = bring(tree.township, ding((ding_grid, ("甘雨", {1: "08:00"})), titles=["考勤", "考勤"]))
    assert [problem.code for problem in report.errors] == ["month.missing"]
    assert not CheckIn.objects.exists()


def test_daily_statistics_have_two_times_a_row(tree, posting):
    rows = [
        ["甘雨", "26-10-05 星期一", "08:12", "正常", "18:02", "早退"],
        ["甘雨", "26-10-06 星期二", "08:30", "补卡审批通过", None, "缺卡"],
        ["甘雨", "26-10-10 星期六", None, None, None, None],
    ]
    report = bring(tree.township, ding((ding_days, *rows)))
    assert (report.errors, moments()) == ([], ["10-05 08:12", "10-05 18:02"])
    assert [outcome.kind for outcome in report.outcomes] == ["new"]
    assert [line.row for line in report.left_out] == [6, 7]


def test_sums_alone_hold_no_time_and_say_what_to_export(tree, posting):
    report = bring(tree.township, ding((ding_sums, "甘雨")))
    assert [problem.code for problem in report.errors] == ["file.no_header"]
    assert "原始记录" in report.errors[0].message
    assert not CheckIn.objects.exists()


# --- 企业微信


def detail(day="2026/10/05 星期一", at="08:12", status="正常", **more) -> dict:
    return {
        "日期": day,
        "姓名": "甘雨",
        "打卡类型": "上班",
        "应打卡时间": "08:30",
        "实际打卡时间": at,
        "打卡状态": status,
        **more,
    }


def test_wecom_details_are_read_and_the_overview_is_left_out(tree, posting):
    overview = [["2026/10/05 星期一", "甘雨", "08:12", "18:02", 2, "08:12", "正常", "18:02", "正常", "08:12、18:02"]]
    details = [detail(打卡地点="大同村"), detail(at="未打卡", status="缺卡"), detail(at="--", status="--")]
    report = bring(tree.township, wecom_daily(overview, details), filename="上下班打卡_日报_20261001-20261031.xlsx")
    assert (report.errors, moments()) == ([], ["10-05 08:12"])
    assert CheckIn.objects.get().place == "大同村"
    assert {problem.code for problem in report.warnings} == {"sheet.skipped", "check_in.missing"}


def test_the_wecom_overview_alone_is_read_by_days(tree, posting):
    overview = [
        ["2026/10/05 星期一", "甘雨", "08:12", "18:02", 2, "08:12", "正常", "18:02", "正常", "08:12、12:30、18:02"],
        ["2026/10/06 星期二", "甘雨", "--", "--", "--", "--", "--", "--", "--", "--"],
    ]
    report = bring(tree.township, wecom_daily(overview))
    assert (report.errors, moments()) == ([], ["10-05 08:12", "10-05 12:30", "10-05 18:02"])


def test_the_wecom_grid_has_numbers_and_weekdays(tree, posting):
    people = ("甘雨", {5: "08:55(正常)、18:03(地点异常)", 6: "未打卡", 10: "09:00"})
    report = bring(tree.township, wecom_grid(people), filename="打卡时间记录_20261001-20261031.xlsx")
    assert (report.errors, moments()) == ([], ["10-05 08:55", "10-05 18:03", "10-10 09:00"])


# --- all


@pytest.mark.parametrize(
    "content",
    [
        ding((ding_records, record(), record(at="18:02"))),
        ding((ding_grid, ("甘雨", {5: "08:12\n18:02"}))),
        ding((ding_days, ["甘雨", "26-10-05 星期一", "08:12", "正常", "18:02", "正常"])),
        wecom_daily([], [detail(), detail(at="18:02")]),
        wecom_grid(("甘雨", {5: "08:12、18:02"})),
    ],
    ids=["records", "grid", "days", "details", "wecom grid"],
)
def test_every_layout_says_the_same_and_again_changes_nothing(tree, posting, content):
    assert bring(tree.township, content).committed
    assert moments() == ["10-05 08:12", "10-05 18:02"]
    again = bring(tree.township, content)
    assert (again.created, again.unchanged, CheckIn.objects.count()) == (0, again.rows, 2)


def test_a_look_writes_nothing_and_tells_every_row(tree, posting):
    report = bring(tree.township, ding((ding_records, record(), record(at="明天"))), dry_run=True)
    assert [outcome.kind for outcome in report.outcomes] == ["new", "refused"]
    assert not CheckIn.objects.exists()


def test_the_good_rows_come_in_when_somebody_chose_so(tree, posting):
    report = bring(tree.township, ding((ding_records, record(), record(at="明天"))), only_good=True)
    assert (report.committed, report.created, len(report.errors)) == (True, 1, 1)
    assert moments() == ["10-05 08:12"]


def test_a_larger_export_costs_no_more_queries(tree):
    for number in range(60):
        posted(tree.village, f"队员{number:03d}")
    people = [(f"队员{number:03d}", {5: "08:12\n18:02", 6: "08:10"}) for number in range(60)]
    few = questions(lambda: bring(tree.township, ding((ding_grid, *people[:5])), dry_run=True))
    many = questions(lambda: bring(tree.township, ding((ding_grid, *people)), dry_run=True))
    assert many <= few


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("08:12\n18:03", [(8, 12), (18, 3)]),
        ("08:55(正常)、次日01:10(外勤)", [(8, 55), (25, 10)]),
        ("次日 01:10", [(25, 10)]),
        ("08：12", [(8, 12)]),
        ("08:30(补卡)", []),
        ("请假10-08 08:30到10-08 17:30 1天", []),
        ("25:70", []),
        ("休息", []),
        (None, []),
        (0.5, [(12, 0)]),
    ],
)
def test_times_in_a_cell(cell, found):
    assert clocks_in(cell) == [Clock(*one) for one in found]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("打卡时间 统计日期：2026-10-01 至 2026-10-31", date(2026, 10, 1)),
        ("统计时间:12-29 ～ 01-04     制表时间:2027-01-05 09:00(UTC+8)", date(2026, 12, 29)),
        ("上下班打卡_日报_20261001-20261031.xlsx", date(2026, 10, 1)),
        ("考勤", None),
    ],
)
def test_the_first_day_of_a_title(text, day):
    assert first_day([text]) == day


@pytest.mark.parametrize(
    ("form", "key"),
    [("5", "slot5"), ("打卡时间5", "slot5"), ("5星期一", "slot5"), ("32", None), ("上班1打卡时间", "on1:time"),
     ("下班打卡结果", "off:result"), ("应打卡时间", None)],
)  # fmt: skip
def test_headers_that_no_list_can_name(form, key):
    assert punch_header(form) == key


def test_the_department_tells_people_of_one_name_apart(tree):
    here, there = posted(tree.village, "王芳"), posted(tree.other_village, "王芳")
    rows = [{**record(), "姓名": "王芳", "部门": village} for village in ("大同村", "龙塘村")]
    report = bring(tree.township, ding((ding_records, *rows)))
    assert (report.errors, report.created) == ([], 2)
    assert {one.posting for one in CheckIn.objects.all()} == {here, there}
