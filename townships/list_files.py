"""PURE: a list as a file for people: .xlsx row by row in constant memory, or .csv that Excel opens in Chinese.

No cell ever acts as a formula: in .xlsx everything but numbers is written as text (with the quote prefix where it begins
like a formula), in .csv such a cell begins with an apostrophe. The last line is the watermark: who exported, and when.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, islice

import xlsxwriter

Cell = str | int | float | Decimal
NUMBERS = (int, float, Decimal)
_SUSPECT = ("=", "+", "-", "@", "\t", "\r")
_MEASURED = 200
"""Column widths follow the first so many rows."""
_NARROWEST, _WIDEST = 6, 48
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


@dataclass(frozen=True)
class Table:
    """One sheet: its title, header and rows."""

    title: str
    header: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def list_xlsx(*, title: str, header: Sequence[str], rows: Iterable[Sequence[Cell]], watermark: str) -> bytes:
    """A workbook of one sheet: title, header, rows, watermark below and in the footer of every printed page."""
    return tables_xlsx([Table(title, header, rows)], watermark=watermark)


def tables_xlsx(tables: Iterable[Table], *, watermark: str) -> bytes:
    """A workbook of a sheet a table, the watermark on each. Titles differ in their first 31 signs."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _OPTIONS) as book:
        for table in tables:
            _write_sheet(book, table, watermark)
    return out.getvalue()


def _write_sheet(book, table: Table, watermark: str) -> None:
    rows = iter(table.rows)
    first = list(islice(rows, _MEASURED))
    sheet = book.add_worksheet(_sheet_name(table.title))
    _set_up_page(sheet, table.header, first, watermark)
    _write_head(book, sheet, table.title, table.header)
    plain = book.add_format({"border": 1, "num_format": "@", "valign": "vcenter"})
    quoted = book.add_format({"border": 1, "num_format": "@", "valign": "vcenter", "quote_prefix": True})
    number = book.add_format({"border": 1, "valign": "vcenter"})
    at = 1
    for at, row in enumerate(chain(first, rows), start=2):
        for index, cell in enumerate(row):
            if isinstance(cell, NUMBERS):
                sheet.write_number(at, index, cell, number)
            else:
                sheet.write_string(at, index, cell, quoted if cell.startswith(_SUSPECT) else plain)
    sheet.write_string(at + 2, 0, watermark)


def _sheet_name(title: str) -> str:
    return "".join(sign for sign in title if sign not in "[]:*?/\\'")[:31] or "列表"


def _set_up_page(sheet, header: Sequence[str], rows: Sequence[Sequence[Cell]], watermark: str) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0, 1)
    sheet.freeze_panes(2, 1)
    # In a footer & begins a code of Excel's.
    sheet.set_footer(f"&L{watermark.replace('&', '&&')}&R第 &P 页 共 &N 页")
    for index, label in enumerate(header):
        widest = max([_width(label), *(_width(str(row[index])) for row in rows)])
        sheet.set_column(index, index, min(max(widest + 2, _NARROWEST), _WIDEST))


def _width(text: str) -> int:
    return sum(2 if ord(sign) > 0x2E7F else 1 for sign in text)


def _write_head(book, sheet, title: str, header: Sequence[str]) -> None:
    bold = book.add_format({"bold": True, "font_size": 14, "align": "center", "valign": "vcenter"})
    head = {"bold": True, "border": 1, "align": "center", "valign": "vcenter", "text_wrap": True, "bg_color": "#F2F2F2"}
    head_format = book.add_format(head)
    sheet.set_row(0, 28)
    if len(header) > 1:
        sheet.merge_range(0, 0, 0, len(header) - 1, title, bold)
    else:
        sheet.write_string(0, 0, title, bold)
    for index, label in enumerate(header):
        sheet.write_string(1, index, label, head_format)


def list_csv(*, header: Sequence[str], rows: Iterable[Sequence[Cell]], watermark: str) -> Iterator[str]:
    """The lines of a .csv, the first with a byte order mark: without it Excel takes UTF-8 for the system's encoding."""
    line = io.StringIO()
    writer = csv.writer(line)
    line.write("\ufeff")
    for row in chain([header], rows, [[], [watermark]]):
        writer.writerow([_harmless(cell) for cell in row])
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def _harmless(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_SUSPECT) else cell
