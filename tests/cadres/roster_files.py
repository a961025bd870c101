"""Makes roster files of the shapes that offices send, from a plain list of people."""

import csv
import io
from datetime import date

import openpyxl
import xlwt

from tests.factories import id_number

HEADER = ("序号", "姓名", "性别", "身份证号码", "派出单位", "选派层级", "驻村名称", "联系电话", "驻村起始时间")


def person(serial: int, *, village: str = "大同村", **fields) -> dict:
    """One invented person as a row of HEADER; `fields` replaces cells by header."""
    number = id_number(serial)
    row = {
        "序号": serial,
        "姓名": f"韦{'甲乙丙丁戊己庚辛壬癸'[serial % 10]}{'春夏秋冬'[serial // 10 % 4]}",
        "性别": "男" if int(number[16]) % 2 else "女",
        "身份证号码": number,
        "派出单位": "县财政局",
        "选派层级": "县级",
        "驻村名称": village,
        "联系电话": f"138{serial:08d}",
        "驻村起始时间": "2026-03-01",
    }
    return row | fields


def table(people, header=HEADER) -> list[list]:
    return [list(header), *([row.get(name) for name in header] for row in people)]


def xlsx(*sheets, merges=(), hidden=(), **settings) -> bytes:
    """A workbook of (name, rows) sheets; `merges` are ranges of the first sheet."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        if name in hidden:
            sheet.sheet_state = "hidden"
    for area in merges:
        book.worksheets[0].merge_cells(area)
    for name, value in settings.items():
        setattr(book, name, value)
    return saved(book)


def saved(book) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xls(*sheets, merges=(), hidden=()) -> bytes:
    """The same as BIFF8, which is also what WPS saves as .et; `merges` are (row, row, column, column) from 0 in the first sheet."""
    book = xlwt.Workbook(encoding="utf-8")
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for number, (name, rows) in enumerate(sheets):
        sheet = book.add_sheet(name)
        merges = merges if number == 0 else ()
        tops = {(m[0], m[2]) for m in merges}
        for r, row in enumerate(rows):
            for c, cell in enumerate(row):
                if cell is not None and (r, c) not in tops:
                    sheet.write(r, c, cell, day if isinstance(cell, date) else xlwt.Style.default_style)
        for m in merges:
            sheet.write_merge(*m, rows[m[0]][m[2]])
        sheet.visibility = 1 if name in hidden else 0
    return saved(book)


def text(rows, *, encoding="utf-8", separator=",") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows([["" if c is None else c for c in row] for row in rows])
    return out.getvalue().encode(encoding)
