"""What the admin's lists of evidence export comes in again with nothing new: within one office nothing is typed twice."""

from datetime import date, datetime

import pytest
import time_machine

from attendance.actions.check_in import void_check_in
from attendance.actions.import_check_ins import import_check_ins
from attendance.actions.import_leaves import import_leaves
from attendance.actions.import_spot_checks import import_spot_checks
from attendance.actions.import_weekly_sheet import import_weekly_sheet
from attendance.actions.record_spot_check import supersede
from attendance.models import CheckIn, LeaveRequest, SpotCheckResult
from tests.attendance.files import posted, xlsx
from tests.cadres.table_files import counts, exported, told
from townships.periods import SHANGHAI, Week

NOW = datetime(2026, 11, 20, 10, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def _later():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def desk(client, clerk):
    client.force_login(clerk)
    return client


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_check_ins(tree, posting, desk, clerk, kind):
    rows = [["甘雨", "2026-11-03 18:50"], ["甘雨", "2026-11-04 00:30:07"], ["甘雨", "2026-11-05 08:00"]]
    import_check_ins(unit=tree.township, content=xlsx(["姓名", "时间"], *rows), filename="打卡.xlsx")
    first = CheckIn.objects.order_by("made_at").first()
    CheckIn.objects.filter(pk=first.pk).update(made_at=first.made_at.replace(microsecond=123456))
    void_check_in(check_in=CheckIn.objects.last(), reason="代打卡", actor=clerk, at=NOW)
    content = exported(desk, "attendance_checkin", kind)
    report = import_check_ins(unit=tree.township, content=content, filename=f"打卡.{kind}", actor=clerk)
    assert (told(report), counts(report), CheckIn.objects.count()) == ([], (0, 0, 3), 3)


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_leaves(tree, posting, desk, clerk, kind):
    header = ["姓名", "请假类型", "开始时间", "结束时间", "审批人", "销假时间"]
    rows = [
        ["甘雨", "事假", "2026-11-03", "2026-11-05", "书记", "2026-11-06"],
        ["甘雨", "病假", "2026-11-10 上午", "2026-11-10 上午", "书记", None],
        ["甘雨", "年休假", "2026-11-12 下午", "2026-11-13", "书记", None],
    ]
    import_leaves(unit=tree.township, content=xlsx(header, *rows), filename="请假.xlsx")
    LeaveRequest.objects.create(
        posting=posting,
        begins_on=date(2026, 11, 25),
        ends_on=date(2026, 11, 25),
        days=1,
        counted_days=1,
        applied_at=NOW,
    )
    content = exported(desk, "attendance_leaverequest", kind)
    report = import_leaves(unit=tree.township, content=content, filename=f"请假.{kind}", actor=clerk)
    assert (told(report), counts(report)) == ([], (0, 0, 3))
    assert [line.why for line in report.left_out if "批准" in line.why] == ["不是已批准的请假"]


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_spot_checks(tree, posting, desk, clerk, kind):
    header = ["姓名", "抽查时间", "方式", "结果", "检查人", "现场情况"]
    rows = [
        ["甘雨", "2026-11-03 09:30", "实地", "在岗", "李四", "在入户，电话(0771)通"],
        ["甘雨", "2026-11-04 15:00", "电话", "不在岗", "李四", None],
        ["甘雨", "2026-11-05 10:00", "视频", "公差", "李四", None],
    ]
    import_spot_checks(unit=tree.township, content=xlsx(header, *rows), filename="抽查.xlsx")
    supersede(result=SpotCheckResult.objects.last(), reason="记错", actor=None, at=NOW)
    content = exported(desk, "attendance_spotcheckresult", kind)
    report = import_spot_checks(unit=tree.township, content=content, filename=f"抽查.{kind}", actor=clerk)
    assert (told(report), counts(report), SpotCheckResult.objects.count()) == ([], (0, 0, 2), 3)


def test_a_weekly_sheet_again(tree, posting):
    days = ["星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"]
    content = xlsx(["姓名", *days], ["甘雨", "√", "√×", None, "△", "○", "休", "休"])
    order = {"unit": tree.township, "week": Week.parse("2026-W45"), "content": content, "filename": "周考勤表.xlsx"}
    assert import_weekly_sheet(**order).created == 1
    assert counts(import_weekly_sheet(**order)) == (0, 0, 1)


@pytest.mark.parametrize(
    ("written", "span"),
    [
        ("2026年11月2日上午 至 11月4日下午", (date(2026, 11, 2), "am", date(2026, 11, 4), "pm")),
        ("2026年11月2日", (date(2026, 11, 2), "am", date(2026, 11, 2), "pm")),
        ("2026年11月2日上午", (date(2026, 11, 2), "am", date(2026, 11, 2), "am")),
        ("2026-11-02到2026-11-03 上午", (date(2026, 11, 2), "am", date(2026, 11, 3), "am")),
        ("2026年11月2日下午 至 2026年11月3日上午", (date(2026, 11, 2), "pm", date(2026, 11, 3), "am")),
    ],
)
def test_both_ends_of_a_leave_in_one_column(tree, posting, written, span):
    report = import_leaves(
        unit=tree.township, content=xlsx(["姓名", "请假类别", "起止"], ["甘雨", "事假", written]), filename="请假.xlsx"
    )
    assert told(report) == []
    leave = LeaveRequest.objects.get()
    assert (leave.begins_on, leave.begins_half, leave.ends_on, leave.ends_half) == span


@pytest.mark.parametrize(("written", "code"), [("不久", "date.invalid"), (None, "required"),
                                               ("2026年11月4日 至 11月2日", "leave.dates")])  # fmt: skip
def test_an_end_that_cannot_be_read_refuses_the_ledger(tree, posting, written, code):
    posted(tree.village, "零露")
    rows = ["甘雨", "事假", written], ["零露", "事假", "2026年11月2日"]
    report = import_leaves(unit=tree.township, content=xlsx(["姓名", "请假类别", "起止"], *rows), filename="请假.xlsx")
    assert told(report) == [(2, code)]
    assert not LeaveRequest.objects.exists()
