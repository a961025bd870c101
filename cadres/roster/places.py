"""Where on the sheet a problem belongs: the cell that gets the comment and the colour. Pure: no Django."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cadres.roster.errors import Problem
from cadres.roster.headers import Header
from cadres.roster.reader import Table

ERROR, WARNING = "error", "warning"


@dataclass(frozen=True, slots=True)
class Mark:
    """A sentence at one cell; `row` as Excel counts it, `column` from 0, `level` is error or warning.

    A mark of the file has no row: it belongs to the first cell of its sheet (of the first sheet when that is None).
    """

    sheet: str | None
    row: int | None
    column: int
    text: str
    level: str = ERROR


def marks_of(tables: Sequence[Table], problems: Iterable[Problem], *, level: str = ERROR) -> list[Mark]:
    """The problems at their cells, in the order given. A column the file lacks is marked at the row's first known cell."""
    return [_mark(tables, problem, level) for problem in problems]


def stamp(watermark: str) -> list[Mark]:
    """The watermark at the first cell of the file, which it leaves uncoloured."""
    return [Mark(None, None, 0, watermark, WARNING)] if watermark else []


def _mark(tables: Sequence[Table], problem: Problem, level: str) -> Mark:
    if problem.row is None:
        return Mark(problem.sheet, None, 0, problem.message, level)
    header = _header_above(tables, problem.sheet, problem.row)
    column = _column(header, problem.column) if header is not None else 0
    return Mark(problem.sheet, problem.row, column, problem.message, level)


def _header_above(tables: Sequence[Table], sheet: str | None, row: int) -> Header | None:
    """The header of the table that holds a row: the lowest one that begins at or above it."""
    above = [table.header for table in tables if table.sheet == sheet and table.header.row <= row]
    return max(above, key=lambda header: header.row, default=None)


def _column(header: Header, label: str | None) -> int:
    for key, written in header.labels.items():
        if written == label:
            return header.keys[key]
    if label in header.extras:
        return header.extras[label]
    return header.keys.get("name", min(header.keys.values(), default=0))
