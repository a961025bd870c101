"""The attendance grid as a workbook, as seen: people × days, one sign for each half day."""

import io
from collections.abc import Sequence
from datetime import date

import xlsxwriter

from townships.periods import WEEKDAYS

WEEKEND = "#F1F3F5"


def grid_workbook(
    *, title: str, days: Sequence[date], counted: Sequence[str], rows: Sequence[dict], footer: str
) -> bytes:
    """`rows` are those of attendance.views.grid; `footer` says who exported it and when."""
    out = io.BytesIO()
    # Nothing here is ever a formula: names come from files that other people wrote.
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("考勤表")
    head = book.add_format({"bold": True, "align": "center", "valign": "vcenter", "border": 1, "text_wrap": True})
    cell = book.add_format({"align": "center", "valign": "vcenter", "border": 1})
    off = book.add_format({"align": "center", "valign": "vcenter", "border": 1, "bg_color": WEEKEND})
    name = book.add_format({"valign": "vcenter", "border": 1})
    last = 1 + len(days) + len(counted)
    sheet.merge_range(0, 0, 0, last, title, book.add_format({"bold": True, "font_size": 16, "align": "center"}))
    heads = ["姓名", "村", *(f"{day.day}\n{WEEKDAYS[day.weekday()][1]}" for day in days), *counted]
    sheet.write_row(1, 0, heads, head)
    sheet.set_row(1, 30)
    for number, row in enumerate(rows, start=2):
        sheet.write_row(number, 0, [row["service"].name, row["service"].village], name)
        for column, one in enumerate(row["cells"], start=2):
            signs = "" if one is None else f"{one['am']['sign']}{one['pm']['sign']}"
            sheet.write_string(number, column, signs, cell if one is None or one["required"] else off)
        for column, count in enumerate(row["counts"], start=2 + len(days)):
            sheet.write_number(number, column, float(count), cell)
    sheet.write(len(rows) + 2, 0, footer)
    sheet.set_column(0, 1, 12)
    sheet.set_column(2, 1 + len(days), 4.5)
    sheet.freeze_panes(2, 2)
    sheet.set_landscape()
    sheet.set_paper(8)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0, 1)
    book.close()
    return out.getvalue()
