"""Damaged and strange workbooks: never a crash, never a partial write, always a sentence. `make fuzz` runs it for longer."""

import io
import os
import re
from datetime import date, datetime
from random import Random

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from cadres.actions.import_roster import import_roster
from cadres.models import Cadre, Posting
from cadres.roster import extent
from cadres.roster.annotate import annotate
from cadres.roster.columns import ROSTER
from cadres.roster.reader import read_tables
from cadres.roster.rest_workbook import rest_workbook
from tests.cadres.roster_files import HEADER, person, saved, table, text, xls, xlsx
from tests.cadres.workbook_faults import FAULTS, SHEET, a_zip_bomb, rewritten
from townships.models import Institution

ROUNDS = int(os.environ.get("FUZZ_ROUNDS", "4"))
SEED = int(os.environ.get("FUZZ_SEED", "20261101"))
PEOPLE = 8


def workbook() -> bytes:
    rows = [["样例县花名册"], *table([person(n, 驻村起始时间=date(2026, 3, 1)) for n in range(1, PEOPLE + 1)])]
    return xlsx(("花名册", rows), ("别的", [["甲"]]), merges=["A1:I1"])


def told(content: bytes, filename: str, unit) -> None:
    """Import it, and check that it went in whole or not at all, with a sentence; the answers can be made too."""
    before = Cadre.objects.count(), Posting.objects.count(), Institution.objects.count()
    report = import_roster(unit=unit, content=content, filename=filename)
    assert report.committed == (not report.errors)
    if report.errors:
        assert (Cadre.objects.count(), Posting.objects.count(), Institution.objects.count()) == before
    for problem in (*report.errors, *report.warnings):
        assert re.search("[一-龥]{4}", problem.message), problem
        assert re.fullmatch(r"[a-z_]+\.[a-z_]+|required", problem.code), problem
    tables = report.reading.tables
    answer = annotate(content, tables=tables, errors=report.errors, warnings=report.warnings, filename=filename)
    rest = rest_workbook(content, tables=tables, errors=report.errors)
    for made in (answer.content, rest):
        # Either a workbook that opens again, or it was broken before and is handed back with its marks.
        assert made.startswith(b"PK")


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_damaged_workbook_is_told_in_words(tree, fault):
    for turn in range(ROUNDS):
        random = Random(f"{SEED}-{fault.__name__}-{turn}")
        told(fault(workbook(), random), random.choice(["花名册.xlsx", "花名册.xls", "花名册.csv", ""]), tree.county)


def test_several_faults_at_once_are_told_in_words(tree):
    for turn in range(ROUNDS * 4):
        random = Random(f"{SEED}-several-{turn}")
        content = workbook()
        for fault in random.sample([f for f in FAULTS if f.__name__ != "another_container"], 2):
            try:
                content = fault(content, random)
            except (ValueError, KeyError, OSError, NotImplementedError, EOFError, RuntimeError, IndexError):
                continue  # too broken already for the second fault
            except Exception as error:
                if type(error).__module__ not in {"zipfile", "zlib"}:
                    raise
        told(content, "花名册.xlsx", tree.county)


@pytest.mark.parametrize("make", [xls, text], ids=["xls", "csv"])
def test_damaged_files_of_the_other_kinds_are_told_in_words(tree, make):
    rows = table([person(n) for n in range(1, PEOPLE + 1)])
    content = make(("花名册", rows)) if make is xls else make(rows)
    for turn in range(ROUNDS * 6):
        random = Random(f"{SEED}-{make.__name__}-{turn}")
        fault = random.choice(FAULTS[:3])
        told(fault(content, random), random.choice(["a.xls", "a.et", "a.csv"]), tree.county)


CELLS = (
    "韦" * 100,
    "𠮷田𡋾",
    "甲\x00乙\x07",
    "韦😀甲👨‍👩‍👧",
    "\u202e倒过来",
    '=HYPERLINK("http://x")',
    "'; DROP TABLE cadres_cadre; --",
    "<script>alert(1)</script>",
    "\ud7ff\ufffd\ufeff",
    " 　\t\n",
    "٤٥٩٩",
    "4.59901198001E+17",
    459901198001010000,
    -1,
    0.1,
    1e300,
    float(2**63),
    True,
    False,
    date(1900, 1, 1),
    datetime(2026, 3, 1, 23, 59, 59),  # noqa: DTZ001 - a cell has no zone
    45_000,
    "2026-02-30",
    "a" * 32_767,
    None,
)


def test_any_cell_may_hold_anything(tree):
    for turn in range(ROUNDS * 8):
        random = Random(f"{SEED}-cells-{turn}")
        people = [person(n) for n in range(1, PEOPLE + 1)]
        for _ in range(random.randint(1, 12)):
            random.choice(people)[random.choice(HEADER)] = random.choice(CELLS)
        rows = table(people)
        if random.random() < 0.3:
            rows.insert(random.randint(0, len(rows)), [random.choice(CELLS) for _ in range(random.randint(1, 12))])
        clean = [[_writable(cell) for cell in row] for row in rows]
        told(xlsx(("花名册", clean)), "花名册.xlsx", tree.county)
        told(text([[str(c).replace("\x00", "") if c is not None else None for c in row] for row in rows]),
             "花名册.csv", tree.county)  # fmt: skip


