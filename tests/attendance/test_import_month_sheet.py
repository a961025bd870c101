"""The month form of the attendance sheet: one table a month, one sheet or one table a village."""

import io
from datetime import date, datetime

import openpyxl
import pytest
import time_machine

from attendance.actions.import_month_sheet import import_month_sheet
from attendance.models import SheetMark
from attendance.month_columns import day_of_month, month_in, month_of
from tests.attendance.files import codes, posted, questions, xlsx
from townships.periods import SHANGHAI, Month

OCTOBER = Month.parse("2026-10")
DAYS = [str(day) for day in range(1, 32)]
WEEKDAYS = ["四", "五", "六", "日", "一", "二", "三"] * 5


@pytest.fixture(autouse=True)
def _later():
    with time_machine.travel(datetime(2026, 11, 20, 10, tzinfo=SHANGHAI), tick=False):
        yield


def bring(unit, *rows, month=None, filename="考勤.xlsx", sheet="Sheet1", **fields):
    return import_month_sheet(unit=unit, month=month, content=xlsx(*rows, sheet=sheet), filename=filename, **fields)


def line(name="甘雨", **marks) -> list:
    """A row with marks on some days: d1="√"."""
    return [name, *(marks.get(f"d{day}") for day in DAYS)]


def in_force(posting) -> dict[int, tuple[str, str]]:
    marks = SheetMark.objects.filter(posting=posting, superseded_at__isnull=True)
    return {mark.day.day: (mark.am, mark.pm) for mark in marks if mark.day.month == 10}


@pytest.mark.parametrize(
    ("title", "extras"),
    [
        ("大同镇2026年10月驻村工作队员考勤表", {}),
        ("2026.10 考勤", {}),
        ("考勤表", {"month": OCTOBER}),
        ("考勤表", {"sheet": "2026年10月"}),
        ("考勤表", {"filename": "大同镇202610考勤.xlsx"}),
        ("10月份考勤表", {"month": OCTOBER}),
    ],
)
def test_the_month_stands_in_the_title_the_tab_the_name_or_is_chosen(tree, posting, title, extras):
    report = bring(tree.township, [title], ["姓名", *DAYS], line(d1="√", d8="△√", d31="○"), **extras)
    assert (report.errors, report.created) == ([], 1)
    assert in_force(posting) == {1: ("√", "√"), 8: ("△", "√"), 31: ("○", "○")}


@pytest.mark.parametrize(
    "header",
    [
        [["姓名", *DAYS]],
        [["姓名", *(int(day) for day in DAYS)]],
        [["姓名", *(f"{day}日" for day in DAYS)]],
        [["姓名", *(f"10月{day}日" for day in DAYS)]],
        [["姓名", *(date(2026, 10, int(day)) for day in DAYS)]],
        [["姓名", *DAYS], [None, *WEEKDAYS[:31]]],
        [["姓名", *(f"{day}\n星期{sign}" for day, sign in zip(DAYS, WEEKDAYS, strict=False))]],
        [["姓名", "日期"], [None, *DAYS]],
    ],
    ids=["1", "number", "1日", "10月1日", "date", "weekdays below", "weekday beside", "below 日期"],
)
def test_days_are_headed_in_many_ways(tree, posting, header):
    report = bring(tree.township, ["2026年10月考勤表"], *header, line(d5="√", d6="×"))
    assert (report.errors, report.rows) == ([], 1)
    assert in_force(posting) == {5: ("√", "√"), 6: ("×", "×")}


def test_mornings_and_afternoons_have_columns_of_their_own(tree, posting):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["2026年10月考勤表"])
    sheet.append(["姓名", *(cell for day in DAYS for cell in (day, None))])
    sheet.append([None, *["上午", "下午"] * 31])
    sheet.append(["甘雨", "√", "×", None, "√"])
    for column in range(2, 64, 2):
        sheet.merge_cells(start_row=2, start_column=column, end_row=2, end_column=column + 1)
    sheet.merge_cells("A2:A3")
    out = io.BytesIO()
    book.save(out)
    report = import_month_sheet(unit=tree.township, content=out.getvalue(), filename="考勤.xlsx")
    assert report.errors == []
    assert in_force(posting) == {1: ("√", "×"), 2: ("", "√")}


def test_a_sheet_a_village_tells_people_of_one_name_apart(tree):
    here, there = posted(tree.village, "王芳"), posted(tree.other_village, "王芳")
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, sign in (("大同村", "√"), ("龙塘", "△")):
        sheet = book.create_sheet(name)
        sheet.append(["2026年10月考勤表"])
        sheet.append(["姓名", *DAYS])
        sheet.append(line("王芳", d9=sign))
    out = io.BytesIO()
    book.save(out)
    report = import_month_sheet(unit=tree.township, content=out.getvalue(), filename="考勤.xlsx")
    assert (report.errors, report.created) == ([], 2)
    assert (in_force(here), in_force(there)) == ({9: ("√", "√")}, {9: ("△", "△")})


