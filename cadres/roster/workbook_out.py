"""Writes a roster as .xlsx or .csv, row by row, so that ten thousand people cost no more memory than ten. Pure: no Django.

Every cell is written as text, never as a formula: a name that starts with `= + - @` stays a name, also when somebody
edits the cell (quote prefix; an apostrophe in a .csv). The file reads back through our own reader as it was.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

import xlsxwriter

from cadres.roster.columns import ROSTER

WIDTHS = {
    "name": 10,
    "sex": 6,
    "ethnicity": 8,
    "birth_month": 10,
    "id_number": 21,
    "political_status": 12,
    "education": 12,
    "major": 16,
    "dispatching_institution": 24,
    "position": 18,
    "dispatch_level": 10,
    "village": 14,
    "team_role": 14,
    "phone": 14,
    "start_date": 13,
    "end_date": 13,
    "lodging": 16,
}
EXTRA = "extra:"
"""Before the header of a column that is not ours, in a row's keys."""
_EXTRA_WIDTH = 14
_SUSPECT = ("=", "+", "-", "@", "\t", "\r")


def write_roster(
    rows: Iterable[Mapping[str, str]], *, title: str, footer: str = "", extras: Sequence[str] = ()
) -> bytes:
    """The workbook: a title row, the header as in our template, one row a person; `footer` is the watermark.

    `extras` are headers of further columns, whose cells stand in the rows under `EXTRA` + header.
    """
    columns = _columns(extras)
    out = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet("花名册")
        _set_up_page(sheet, footer)
        sheet.set_column(len(ROSTER.columns) + 1, len(columns), _EXTRA_WIDTH)
        _write_head(book, sheet, title, columns)
        plain = book.add_format({"border": 1, "num_format": "@", "valign": "vcenter"})
        quoted = book.add_format({"border": 1, "num_format": "@", "valign": "vcenter", "quote_prefix": True})
        number = 0
        for number, row in enumerate(rows, start=1):
            sheet.write_number(number + 1, 0, number, plain)
            for index, key in enumerate(columns.values(), start=1):
                text = row.get(key, "")
                sheet.write_string(number + 1, index, text, quoted if text.startswith(_SUSPECT) else plain)
        if footer:
            sheet.write_string(number + 3, 0, footer)
    return out.getvalue()


def roster_csv(rows: Iterable[Mapping[str, str]], *, footer: str = "", extras: Sequence[str] = ()) -> bytes:
    """The same as .csv, UTF-8 with the mark that makes Excel read it as such."""
    columns = _columns(extras)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["序号", *map(_harmless, columns)])
    for number, row in enumerate(rows, start=1):
        writer.writerow([number, *(_csv_cell(key, row.get(key, "")) for key in columns.values())])
    if footer:
        writer.writerows([[], [_harmless(footer)]])
    return out.getvalue().encode("utf-8-sig")


def _columns(extras: Sequence[str]) -> dict[str, str]:
    """Header → key of a row; a column of ours keeps its name to itself."""
    ours = {column.label: column.key for column in ROSTER.columns}
    return ours | {header: f"{EXTRA}{header}" for header in extras if header not in ours}


def _csv_cell(key: str, text: str) -> str:
    # Behind a long number a tab keeps Excel from turning it into 4.6E+17; every reader takes it for white space.
    return f"{text}\t" if key in ("id_number", "phone") and text else _harmless(text)


def _harmless(text: str) -> str:
    # Also before apostrophes of its own, so that taking one away gives the text back.
    return f"'{text}" if text.lstrip("'").startswith(_SUSPECT) else text


def _set_up_page(sheet, footer: str) -> None:
    sheet.set_landscape()
    sheet.set_paper(8)  # A3
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0, 1)
    sheet.freeze_panes(2, 2)
    # In a footer & begins a code of Excel's.
    sheet.set_footer(f"&L{footer.replace('&', '&&')}&R第 &P 页 共 &N 页")
    sheet.set_column(0, 0, 6)
    for index, column in enumerate(ROSTER.columns, start=1):
        sheet.set_column(index, index, WIDTHS[column.key])


def _write_head(book, sheet, title: str, columns: Iterable[str]) -> None:
    title_format = book.add_format({"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"})
    header = book.add_format(
        {"bold": True, "border": 1, "align": "center", "valign": "vcenter", "text_wrap": True, "bg_color": "#F2F2F2"}
    )
    sheet.set_row(0, 30)
    labels = ("序号", *columns)
    sheet.merge_range(0, 0, 0, len(labels) - 1, title, title_format)
    sheet.set_row(1, 22)
    for index, label in enumerate(labels):
        sheet.write_string(1, index, label, header)
