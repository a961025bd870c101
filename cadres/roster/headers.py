"""Recognises the header of a table, also one of several levels. Pure: no Django.

In a header of several levels the lowest name of a column decides (手机 below 联系方式); parent and child together count
first where they name a column (驻村 + 起始时间), and the parent alone where there is nothing below it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from cadres.roster.choices_made import header_id
from cadres.roster.columns import CORRECTED, ColumnTable, compact, header_form

HEADER_DEPTH = 4
"""A header has at most so many rows."""

NumberedRow = tuple[int, list[object]]


@dataclass(slots=True)
class Header:
    """Where the columns are: `keys` key → index, `labels` key → header as written, `extras` other header → index.

    `names` are the headers of all columns by index, as a person corrects them (choices_made.header_id).
    """

    row: int
    depth: int
    keys: dict[str, int] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    extras: dict[str, int] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)


def is_blank(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def header_text(cell: object) -> str:
    """A header cell as text: dates (a weekly sheet may have them as headers) in ISO form, 5.0 as 5."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return compact(cell)
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def header_line(cells: Sequence[object]) -> tuple[str, ...]:
    """The filled cells of a row as header texts: by these a line repeated at a page break is known again."""
    return tuple(header_text(cell) for cell in cells if not is_blank(cell))


def may_begin_header(cells: Sequence[object], columns: ColumnTable) -> bool:
    """A cheap test for data rows: some cell starts like a header that every header row must have."""
    starts = columns.must_starts
    for cell in cells:
        if isinstance(cell, str) and (cell[:1] in starts or cell[:1].isspace()) and len(cell) < 20:
            found = columns.match(cell)
            if found is not None and any(found[0] in group for group in columns.must):
                return True
    return False


def find_header(window: Sequence[NumberedRow], columns: ColumnTable, wide: dict[tuple[int, int], int]) -> Header | None:
    """The header beginning at the first row of `window`, None when there is none.

    `wide` are the merges over several columns: (row, first column) → last column. Of the possible depths the one with
    most known columns wins, then the shallowest: a data row taken for a second level only loses known columns.
    """
    if not _contributes(window[0][1], columns):
        return None
    best: Header | None = None
    for depth in range(1, len(window) + 1):
        header = _header_of_depth(window[:depth], columns, wide)
        if best is None or len(header.keys) > len(best.keys):
            best = header
    return best if best is not None and _qualifies(best, columns) else None


def _contributes(cells: Sequence[object], columns: ColumnTable) -> bool:
    """Whether some cell is a column's name or its parent: a title line above the header is not part of it.

    A line of one cell is a title even where it reads like a column (打卡时间记录), unless one column makes a table.
    """
    texts = [header_text(cell) for cell in cells if not is_blank(cell)]
    if len(texts) < min(2, columns.at_least):
        return False
    parents = {parent for parent, _ in columns.joined}
    return any(columns.match(text) is not None or header_form(text) in parents for text in texts)


def _qualifies(header: Header, columns: ColumnTable) -> bool:
    named = header.keys.keys()
    return len(named) >= columns.at_least and all(group & named for group in columns.must)


def _header_of_depth(rows: Sequence[NumberedRow], columns: ColumnTable, wide: dict[tuple[int, int], int]) -> Header:
    header = Header(row=rows[0][0], depth=len(rows))
    levels = [_level(number, cells, wide) for number, cells in rows]
    ranks: dict[str, int] = {}
    for index in range(max(len(level) for level in levels)):
        texts = _stack(levels, index)
        if not texts:
            continue
        header.names[index] = header_id(texts)
        found = _resolve(texts, columns)
        if found is None:
            _keep_extra(header, texts, index, columns)
            continue
        key, rank = found
        if key in header.keys:
            loser = index if rank >= ranks[key] else header.keys[key]
            loser_texts = texts if loser == index else [header.labels[key]]
            _keep_extra(header, loser_texts, loser, columns)
            if loser == index:
                continue
        header.keys[key], header.labels[key], ranks[key] = index, texts[-1], rank
    return header


def _level(number: int, cells: Sequence[object], wide: dict[tuple[int, int], int]) -> list[str]:
    """One row of the header as texts; a name merged over several columns stands above each of them."""
    texts = [header_text(cell) for cell in cells]
    for index in range(len(texts)):
        last = wide.get((number, index))
        if last is not None and texts[index]:
            texts.extend([""] * (last + 1 - len(texts)))
            texts[index : last + 1] = [texts[index]] * (last + 1 - index)
    return texts


def _stack(levels: Sequence[list[str]], index: int) -> list[str]:
    """The names above one another in a column, top first. Without merges (.csv) a parent stands for its right too."""
    texts: list[str] = []
    for level in levels:
        text = level[index] if index < len(level) else ""
        if not text and level is not levels[-1]:
            below = levels[-1][index] if index < len(levels[-1]) else ""
            text = next((t for t in reversed(level[:index]) if t), "") if below else ""
        if text and (not texts or texts[-1] != text):
            texts.append(text)
    return texts


def _resolve(texts: list[str], columns: ColumnTable) -> tuple[str, int] | None:
    child = texts[-1]
    if columns.corrected and (whole := header_id(texts)) in columns.corrected:
        key = columns.corrected[whole]
        return (key, CORRECTED) if key else None
    for parent in reversed(texts[:-1]):
        joined = columns.joined.get((header_form(parent), header_form(child)))
        if joined is not None:
            return joined, 0
        if (found := columns.match(parent + child)) is not None:
            return found
    return columns.match(child)


def _keep_extra(header: Header, texts: list[str], index: int, columns: ColumnTable) -> None:
    label = texts[-1].strip("*:")
    if not label or header_form(label) in columns.numbering:
        return
    if label in header.extras and len(texts) > 1:
        label = f"{texts[-2]}/{label}"
    unique, count = label, 1
    while unique in header.extras:
        count += 1
        unique = f"{label}({count})"
    header.extras[unique] = index
