"""Lists as files: harmless cells, watermark, Excel's Chinese."""

import csv
import io
from decimal import Decimal

import openpyxl
import pytest

from townships.list_files import list_csv, list_xlsx

HEADER = ["姓名", "天数"]
MARK = "导出人：书记，2026-11-24 10:00，共 1 行，仅供工作使用"


def sheet_of(*rows) -> openpyxl.worksheet.worksheet.Worksheet:
    content = list_xlsx(title="请假[1]", header=HEADER, rows=rows, watermark=MARK)
    return openpyxl.load_workbook(io.BytesIO(content)).active


@pytest.mark.parametrize("text", ["=1+1", "+8613800001234", "-cmd", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")'])
def test_no_cell_acts_as_a_formula(text):
    cell = sheet_of([text, 1])["A3"]
    assert (cell.data_type, cell.value, cell.quotePrefix) == ("s", text, True)
    line = "".join(list_csv(header=HEADER, rows=[[text, 1]], watermark=MARK)).splitlines()[1]
    assert next(csv.reader([line]))[0].startswith("'") or "\t" in text


def test_numbers_stay_numbers():
    sheet = sheet_of(["甘雨", Decimal("2.5")], ["零露", 3])
    assert [sheet["B3"].value, sheet["B4"].value] == [2.5, 3]


def test_the_watermark_is_the_last_line_and_in_the_footer():
    sheet = sheet_of(["甘雨", 1])
    assert [row[0].value for row in sheet.iter_rows()] == ["请假[1]", "姓名", "甘雨", None, MARK]
    assert MARK in sheet.oddFooter.left.text
    assert "".join(list_csv(header=HEADER, rows=[], watermark=MARK)).splitlines()[-1] == MARK


def test_an_empty_list_is_a_header_and_a_watermark():
    assert sheet_of()["A5"].value is None
    assert sheet_of()["A4"].value == MARK


def test_a_csv_begins_with_a_byte_order_mark():
    assert next(iter(list_csv(header=HEADER, rows=[], watermark=MARK))).startswith("\ufeff姓名")
