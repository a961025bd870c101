"""Gives an uploaded workbook back with what is wrong with it at the very cells. Pure: no Django.

    answer = annotate(content, tables=reading.tables, errors=report.errors, filename="花名册.xlsx")

An .xlsx keeps everything else as it was (`sheet_marks`). Other kinds (.xls, .et, .csv) cannot carry comments that Excel
and WPS both show, and a very large .xlsx would take minutes: those come back as a new .xlsx with the same cells, or with
the refused rows only (`rest_workbook`), and `remark` says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cadres.roster.errors import Problem, UnusableFile
from cadres.roster.package import BrokenPackage
from cadres.roster.places import WARNING, Mark, marks_of, stamp
from cadres.roster.reader import Table
from cadres.roster.rest_workbook import notice_workbook, rest_workbook, whole_workbook
from cadres.roster.sheet_marks import marked
from cadres.roster.workbook import ZIP, open_sheets, rough_rows

MOST_ROWS = 20_000
"""A workbook with more filled rows comes back with its refused rows only."""

MOST_ROWS_WITH_BLANKS = 100_000

_REBUILT = "{kind} 文件不能带批注，已另做成 .xlsx：单元格内容一样，格式没有保留"
_REST = f"文件超过 {MOST_ROWS:,} 行，只返回要改正的行：改正后单独上传即可"
_UNREADABLE = "文件打不开，返回的是问题说明"
_BROKEN = "原文件的格式有损坏，已另做成 .xlsx：单元格内容一样，格式没有保留"


@dataclass(frozen=True, slots=True)
class AnswerFile:
    """A workbook to hand back; `remark` says in Chinese how it differs from the upload, "" when only by the marks."""

    content: bytes
    filename: str
    remark: str = ""


def annotate(
    content: bytes,
    *,
    tables: Sequence[Table],
    errors: Iterable[Problem],
    warnings: Iterable[Problem] = (),
    filename: str = "",
    watermark: str = "",
) -> AnswerFile:
    """The upload with errors (red) and warnings (yellow) as comments and colours; never raises on a bad file.

    `watermark` (who took it, and when) stands in a comment at the first cell.
    """
    errors, warnings = list(errors), list(warnings)
    marks = [*marks_of(tables, errors), *marks_of(tables, warnings, level=WARNING), *stamp(watermark)]
    name, kind = _named(filename)
    try:
        rows = sum(1 for sheet in open_sheets(content) for _, cells in sheet.rows if any(cells))
    except UnusableFile:
        return AnswerFile(notice_workbook(mark.text for mark in marks), f"{name}(问题说明).xlsx", _UNREADABLE)
    if rows > MOST_ROWS or rough_rows(content) > MOST_ROWS_WITH_BLANKS:
        rest = rest_workbook(content, tables=tables, errors=errors, watermark=watermark)
        return AnswerFile(rest, f"{name}(待改正).xlsx", _REST)
    if content.startswith(ZIP):
        return _in_place(content, marks, name=name, kind=kind)
    shown = kind if kind in (".xls", ".et", ".csv", ".txt") else "这种"
    return _rebuilt(content, marks, name=name, remark=_REBUILT.format(kind=shown))


def _in_place(content: bytes, marks: list[Mark], *, name: str, kind: str) -> AnswerFile:
    try:
        return AnswerFile(marked(content, marks), f"{name}(批注){kind if kind == '.xlsm' else '.xlsx'}")
    except BrokenPackage:
        return _rebuilt(content, marks, name=name, remark=_BROKEN)


def _rebuilt(content: bytes, marks: list[Mark], *, name: str, remark: str) -> AnswerFile:
    """A new workbook, which says on its first cell how it differs from the upload."""
    said = [*marks, Mark(None, None, 0, remark)]
    return AnswerFile(whole_workbook(content, marks=said), f"{name}(批注).xlsx", remark)


def _named(filename: str) -> tuple[str, str]:
    """(name without ending, ending in small letters)."""
    name, dot, ending = filename.rpartition(".")
    return (name, f".{ending.lower()}") if dot and name else (filename or "表格", "")
