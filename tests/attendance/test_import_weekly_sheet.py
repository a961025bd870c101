"""Typed-in weekly sheets. Source: contracts.md, Weekly sheet."""

from datetime import date, datetime

import pytest
import time_machine

from attendance.actions.import_weekly_sheet import import_weekly_sheet
from attendance.models import AttendancePolicy, SheetMark, WeeklySheet
from tests.attendance.files import codes, posted, questions, xlsx
from townships.errors import NotAllowed, OutOfReach
from townships.periods import SHANGHAI, Week

WEEK = Week.parse("2026-W45")
DAYS = ["星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"]
BLANK = [None] * 7


@pytest.fixture(autouse=True)
def _later():
    with time_machine.travel(datetime(2026, 11, 20, 10, tzinfo=SHANGHAI), tick=False):
        yield


def bring(unit, *rows, week=WEEK, **fields):
    return import_weekly_sheet(unit=unit, week=week, content=xlsx(*rows), filename="周考勤表.xlsx", **fields)


def in_force(posting) -> dict[date, tuple[str, str]]:
    marks = SheetMark.objects.filter(posting=posting, superseded_at__isnull=True)
    return {mark.day: (mark.am, mark.pm) for mark in marks}


def test_marks_come_in_by_name(tree, posting):
    report = bring(tree.township, ["姓名", *DAYS], ["甘雨", "√", "√×", None, "△", "○", "休", "休"])
    assert report.committed
    assert (report.rows, report.created) == (1, 1)
    assert in_force(posting) == {
        date(2026, 11, 2): ("√", "√"),
        date(2026, 11, 3): ("√", "×"),
        date(2026, 11, 5): ("△", "△"),
        date(2026, 11, 6): ("○", "○"),
        date(2026, 11, 7): ("休", "休"),
        date(2026, 11, 8): ("休", "休"),
    }


@pytest.mark.parametrize(
    "header",
    [
        ["周一", "周二"],
        ["一", "二"],
        ["11月2日", "11月3日"],
        ["2026-11-02", "2026.11.3"],
        [date(2026, 11, 2), date(2026, 11, 3)],
        ["11.2(周一)", "11.3(周二)"],
    ],
)
def test_days_are_named_in_many_ways(tree, posting, header):
    bring(tree.township, ["姓名", *header], ["甘 雨", "√", "×"])
    assert in_force(posting) == {date(2026, 11, 2): ("√", "√"), date(2026, 11, 3): ("×", "×")}


def test_a_day_may_have_two_columns(tree, posting):
    bring(
        tree.township,
        ["周考勤表"],
        ["序号", "姓名", "星期一", None, "星期二", None],
        [None, None, "上午", "下午", "上午", "下午"],
        [1, "甘雨", "√", "×", "√", None],
        ["队长签字:"],
    )
    assert in_force(posting) == {date(2026, 11, 2): ("√", "×"), date(2026, 11, 3): ("√", "")}


def test_dates_may_stand_below_the_weekdays(tree, posting):
    report = bring(
        tree.township,
        ["姓名", *DAYS],
        [None, *(f"11月{day}日" for day in range(2, 9))],
        ["甘雨", "√", *BLANK[1:]],
    )
    assert (report.rows, report.created, report.errors) == (1, 1, [])


def test_importing_again_changes_nothing(tree, posting):
    rows = ["姓名", *DAYS], ["甘雨", "√", *BLANK[1:]]
    bring(tree.township, *rows)
    report = bring(tree.township, *rows)
    assert (report.created, report.updated, report.unchanged) == (0, 0, 1)
    assert SheetMark.objects.count() == 1


def test_importing_a_changed_sheet_supersedes(tree, posting):
    bring(tree.township, ["姓名", *DAYS], ["甘雨", "√", "√", *BLANK[2:]])
    report = bring(tree.township, ["姓名", *DAYS], ["甘雨", "×", None, *BLANK[2:]])
    assert report.updated == 1
    assert in_force(posting) == {date(2026, 11, 2): ("×", "×")}
    outdated = SheetMark.objects.filter(superseded_at__isnull=False).values_list("am", flat=True)
    assert list(outdated) == ["√", "√"]


def test_days_and_people_not_in_the_file_stay(tree, posting):
    other = posted(tree.other_village, "韦一")
    bring(tree.township, ["姓名", "周一", "周二"], ["甘雨", "√", "√"], ["韦一", "√", "√"])
    bring(tree.township, ["姓名", "周一", "周三"], ["甘雨", "×", None])
    assert in_force(posting) == {date(2026, 11, 2): ("×", "×"), date(2026, 11, 3): ("√", "√")}
    assert len(in_force(other)) == 2


def test_each_village_gets_its_own_sheet(tree, posting):
    posted(tree.other_village, "韦一")
    bring(tree.township, ["姓名", *DAYS], ["甘雨", "√", *BLANK[1:]], ["韦一", "√", *BLANK[1:]])
    assert set(WeeklySheet.objects.values_list("unit__name", "week")) == {
        ("大同村", "2026-W45"),
        ("龙塘村", "2026-W45"),
    }


def test_an_unknown_mark_refuses_the_whole_file(tree, posting):
    posted(tree.village, "韦一")
    report = bring(tree.township, ["姓名", *DAYS], ["甘雨", "√", *BLANK[1:]], ["韦一", "√", "？", *BLANK[2:]])
    assert not report.committed
    assert codes(report.errors) == [(3, "mark.unknown")]
    assert report.errors[0].message.startswith("第 3 行“星期二”")
    assert SheetMark.objects.count() == 0