def _writable(cell):
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f]", "", cell) if isinstance(cell, str) else cell


def brought(content: bytes, unit, filename="花名册.xlsx"):
    told(content, filename, unit)
    return import_roster(unit=unit, content=content, filename=filename)


def book_of(*people) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(xlsx(("花名册", table(people)))))


def test_a_zip_bomb_is_refused(tree, monkeypatch):
    monkeypatch.setattr(extent, "MAX_UNPACKED", 20 << 20)
    content = a_zip_bomb(workbook(), 21)
    assert len(content) < 100_000
    told(content, "a.xlsx", tree.county)
    assert [error.code for error in read_tables(content, columns=ROSTER).problems] == ["file.too_large"]


def test_hidden_rows_filters_comments_and_links_do_not_matter(tree):
    book = book_of(*(person(n) for n in range(1, 6)))
    sheet = book.active
    sheet.auto_filter.ref = "A1:I6"
    sheet.row_dimensions[3].hidden = True
    sheet["B4"].comment = Comment("核实", "张三")
    sheet["B5"].hyperlink = "http://example.invalid/"
    sheet.freeze_panes = "C2"
    report = brought(saved(book), tree.county)
    assert (report.rows, report.unchanged) == (5, 5)
    hidden = [outcome.row for outcome in report.outcomes if outcome.hidden]
    assert hidden == [3]


def test_dates_of_1904_are_the_same_days(tree):
    book = book_of(person(1, 驻村起始时间=date(2026, 3, 1)))
    book.epoch = CALENDAR_MAC_1904
    brought(saved(book), tree.county)
    assert Posting.objects.get().begins == date(2026, 3, 1)


def test_formulas_without_stored_values_are_told_as_blanks(tree):
    book = book_of(person(1), person(2))
    book.active["B3"] = '="韦"&"乙"'
    report = brought(saved(book), tree.county)
    assert [(error.row, error.code) for error in report.errors] == [(3, "required")]


def test_macros_are_data(tree):
    content = rewritten(
        xlsx(("花名册", table([person(1)]))), {}, more=[("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0macro")]
    )
    assert brought(content, tree.county, "花名册.xlsm").unchanged == 1


LETTERS = [openpyxl.utils.get_column_letter(n) for n in range(1, 16_385)]


@pytest.mark.parametrize(
    ("rows", "columns"), [(1_048_576, 0), (3, 16_384), (3000, 200)], ids=["all rows", "all columns", "a block"]
)
def test_blank_but_formatted_cells_do_not_count(tree, rows, columns):
    def row(number: int) -> str:
        cells = "".join(f'<c r="{letter}{number}" s="0"/>' for letter in LETTERS[:columns])
        return f'<row r="{number}" s="0" customFormat="1">{cells}</row>'

    blank = "".join(map(row, range(3, rows + 1))).encode() + b"</sheetData>"
    content = rewritten(xlsx(("花名册", table([person(1)]))), {SHEET: lambda xml: xml.replace(b"</sheetData>", blank)})
    assert brought(content, tree.county).unchanged == 1


def test_two_tables_on_one_sheet_are_both_read(tree):
    rows = [*table([person(1)]), [], ["第二批"], *table([person(2)])]
    assert brought(xlsx(("花名册", rows)), tree.county).unchanged == 2


def test_a_header_without_data_brings_nobody(tree):
    report = brought(xlsx(("花名册", table([]))), tree.county)
    assert (report.rows, report.errors) == (0, [])


def test_a_name_of_a_hundred_characters_is_refused_whole(tree):
    report = brought(xlsx(("花名册", table([person(1, 姓名="韦" * 100)]))), tree.county)
    assert [error.code for error in report.errors] == ["value.too_long"]


def test_rare_characters_stay_and_emoji_go(tree):
    report = brought(xlsx(("花名册", table([person(1, 姓名="𠮷😀田㼆")]))), tree.county)
    assert report.errors == []
    assert Cadre.objects.get().name == "𠮷田㼆"


def test_a_wrong_ending_does_not_matter(tree):
    content = xlsx(("花名册", table([person(1)])))
    for name in ("花名册.csv", "花名册.et", "花名册.xls", "花名册"):
        assert not brought(content, tree.county, name).errors


def test_pictures_on_the_sheet_do_not_matter(tree):
    drawing = b'<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"/>'
    more = [("xl/media/image1.png", b"\x89PNG"), ("xl/drawings/drawing1.xml", drawing)]
    assert brought(rewritten(xlsx(("花名册", table([person(1)]))), {}, more=more), tree.county).unchanged == 1


def test_outside_entities_are_never_fetched():
    secret = b'<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    content = rewritten(
        workbook(),
        {"xl/sharedStrings.xml": lambda xml: secret + xml[xml.find(b"<sst") :].replace(b"</t>", b"&x;</t>", 3)},
    )
    reading = read_tables(content, columns=ROSTER)
    assert "root:" not in repr([row.cells for row in reading.rows])
