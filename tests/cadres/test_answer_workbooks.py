"""Workbooks handed back: comments at the very cells, everything else as it was, and refused rows that go in again."""

import io
import zipfile
from datetime import date

import openpyxl
import pytest
from openpyxl.chart import BarChart
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.worksheet.datavalidation import DataValidation

from cadres.actions.import_roster import import_roster
from cadres.roster import annotate as annotating
from cadres.roster.annotate import annotate
from cadres.roster.columns import ROSTER
from cadres.roster.people import read_entries
from cadres.roster.reader import read_tables
from cadres.roster.rest_workbook import rest_workbook
from tests.cadres.roster_files import HEADER, person, saved, table, text, xls, xlsx

BAD_NUMBER, BAD_PHONE = "123", "12"
TITLE = ["大同镇花名册"]


def people() -> list[dict]:
    return [person(1), person(2, 身份证号码=BAD_NUMBER), person(3, 联系电话=BAD_PHONE), person(4)]


def checked(content: bytes, filename: str = "花名册.xlsx"):
    """(reading, every error) of a file."""
    reading = read_tables(content, columns=ROSTER, filename=filename)
    return reading, [*reading.problems, *(error for entry in read_entries(reading) for error in entry.errors)]


def answered(content: bytes, filename: str = "花名册.xlsx"):
    reading, errors = checked(content, filename)
    return annotate(content, tables=reading.tables, errors=errors, warnings=reading.warnings, filename=filename)


def opened(content: bytes):
    return openpyxl.load_workbook(io.BytesIO(content))


def noted(sheet) -> dict[str, str]:
    return {cell.coordinate: cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment}


def red(sheet) -> set[str]:
    return {c.coordinate for row in sheet.iter_rows() for c in row if c.fill.fgColor.rgb == "FFFFC7CE"}


def test_comments_and_red_stand_at_the_very_cells():
    answer = answered(xlsx(("花名册", [TITLE, *table(people())]), merges=["A1:I1"]))
    sheet = opened(answer.content)["花名册"]
    assert red(sheet) == {"D4", "H5"}
    assert noted(sheet)["D4"].startswith("第 4 行“身份证号码”有 3 位，应为 18 位")
    assert set(noted(sheet)) == {"D4", "H5"}
    assert (answer.filename, answer.remark) == ("花名册(批注).xlsx", "")


def dressed_workbook() -> bytes:
    book = opened(xlsx(("花名册", [TITLE, *table(people())]), ("其他", [["甲", 1], ["乙", 2]]), merges=["A1:I1"]))
    sheet, other = book.worksheets
    sheet["D4"].font = Font(bold=True, color="FF0000FF")
    sheet["B3"].comment = Comment("张三写的", "张三")
    sheet["H5"].comment = Comment("号码待核", "张三")
    rule = DataValidation(type="list", formula1='"男,女"')
    rule.add("C3:C9")
    sheet.add_data_validation(rule)
    sheet.auto_filter.ref = "A2:I6"
    sheet.row_dimensions[6].hidden = True
    other["C1"] = "=SUM(B1:B2)"
    chart = BarChart()
    chart.add_data(openpyxl.chart.Reference(other, min_col=2, min_row=1, max_row=2))
    other.add_chart(chart, "E2")
    return saved(book)


def test_everything_else_stays_as_it_was():
    answer = answered(dressed_workbook())
    sheet, other = opened(answer.content).worksheets
    assert (sheet["D4"].font.b, sheet["D4"].font.color.rgb) == (True, "FF0000FF")
    assert noted(sheet)["B3"].endswith("张三写的")
    assert "号码待核" in noted(sheet)["H5"]
    assert "11 位手机号" in noted(sheet)["H5"]
    assert [str(area) for area in sheet.merged_cells.ranges] == ["A1:I1"]
    assert str(sheet.data_validations.dataValidation[0].sqref) == "C3:C9"
    assert (sheet.auto_filter.ref, sheet.row_dimensions[6].hidden) == ("A2:I6", True)
    assert other["C1"].value == "=SUM(B1:B2)"
    assert len(other._charts) == 1


def test_parts_nobody_marked_are_the_same_bytes():
    content = dressed_workbook()
    before, after = (zipfile.ZipFile(io.BytesIO(c)) for c in (content, answered(content).content))
    for name in ("xl/charts/chart1.xml", "xl/workbook.xml", "xl/theme/theme1.xml", "docProps/core.xml"):
        assert before.read(name) == after.read(name)


def test_a_workbook_marked_twice_says_it_once():
    once = answered(xlsx(("花名册", table(people())))).content
    sheet = opened(answered(once).content).active
    assert set(noted(sheet)) == {"D3", "H4"}
    assert noted(sheet)["D3"].count("18 位") == 1


def test_a_corrected_cell_loses_its_old_comment():
    book = opened(answered(xlsx(("花名册", table(people())))).content)
    book.active["H4"] = "13800000003"
    assert set(noted(opened(answered(saved(book)).content).active)) == {"D3"}


def test_a_problem_inside_a_merge_stands_at_its_first_cell():
    rows = table([person(1, 驻村名称=None, 派出单位=None), person(2, 派出单位=None)])
    answer = answered(xlsx(("花名册", rows), merges=["E2:E3"]))
    assert set(noted(opened(answer.content).active)) == {"E2", "G2"}


