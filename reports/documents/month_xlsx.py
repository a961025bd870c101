"""The month's ranking and the attendance notice as workbooks ready for the printer.

Text is always written as text, so a cell that begins with = + - @ never acts as a formula.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from reports.documents.bulletin_text import deductions_text
from reports.documents.notice import AttendanceNotice, NoticeRow
from reports.documents.paper import BulletinPaper, PaperRow
from townships.periods import chinese_date

A4 = 9
ROW_PT = 22
MARGIN_INCH = 0.6

Cell = str | int | Decimal | None


@dataclass(frozen=True)
class _Sheet:
    """One printed table: columns as (label, width), lines, lines of text below."""

    name: str
    title: str
    columns: Sequence[tuple[str, int]]
    lines: Sequence[Sequence[Cell]]
    foot: Sequence[str]
    trace: str = ""


def ranking_workbook(paper: BulletinPaper, trace: str = "") -> bytes:
    """Everyone's weekly and monthly points, place, list and deductions in words.

    `trace` (who took the file, and when) is kept in the file's properties: the sheet itself hangs on a board.
    """
    columns = [("名次", 6), ("姓名", 12), ("村（社区）", 16)]
    columns += [(week.label, 8) for week in paper.weeks]
    columns += [("合计", 9), ("扣分", 8), ("红黑榜", 8), ("扣分事由", 52)]
    lists = {row.key: "红榜" for row in paper.red.rows} | {row.key: "黑榜" for row in paper.black.rows}
    lines = [_ranking_line(paper, row, lists.get(row.key, "")) for row in paper.people]
    foot = [
        f"考评办法：{paper.scheme}" if paper.scheme else "",
        f"{paper.agency.name}　{chinese_date(paper.issued_on)}",
    ]
    return _workbook(_Sheet("考评得分排名", paper.attachment_title, columns, lines, foot, trace))


def attendance_workbook(notice: AttendanceNotice, trace: str = "") -> bytes:
    """月考勤公示: the columns of the handbook; foot with telephone and the time of posting."""
    columns = [
        ("序号", 6), ("村", 14), ("姓名", 12), ("职务", 12), ("应在村天数", 8), ("在村", 8), ("公差", 8), ("请假", 8),
        ("缺勤", 8), ("住村夜数", 8), ("迟销假", 8), ("抽查不在岗", 8), ("备注", 24),
    ]  # fmt: skip
    lines = [_notice_line(number, row) for number, row in enumerate(notice.rows, 1)]
    return _workbook(_Sheet("考勤公示", notice.title, columns, lines, _notice_foot(notice), trace))


def _ranking_line(paper: BulletinPaper, row: PaperRow, board: str) -> list[Cell]:
    ranked = row.place is not None
    weeks: list[Cell] = [row.totals.get(week.week) for week in paper.weeks]
    reasons = [row.reason and f"不参加排名：{row.reason}", deductions_text(row.deductions)]
    return [
        row.place if ranked else "—",
        row.name,
        row.village,
        *weeks,
        row.total if ranked else None,
        row.deducted,
        board,
        "；".join(reason for reason in reasons if reason),
    ]


def _notice_line(number: int, row: NoticeRow) -> list[Cell]:
    return [
        number,
        row.village,
        row.name,
        row.team_role,
        row.required,
        row.present,
        row.official_trip,
        row.leave,
        row.absent,
        "—" if row.nights is None else row.nights,
        row.overdue_returns,
        row.spot_check_absences,
        row.note,
    ]


def _notice_foot(notice: AttendanceNotice) -> list[str]:
    posted = ""
    if notice.posted_from and notice.posted_until:
        posted = f"{chinese_date(notice.posted_from)}至{chinese_date(notice.posted_until)}"
    return [
        f"统计时间：{chinese_date(notice.first)}至{chinese_date(notice.until)}。在村、公差、请假、缺勤按半天折算；迟销假按天计，抽查不在岗按次计。",
        f"监督电话：{notice.telephone or '　' * 10}　　公示时间：{posted or '　　年　月　日至　　年　月　日'}",
    ]


def _workbook(page: _Sheet) -> bytes:
    buffer = BytesIO()
    with Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": page.title, "comments": page.trace})
        sheet = book.add_worksheet(page.name)
        foot = [text for text in page.foot if text]
        _print_setup(sheet, len(page.columns), len(page.lines) + 1 + len(foot))
        _table(book, sheet, page)
        plain = book.add_format({"font_name": "宋体", "font_size": 11, "valign": "vcenter"})
        for row, text in enumerate(foot, len(page.lines) + 2):
            sheet.set_row(row, ROW_PT)
            sheet.write_string(row, 0, text, plain)
    return buffer.getvalue()


def _table(book: Workbook, sheet: Worksheet, page: _Sheet) -> None:
    cell = {"font_name": "宋体", "font_size": 11, "border": 1, "valign": "vcenter", "text_wrap": True}
    big = book.add_format({"font_name": "方正小标宋简体", "font_size": 18, "align": "center", "valign": "vcenter"})
    head = book.add_format(cell | {"font_name": "黑体", "align": "center"})
    centred, left = book.add_format(cell | {"align": "center"}), book.add_format(cell | {"align": "left"})
    sheet.set_row(0, 36)
    sheet.merge_range(0, 0, 0, len(page.columns) - 1, "", big)
    sheet.write_string(0, 0, page.title, big)
    sheet.set_row(1, 32)
    for column, (label, width) in enumerate(page.columns):
        sheet.set_column(column, column, width)
        sheet.write_string(1, column, label, head)
    last = len(page.columns) - 1
    for number, line in enumerate(page.lines, 2):
        for column, value in enumerate(line):
            _write(sheet, number, column, value, left if column == last else centred)


def _write(sheet: Worksheet, row: int, column: int, value: Cell, style: object) -> None:
    if value is None:
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, str):
        sheet.write_string(row, column, value, style)
    else:
        sheet.write_number(row, column, float(value), style)


def _print_setup(sheet: Worksheet, columns: int, rows: int) -> None:
    """A4 landscape, one page wide, the head on every page, page numbers in the middle of the foot."""
    sheet.set_paper(A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=MARGIN_INCH, right=MARGIN_INCH, top=0.7, bottom=0.7)
    sheet.center_horizontally()
    sheet.repeat_rows(0, 1)
    sheet.print_area(0, 0, rows, columns - 1)
    sheet.set_footer("&C第 &P 页，共 &N 页")
    sheet.freeze_panes(2, 3)
