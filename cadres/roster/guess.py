"""Which kind of table a file holds, by its headers. Pure: no Django."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

from cadres.roster.columns import ColumnTable
from cadres.roster.errors import UnusableFile
from cadres.roster.headers import HEADER_DEPTH, NumberedRow, find_header, is_blank
from cadres.roster.workbook import open_sheets

_ROWS_LOOKED_AT = 40


def guess_kind(content: bytes, tables: Mapping[str, ColumnTable]) -> str | None:
    """The key of the table whose columns name most of a header, the earlier of two that name as many.

    None when no header of any table is found, also for a file that cannot be read.
    """
    best: tuple[int, int] = (0, 0)
    guessed = None
    try:
        for sheet in open_sheets(content):
            if sheet.hidden:
                continue
            rows = [row for row in islice(sheet.rows, _ROWS_LOOKED_AT) if not all(map(is_blank, row[1]))]
            wide = {(m[0], m[1]): m[3] for m in sheet.merges if m[3] > m[1]}
            for key, columns in tables.items():
                score = _score(rows, columns, wide)
                if score > best:
                    best, guessed = score, key
    except UnusableFile:
        return None
    return guessed


def _score(rows: list[NumberedRow], columns: ColumnTable, wide: dict[tuple[int, int], int]) -> tuple[int, int]:
    """(required columns there, or -1 for one missing, columns there) of the first header."""
    for start in range(len(rows)):
        header = find_header(rows[start : start + HEADER_DEPTH], columns, wide)
        if header is not None:
            missing = sum(column.key not in header.keys for column in columns.required)
            return len(header.keys) - 2 * missing, -len(header.extras)
    return (0, 0)