@pytest.mark.parametrize("titles", [("大同村2026年10月考勤表", "龙塘村2026年10月考勤表"), ("大同村", "龙塘村")])
def test_several_tables_on_a_sheet_belong_to_the_villages_in_their_titles(tree, titles):
    here, there = posted(tree.village, "王芳"), posted(tree.other_village, "王芳")
    report = bring(
        tree.township,
        [titles[0]],
        ["姓名", *DAYS],
        line("王芳", d9="√"),
        ["填表人：张三"],
        [titles[1]],
        ["姓名", *DAYS],
        line("王芳", d9="△"),
        month=OCTOBER,
    )
    assert (report.errors, report.created) == ([], 2)
    assert (in_force(here), in_force(there)) == ({9: ("√", "√")}, {9: ("△", "△")})


def test_two_months_may_stand_below_one_another(tree, posting):
    report = bring(
        tree.township,
        ["2026年9月考勤表"],
        ["姓名", *DAYS],
        line(d30="√"),
        ["2026年10月考勤表"],
        ["姓名", *DAYS],
        line(d1="△"),
    )
    assert (report.errors, report.rows) == ([], 2)
    days = SheetMark.objects.order_by("day").values_list("day", "am")
    assert list(days) == [(date(2026, 9, 30), "√"), (date(2026, 10, 1), "△")]


@pytest.mark.parametrize(
    ("title", "month", "code"),
    [
        ("考勤表", None, "month.missing"),
        ("10月考勤表", None, "month.missing"),
        ("2026年9月考勤表", OCTOBER, "month.mismatch"),
    ],
)
def test_a_sheet_of_no_month_or_of_another_is_refused(tree, posting, title, month, code):
    report = bring(tree.township, [title], ["姓名", *DAYS], line(d1="√"), month=month)
    assert [problem.code for problem in report.errors] == [code]
    assert not SheetMark.objects.exists()


def test_again_changes_nothing_and_a_correction_shows_old_and_new(tree, posting):
    title = ["2026年10月考勤表"]
    bring(tree.township, title, ["姓名", *DAYS], line(d1="√", d2="√"))
    again = bring(tree.township, title, ["姓名", *DAYS], line(d1="√", d2="√"))
    assert (again.created, again.updated, again.unchanged) == (0, 0, 1)
    changed = bring(tree.township, title, ["姓名", *DAYS], line(d1="√", d2="√×"))
    assert (changed.updated, SheetMark.objects.count()) == (1, 3)
    assert [(one.label, one.old, one.new) for one in changed.outcomes[0].changes] == [("10月2日", "√", "√×")]


def test_an_unknown_sign_refuses_its_row_and_the_others_may_come_in(tree, posting):
    other = posted(tree.village, "零露")
    rows = [["2026年10月考勤表"], ["姓名", *DAYS], line(d1="√"), line("零露", d1="√", d2="？！")]
    assert codes(bring(tree.township, *rows).errors) == [(4, "mark.unknown")]
    assert not SheetMark.objects.exists()
    report = bring(tree.township, *rows, only_good=True)
    assert (report.committed, report.created) == (True, 1)
    assert (in_force(posting), in_force(other)) == ({1: ("√", "√")}, {})


def test_a_larger_sheet_costs_no_more_queries(tree):
    for number in range(60):
        posted(tree.village if number % 2 else tree.other_village, f"队员{number:03d}")
    rows = [line(f"队员{number:03d}", d1="√", d15="√", d30="√") for number in range(60)]
    head = ["2026年10月考勤表"], ["姓名", *DAYS]
    few = questions(lambda: bring(tree.township, *head, *rows[:6]))
    many = questions(lambda: bring(tree.township, *head, *rows))
    assert many <= few


@pytest.mark.parametrize(
    ("form", "key"),
    [("5", "d5"), ("5日", "d5"), ("5四", "d5"), ("星期四5", "d5"), ("5上午", "d5_am"), ("5日下午", "d5_pm"), ("0", None),
     ("32", None), ("四", None), ("10月5日", "on:--10-05"), ("出勤天数", None)],
)  # fmt: skip
def test_headers_of_days(form, key):
    assert day_of_month(form) == key


@pytest.mark.parametrize(
    ("text", "found"),
    [("大同镇2026年10月考勤表", (2026, 10)), ("2026-9", (2026, 9)), ("202610", (2026, 10)), ("9月份", (None, 9)),
     ("第40周", None), ("2026年13月", None)],
)  # fmt: skip
def test_months_in_titles(text, found):
    assert month_in(text) == found


def test_a_month_without_a_year_is_one_of_the_chosen_year():
    assert month_of(["9月份"], year=2026) == Month.parse("2026-09")
    assert month_of(["9月份"]) is None