def test_a_sheet_that_was_left_out_says_so_at_its_first_cell():
    answer = answered(xlsx(("花名册", table(people())), ("别的", [["电话本"], ["甲"]])))
    assert "没有找到表头" in noted(opened(answer.content)["别的"])["A1"]


@pytest.mark.parametrize(("make", "name"), [(xls, "旧.xls"), (xls, "旧.et")])
def test_old_workbooks_come_back_as_xlsx_with_the_same_cells(make, name):
    rows = [TITLE, *table([person(1, 驻村起始时间=date(2026, 3, 1)), *people()[1:]])]
    answer = answered(make(("花名册", rows)), name)
    sheet = opened(answer.content)["花名册"]
    assert red(sheet) == {"D4", "H5"}
    assert sheet["I3"].value.date() == date(2026, 3, 1)
    assert [c.value for c in sheet[2]] == list(HEADER)
    assert answer.filename == "旧(批注).xlsx"
    assert ".xlsx" in answer.remark


def test_a_csv_comes_back_as_xlsx_with_numbers_as_text():
    answer = answered(text(table(people()), encoding="gb18030"), "名册.csv")
    sheet = opened(answer.content).active
    assert sheet["D2"].value == people()[0]["身份证号码"]
    assert red(sheet) == {"D3", "H4"}


def test_a_file_nobody_can_open_gets_a_workbook_that_says_so():
    answer = answered(b"\x00\x01", "坏.xlsx")
    assert "另存为 .xlsx" in opened(answer.content).active["A1"].value


def test_macros_stay_in_a_workbook_with_macros():
    out = io.BytesIO(xlsx(("花名册", table(people()))))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")
    answer = answered(out.getvalue(), "宏.xlsm")
    assert answer.filename == "宏(批注).xlsm"
    assert zipfile.ZipFile(io.BytesIO(answer.content)).read("xl/vbaProject.bin") == b"macro"


def test_a_large_workbook_comes_back_with_its_refused_rows(monkeypatch):
    monkeypatch.setattr(annotating, "MOST_ROWS", 3)
    answer = answered(xlsx(("花名册", table(people()))))
    assert [row[1].value for row in opened(answer.content).active] == ["姓名", "韦丙春", "韦丁春"]
    assert "只返回要改正的行" in answer.remark


def rest_of(content: bytes, filename: str = "花名册.xlsx") -> bytes:
    reading, errors = checked(content, filename)
    return rest_workbook(content, tables=reading.tables, errors=errors)


def test_the_rest_has_titles_header_and_refused_rows_with_their_comments():
    sheet = opened(rest_of(xlsx(("花名册", [TITLE, [], *table(people())]), merges=["A1:I1"])))["花名册"]
    assert [row[1].value for row in sheet.iter_rows(min_row=2)] == ["姓名", "韦丙春", "韦丁春"]
    assert noted(sheet)["D3"].startswith("原第 5 行“身份证号码”")
    assert [str(area) for area in sheet.merged_cells.ranges] == ["A1:I1"]
    assert sheet["H4"].number_format == "@"


@pytest.mark.parametrize("make", [xlsx, xls])
def test_the_rest_goes_in_again_once_corrected(tree, make):
    header = ["序号", "姓名", "个人信息", None, "派出单位", "驻村名称", "联系方式", "驻村时间", None, "备注"]
    below = [None, None, "性别", "身份证号码", None, None, "手机", "起", "止", None]
    cells = ("序号", "姓名", "性别", "身份证号码", "派出单位", "驻村名称", "联系电话", "驻村起始时间", "止", "备注")
    good, bad = person(1), person(2, 身份证号码=BAD_NUMBER, 备注="=1+1")
    rows = [TITLE, header, below, *([row.get(name) for name in cells] for row in (good, bad)), ["合计", 2]]
    content = make(("花名册", rows), **({"merges": ["A1:J1", "C2:D2", "H2:I2"]} if make is xlsx else {}))
    assert {error.row for error in checked(content)[1]} == {5}
    book = opened(rest_of(content))
    book.active["D4"] = person(2)["身份证号码"]
    report = import_roster(unit=tree.county, content=saved(book), filename="待改正.xlsx")
    assert (report.rows, report.created, report.errors) == (1, 1, [])


def test_a_value_merged_over_several_rows_goes_with_each_refused_row(tree):
    rows = table([person(1), person(2, 身份证号码=BAD_NUMBER, 驻村名称=None)])
    book = opened(rest_of(xlsx(("花名册", rows), merges=["G2:G3"])))
    assert book.active["G2"].value == "大同村"
    book.active["D2"] = person(2)["身份证号码"]
    assert import_roster(unit=tree.county, content=saved(book), filename="a.xlsx").created == 1


def test_dates_of_the_1904_calendar_stay_the_same_days():
    book = opened(xlsx(("花名册", table([person(1, 身份证号码=BAD_NUMBER, 驻村起始时间=date(2026, 3, 1))]))))
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    reading, _ = checked(rest_of(saved(book)))
    [entry] = read_entries(reading)
    assert entry.values["start_date"] == "2026-03-01"
