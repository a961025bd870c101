"""Files that are no roster, or too much of one: refused with a sentence, never with an error."""

import io
import zipfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.styles import Font

from tests.cadres.roster_files import saved, text, xls, xlsx
from tests.cadres.roster_reading import NUMBERS, PLAIN, codes, numbers, read


def _half(content: bytes) -> bytes:
    return content[: len(content) // 2]


def _zip(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "filename", "code"),
    [
        (b"", "a.xlsx", "file.unreadable"),
        (b"\0" * 5000, "a.xls", "file.unreadable"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a.xlsx", "file.unreadable"),
        (b"<html><table><tr><td>\xe5\xa7\x93\xe5\x90\x8d</td></tr></table></html>", "a.xls", "file.unreadable"),
        (b"<?xml version='1.0'?><Workbook/>", "a.xls", "file.unreadable"),
        (b"not a table at all", "a.xlsx", "file.unreadable"),
        (b"not a table at all", "a.csv", "file.no_header"),
        (_half(xlsx(("a", PLAIN))), "a.xlsx", "file.unreadable"),
        (_half(xls(("a", PLAIN))), "a.xls", "file.unreadable"),
        (_zip(word__document_xml=b"<w/>"), "a.xlsx", "file.unreadable"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "a.xlsx", "file.encrypted"),
        (xls(("a", PLAIN)).replace(b"\xe1\x00\x02\x00", b"\x2f\x00\x02\x00", 1), "a.xls", "file.encrypted"),
        (xlsx(("a", [])), "a.xlsx", "file.no_header"),
        (xlsx(("a", [["姓名", "性别", "民族"], ["韦甲", "男", "壮"]])), "a.xlsx", "file.no_header"),
        (xlsx(("a", [["身份证号", "性别", "民族", "学历"], [NUMBERS[0], "男", "壮", "本科"]])), "a.xlsx", "file.no_header"),
        (xlsx(("a", [["x"]]), ("b", PLAIN), hidden=("b",)), "a.xlsx", "file.no_header"),
    ],
    ids=[
        "empty", "zeros", "picture", "web page", "xml table", "text called xlsx", "text", "half xlsx", "half xls",
        "word document", "encrypted", "encrypted xls", "blank sheet", "too few columns", "no name", "only hidden",
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_with_a_sentence(content, filename, code):
    reading = read(content, filename)
    assert [(p.code, p.row) for p in reading.problems] == [(code, None)]
    assert not reading.tables
    assert "请" in reading.problems[0].message


def test_a_million_formatted_blank_rows_are_nothing():
    book = openpyxl.load_workbook(io.BytesIO(xlsx(("a", PLAIN))))
    sheet = book.active
    for number in range(5, 60_000):
        sheet.cell(number, 1).font = Font(bold=True)
    sheet.row_dimensions[1_048_576].height = 20
    sheet.cell(1_048_576, 3).font = Font(bold=True)
    reading = read(saved(book))
    assert numbers(reading) == NUMBERS
    assert not reading.problems


def test_a_stray_cell_in_the_corner_of_an_xls_is_refused_too():
    corner = [*PLAIN, *[[]] * 65_531, [None] * 255 + ["x"]]
    assert codes(read(xls(("a", corner))).problems) == ["file.too_large"]


@pytest.mark.parametrize("place", [(1_048_576, 1), (2, 16_384), (90_000, 500)])
def test_a_stray_cell_far_away_is_refused_before_it_costs_memory(place):
    book = openpyxl.load_workbook(io.BytesIO(xlsx(("a", PLAIN))))
    book.active.cell(*place).value = "x"
    assert codes(read(saved(book)).problems) == ["file.too_large"]


def test_a_zip_bomb_is_refused_by_what_comes_out_of_it(monkeypatch):
    monkeypatch.setattr("cadres.roster.extent.MAX_UNPACKED", 5_000_000)
    bomb = _zip(xl__workbook_xml=b"<workbook/>", xl__worksheets__sheet1_xml=b" " * 6_000_000)
    assert codes(read(bomb).problems) == ["file.too_large"]
    small_lie = bomb.replace((6_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert codes(read(small_lie).problems) == ["file.too_large"]


def test_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr("cadres.roster.extent.MAX_ROWS", 3)
    for content in (xlsx(("a", PLAIN)), text(PLAIN)):
        assert codes(read(content, "a.csv").problems) == ["file.too_large"]


def test_blank_lines_of_a_csv_do_not_count_as_people():
    content = text(PLAIN) + b",,,,,,,,\r\n" * 50_000
    assert numbers(read(content, "a.csv")) == NUMBERS


@given(st.binary(max_size=300), st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe"]))
def test_no_bytes_make_the_reader_raise(content, magic):
    assert codes(read(magic + content).problems)


@given(
    st.lists(
        st.lists(st.sampled_from(["", "姓名", "身份证", "村", "起", "驻村时间", "合计", "1", NUMBERS[0]]), max_size=6),
        max_size=8,
    )
)
def test_no_grid_makes_the_reader_raise(rows):
    reading = read(text([PLAIN[0], *rows]), "a.csv")
    assert all(1 < row.number <= len(rows) + 1 for row in reading.rows)
