"""Long sheets are read in slices: the same cells as read at once, whatever wrote the file."""

import io
import re
import zipfile
from datetime import date

import openpyxl
import pytest
import xlsxwriter

from cadres.roster import extent, slices, workbook
from cadres.roster.columns import ROSTER
from cadres.roster.errors import UnusableFile
from cadres.roster.reader import read_tables
from cadres.roster.workbook import open_sheets
from tests.cadres.roster_files import person, saved, table, xlsx


def cells_of(content: bytes) -> list:
    """Every sheet with its filled rows, the blanks at their ends cut off, and its merges."""
    found = []
    for sheet in open_sheets(content):
        rows = [(number, _cut(cells)) for number, cells in sheet.rows if any(cells)]
        found.append((sheet.name, rows, sorted(sheet.merges), sheet.hidden, sorted(sheet.hidden_rows)))
    return found


def _cut(cells: list) -> list:
    while cells and cells[-1] is None:
        cells = cells[:-1]
    return cells


@pytest.fixture
def short_slices(monkeypatch):
    """Slices of about ten rows from the eleventh row on."""

    def shorten(*, long: int = 10) -> None:
        monkeypatch.setattr(slices, "LONG", long)
        monkeypatch.setattr(slices, "_CHUNK", 512)
        monkeypatch.setattr(slices, "_SLICE", (2048, 2048))

    return shorten


def by_openpyxl() -> bytes:
    rows = table([person(serial, 驻村起始时间=date(2026, 3, 1)) for serial in range(1, 60)])
    book = openpyxl.load_workbook(io.BytesIO(xlsx(("花名册", rows), ("别的", [["甲", 1.5], [None, True]]))))
    sheet = book["花名册"]
    sheet.insert_rows(1)
    sheet.insert_cols(1)
    sheet["C1"] = "标题"
    sheet.merge_cells("C1:F1")
    sheet["H70"], sheet["H71"] = "合并", None
    sheet.merge_cells("H70:H75")
    sheet.row_dimensions[20].hidden = True
    return saved(book)


def by_xlsxwriter() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("花名册")
        for number, row in enumerate(table([person(serial) for serial in range(1, 60)])):
            for column, cell in enumerate(row):
                sheet.write(number * 2, column + 30, cell)
        hidden = book.add_worksheet("藏")
        hidden.write(0, 0, "甲")
        hidden.hide()
    return out.getvalue()


@pytest.mark.parametrize("make", [by_openpyxl, by_xlsxwriter])
def test_slices_give_the_cells_of_the_whole(make, short_slices):
    content = make()
    whole = cells_of(content)
    short_slices()
    assert sum(1 for _ in slices.sliced(content, "xl/worksheets/sheet1.xml")) > 3
    assert cells_of(content) == whole


def rewritten(content: bytes, change) -> bytes:
    """The workbook with its first sheet's XML changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, change(text) if name == "xl/worksheets/sheet1.xml" else text)
    return out.getvalue()


@pytest.mark.parametrize(
    "change",
    [
        lambda xml: xml.replace(b'"', b"'"),
        lambda xml: re.sub(rb'<row r="\d+"', b"<row", xml),
        lambda xml: re.sub(rb'<c r="[A-Z]+\d+"', b"<c", xml),
        lambda xml: xml.replace(b"<row", b"\n <row").replace(b"</row>", b"</row>\n"),
    ],
    ids=["single quotes", "rows without numbers", "cells without names", "white space between"],
)
def test_unusual_xml_is_read_the_same_way(change, short_slices):
    content = rewritten(by_openpyxl(), change)
    whole = cells_of(content)
    short_slices()
    assert cells_of(content) == whole


def test_people_across_slices_are_all_read(short_slices):
    people = [person(serial) for serial in range(1, 90)]
    content = xlsx(("花名册", [["名册"], *table(people), ["合计", 89], ["填表人：", None]]))
    short_slices()
    [read] = read_tables(content, columns=ROSTER).tables
    assert [(row.number, row["name"]) for row in read.rows] == [(n + 2, p["姓名"]) for n, p in enumerate(people, 1)]


def test_a_broken_slice_is_told_in_words(short_slices):
    content = rewritten(by_openpyxl(), lambda xml: xml[: len(xml) // 2] + b"<row r=\x00\xff" + xml[len(xml) // 2 :])
    short_slices()
    reading = read_tables(content, columns=ROSTER)
    assert not reading.tables
    assert [problem.code for problem in reading.problems] == ["file.unreadable"]


@pytest.mark.parametrize("quote", [b'"', b"'"])
def test_one_far_cell_never_asks_for_the_whole_sheet(quote):
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'.replace(b'"', quote)
    content = rewritten(by_openpyxl(), lambda xml: xml.replace(b"</sheetData>", far))
    with pytest.raises(UnusableFile) as refused:
        list(open_sheets(content))
    assert refused.value.problem.code == "file.too_large"


def test_two_hundred_thousand_rows_may_come():
    assert extent.MAX_ROWS == 200_000
    assert extent.MAX_CELLS >= extent.MAX_ROWS * 25


def test_texts_that_come_again_are_kept_once(monkeypatch):
    monkeypatch.setattr(workbook, "_TEXTS_KEPT", 5)
    monkeypatch.setattr(workbook, "_ROWS_BETWEEN_LOOKS", 20)
    [sheet] = open_sheets(xlsx(("花名册", table([person(serial) for serial in range(1, 60)]))))
    rows = [cells for _, cells in sheet.rows][1:]
    assert len({id(cells[4]) for cells in rows}) == 1
    assert len({cells[3] for cells in rows}) == 59
