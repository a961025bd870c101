"""The workbooks for the notice board, read back."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import openpyxl

from reports.documents.month_xlsx import attendance_workbook, ranking_workbook
from reports.documents.notice import AttendanceNotice, NoticeRow
from tests.factories.papers import deduction, paper, row


def sheet_of(content):
    return openpyxl.load_workbook(BytesIO(content)).active


def notice(*rows, **fields):
    return AttendanceNotice("大同镇", 2026, 10, date(2026, 10, 1), date(2026, 10, 31), rows, **fields)


def line(**fields):
    halves = {name: Decimal(0) for name in ("official_trip", "leave", "absent")}
    base = {
        "village": "大同村",
        "name": "韦一",
        "team_role": "队员",
        "required": Decimal(22),
        "present": Decimal("21.5"),
    }
    counts = {"nights": 18, "overdue_returns": 0, "spot_check_absences": 1}
    return NoticeRow(**base | halves | counts | fields)


def test_the_notice_has_the_columns_of_the_form():
    sheet = sheet_of(attendance_workbook(notice(line(note="10月12日到任"))))
    assert sheet["A1"].value == "大同镇2026年10月驻村工作队员考勤公示"
    assert [cell.value for cell in sheet[2]] == [
        "序号", "村", "姓名", "职务", "应在村天数", "在村", "公差", "请假", "缺勤", "住村夜数", "迟销假", "抽查不在岗", "备注",
    ]  # fmt: skip
    assert [cell.value for cell in sheet[3]] == [
        1, "大同村", "韦一", "队员", 22, 21.5, 0, 0, 0, 18, 0, 1, "10月12日到任",
    ]  # fmt: skip


def test_nights_nobody_counted_are_a_dash():
    assert sheet_of(attendance_workbook(notice(line(nights=None))))["J3"].value == "—"


def test_the_foot_names_telephone_and_time_of_posting():
    posted = {"telephone": "0700-1234567", "posted_from": date(2026, 11, 2), "posted_until": date(2026, 11, 6)}
    sheet = sheet_of(attendance_workbook(notice(line(), **posted)))
    assert sheet["A5"].value == "监督电话：0700-1234567　　公示时间：2026年11月2日至2026年11月6日"


def test_both_print_on_a4_landscape_with_the_head_on_each_page():
    for content in (attendance_workbook(notice(line())), ranking_workbook(paper())):
        sheet = sheet_of(content)
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
        assert sheet.print_title_rows == "$1:$2"
        assert (sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage) == (0, True)


def test_the_ranking_gives_weeks_total_list_and_reasons():
    sheet = sheet_of(ranking_workbook(paper(7, unranked=(row(99, name="零露", reason="第40周不在派驻期内"),))))
    assert [cell.value for cell in sheet[3]][:3] == [1, "队员01", "大同村"]
    assert [cell.value for cell in sheet[4]][8:] == [495, 5, "红榜", "“少住一夜”1次，扣5分"]
    assert sheet["K9"].value == "黑榜"
    assert (sheet["A10"].value, sheet["L10"].value) == ("—", "不参加排名：第40周不在派驻期内")


def test_no_cell_acts_as_a_formula():
    attacks = ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x")']
    rows = [line(name=attack, village=attack, note=attack) for attack in attacks]
    sheets = [sheet_of(attendance_workbook(notice(*rows)))]
    people = tuple(row(n, name=attack, place=1, lost=[deduction(label=attack)]) for n, attack in enumerate(attacks))
    sheets.append(sheet_of(ranking_workbook(paper(ranking=people))))
    for sheet in sheets:
        assert all(cell.data_type != "f" for cells in sheet.iter_rows() for cell in cells)
    assert sheets[0]["C3"].value == "=1+1"