def test_marks_are_read_by_the_policy_of_the_village(tree, posting):
    marks = {"√": "present", "假": "leave"}
    AttendancePolicy.objects.create(
        unit=tree.township, effective_from=date(2026, 1, 1), document={"required_days": "all_days", "marks": marks}
    )
    assert bring(tree.township, ["姓名", *DAYS], ["甘雨", "假", *BLANK[1:]]).committed
    assert codes(bring(tree.township, ["姓名", *DAYS], ["甘雨", "△", *BLANK[1:]]).errors) == [(2, "mark.unknown")]


def test_marks_before_a_posting_begins_are_left_out_with_a_warning(tree):
    late = posted(tree.village, "零露", begins=date(2026, 11, 4))
    report = bring(tree.township, ["姓名", *DAYS], ["零露", "√", None, "√", *BLANK[3:]])
    assert report.committed
    assert codes(report.warnings) == [(2, "posting.not_active")]
    assert list(in_force(late)) == [date(2026, 11, 4)]


def test_a_transfer_inside_the_week_puts_each_day_where_it_belongs(tree):
    before = posted(tree.village, "零露", ends=date(2026, 11, 4))
    after = posted(tree.other_village, "陆遥", begins=date(2026, 11, 4))
    after.cadre = before.cadre
    after.save()
    bring(tree.township, ["姓名", *DAYS], ["零露", "√", "√", "√", "√", *BLANK[4:]])
    assert (len(in_force(before)), len(in_force(after))) == (2, 2)


def test_nobody_signs_for_a_day_to_come(tree, posting):
    with time_machine.travel(datetime(2026, 11, 3, 10, tzinfo=SHANGHAI), tick=False):
        report = bring(tree.township, ["姓名", *DAYS], ["甘雨", "√", "√", "√", *BLANK[3:]])
    assert codes(report.warnings) == [(2, "date.future")]
    assert list(in_force(posting)) == [date(2026, 11, 2), date(2026, 11, 3)]


def test_two_persons_of_one_name_must_be_told_apart(tree, posting):
    posted(tree.other_village, "甘雨")
    report = bring(tree.township, ["姓名", *DAYS], ["甘雨", "√", *BLANK[1:]])
    assert codes(report.errors) == [(2, "person.ambiguous")]
    assert "身份证号" in report.errors[0].message
    told = bring(tree.township, ["姓名", "村", *DAYS], ["甘雨", "龙塘", "√", *BLANK[1:]])
    assert told.committed
    assert not in_force(posting)
    rows = xlsx(["姓名", *DAYS], ["甘雨", "√", *BLANK[1:]], sheet="大同村")
    import_weekly_sheet(unit=tree.township, week=WEEK, content=rows, filename="各村.xlsx")
    assert in_force(posting)


def test_whoever_left_before_the_week_is_not_meant(tree, posting):
    posted(tree.other_village, "甘雨", ended=True)
    assert bring(tree.township, ["姓名", *DAYS], ["甘雨", "√", *BLANK[1:]]).committed
    assert len(in_force(posting)) == 1


@pytest.mark.parametrize("name", ["张三", "邻居"])
def test_people_outside_the_unit_are_unknown(tree, posting, name):
    posted(tree.village2, "邻居")
    report = bring(tree.township, ["姓名", *DAYS], [name, "√", *BLANK[1:]])
    assert codes(report.errors) == [(2, "person.unknown")]


def test_a_row_repeated_with_other_marks_is_refused(tree, posting):
    rows = ["姓名", *DAYS], ["甘雨", "√", *BLANK[1:]], ["甘雨", "×", *BLANK[1:]]
    assert codes(bring(tree.township, *rows).errors) == [(3, "duplicate.row")]


@pytest.mark.parametrize(
    ("header", "code"), [(["姓名", "11月9日"], "week.mismatch"), (["姓名", "身份证号", "职务"], "file.no_header")]
)
def test_a_sheet_of_another_week_or_without_days_is_refused(tree, posting, header, code):
    report = bring(tree.township, header, ["甘雨", "√"])
    assert [problem.code for problem in report.errors] == [code]


def test_a_dry_run_counts_and_writes_nothing(tree, posting):
    report = bring(tree.township, ["姓名", *DAYS], ["甘雨", "√", *BLANK[1:]], dry_run=True)
    assert (report.created, report.committed) == (1, False)
    assert WeeklySheet.objects.count() == SheetMark.objects.count() == 0


def test_importing_needs_the_right(tree, posting, leader, outsider, clerk):
    rows = ["姓名", *DAYS], ["甘雨", "√", *BLANK[1:]]
    with pytest.raises(NotAllowed):
        bring(tree.village, *rows, actor=leader)
    with pytest.raises(OutOfReach):
        bring(tree.township, *rows, actor=outsider)
    assert bring(tree.township, *rows, actor=clerk).committed
    assert SheetMark.objects.get().made_by == clerk


def test_a_larger_file_costs_no_more_queries(tree):
    for number in range(300):
        posted(tree.village if number % 2 else tree.other_village, f"队员{number:03d}")
    rows = [[f"队员{number:03d}", *["√"] * 5, None, None] for number in range(300)]
    few = questions(lambda: bring(tree.township, ["姓名", *DAYS], *rows[:10]))
    many = questions(lambda: bring(tree.township, ["姓名", *DAYS], *rows))
    assert many <= few <= 14
