"""New workbooks out of an upload: the refused rows to be corrected and uploaded again, or all its cells. Pure: no Django.

Title and header rows stand above the refused rows as in the upload, so that the same reader understands them again.
Many rows are written one by one: a hundred thousand cost no more memory than ten.
"""

from __future__ import annotations

import datetime as dt
import io
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

import xlsxwriter
from xlsxwriter.exceptions import OverlappingRange

from cadres.roster.errors import Problem, UnusableFile
from cadres.roster.headers import is_blank
from cadres.roster.places import Mark, marks_of
from cadres.roster.reader import Row, Table
from cadres.roster.sheet_notes import AUTHOR, box_height
from cadres.roster.workbook import Sheet, open_sheets

MANY_ROWS = 5_000
"""More rows are written one by one, at the price of the header's merges (which the reader does not need)."""

_SUSPECT = ("=", "+", "-", "@", "\t", "\r")
_FILLS = {"error": "#FFC7CE", "warning": "#FFEB9C"}
_LONGEST_CELL = 32_767
_LONGEST_NAME = 31
_LARGEST_MERGE = 20_000
_FORBIDDEN_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
_PLACE = re.compile(r"^第 \d+ 行(?=“|：)")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_WIDTH = 14
_TEXT, _CENTRED = "text", "centred"

Texts = dict[tuple[int, int], list[tuple[str, str]]]
"""(row, column from 0) → (sentence, level) pairs."""


def rest_workbook(
    content: bytes, *, tables: Sequence[Table], errors: Iterable[Problem], rows: Iterable[Row] = (), watermark: str = ""
) -> bytes:
    """Only the refused rows, each sheet with its title and header rows; a comment at every refused cell.

    Refused is a row that an error names, and every one of `rows`. Numbers of identity and telephone stand in text cells,
    so that what is typed there stays whole. Errors of the file itself stand on the first sheet's first cell.
    `watermark` (who took it, and when) stands below every printed page and in the file's properties: the rows go in again.
    """
    errors = list(errors)
    texts = _texts(marks_of(tables, errors))
    refused: dict[str | None, set[int]] = defaultdict(set)
    for sheet, cells in texts.items():
        refused[sheet] |= {row for row, _ in cells}
    for row in rows:
        refused[row.table.sheet].add(row.number)
    headers = {(t.sheet, t.header.row): t.header for t in tables}
    many = sum(map(len, refused.values())) > MANY_ROWS
    try:
        epoch_1904 = any(table.epoch_1904 for table in tables)
        with _workbook(epoch_1904=epoch_1904, large=many, watermark=watermark) as (out, writer):
            for sheet in open_sheets(content):
                own = [header for (name, _), header in headers.items() if name == sheet.name]
                if own and refused[sheet.name]:
                    writer.write_rest(sheet, own, refused[sheet.name], texts.get(sheet.name, {}))
            writer.finish()
    except UnusableFile:
        return notice_workbook(problem.message for problem in errors)
    return out.getvalue()


def whole_workbook(content: bytes, *, marks: Iterable[Mark]) -> bytes:
    """Every sheet with the same cells in the same places, and the marks."""
    texts = _texts(marks)
    sheets = open_sheets(content)
    with _workbook() as (out, writer):
        for number, sheet in enumerate(sheets):
            own = dict(texts.get(sheet.name, {}))
            if number == 0 and sheet.name is not None:
                for cell, said in texts.get(None, {}).items():
                    own[cell] = [*own.get(cell, []), *said]
            writer.write_whole(sheet, own)
        writer.finish()
    return out.getvalue()


def notice_workbook(sentences: Iterable[str]) -> bytes:
    """A workbook that says in words what is wrong with a file that cannot be shown."""
    with _workbook() as (out, writer):
        writer.write_notice(list(sentences))
        writer.finish()
    return out.getvalue()


def _texts(marks: Iterable[Mark]) -> dict[str | None, Texts]:
    found: dict[str | None, Texts] = defaultdict(lambda: defaultdict(list))
    for mark in marks:
        found[mark.sheet][(mark.row or 1, mark.column)].append((mark.text, mark.level if mark.row else ""))
    return found


def _by_row(texts: Texts) -> dict[int, dict[int, list[tuple[str, str]]]]:
    found: dict[int, dict[int, list[tuple[str, str]]]] = defaultdict(dict)
    for (row, column), said in texts.items():
        found[row][column] = said
    return found


@contextmanager
def _workbook(
    *, epoch_1904: bool = False, large: bool = False, watermark: str = ""
) -> Iterator[tuple[io.BytesIO, _Writer]]:
    out = io.BytesIO()
    options = {"constant_memory": large, "strings_to_formulas": False, "strings_to_urls": False,
               "strings_to_numbers": False, "date_1904": epoch_1904}  # fmt: skip
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"comments": watermark})
        yield out, _Writer(book, with_merges=not large, watermark=watermark)


class _Writer:
    """Puts cells of any kind and comments on new sheets."""

    def __init__(self, book: xlsxwriter.Workbook, *, with_merges: bool, watermark: str = "") -> None:
        self._book, self._watermark = book, watermark
        # A workbook written row by row cannot merge what is written already.
        self._with_merges = with_merges
        self._formats: dict[tuple, object] = {}
        self._names: set[str] = set()

    def write_rest(self, sheet: Sheet, headers: Sequence, refused: set[int], texts: Texts) -> None:
        target = self._add(sheet.name)
        copy = _Copy(sheet, headers, refused)
        text_columns = {h.keys[key] for h in headers for key in ("id_number", "phone") if key in h.keys}
        for column in text_columns:
            target.set_column(column, column, 22, self._format(_TEXT))
        by_row = _by_row(texts)
        rows = copy.rows()
        if self._with_merges:
            rows = list(rows)
            self._merge(target, sheet, {number: place for place, (number, _, is_head) in enumerate(rows) if is_head})
        for place, (number, cells, _) in enumerate(rows):
            self._write_row(target, place, cells, by_row.get(number, {}), texts_at=text_columns, was=number)

    def _merge(self, target, sheet: Sheet, places: Mapping[int, int]) -> None:
        """The merges whose rows stand together in the new sheet; before their cells are written."""
        for first, left, last, right in sheet.merges:
            top, bottom = places.get(first, -1), places.get(last, -1)
            cells = (last - first + 1) * (right - left + 1)
            if top < 0 or bottom - top != last - first or not 1 < cells <= _LARGEST_MERGE:
                continue
            # Overlapping merges are a fault of the upload: the first one stays.
            with suppress(OverlappingRange):
                target.merge_range(top, left, bottom, right, "", self._format(_CENTRED))

    def write_whole(self, sheet: Sheet, texts: Texts) -> None:
        target = self._add(sheet.name)
        if sheet.hidden:
            target.hide()
        by_row = _by_row(texts)
        self._merge(target, sheet, {n: n - 1 for merge in sheet.merges for n in (merge[0], merge[2])})
        for number, cells in sheet.rows:
            self._write_row(target, number - 1, cells, by_row.pop(number, {}))
        for number in sorted(by_row):
            self._write_row(target, number - 1, [], by_row[number])

    def write_notice(self, sentences: Sequence[str]) -> None:
        target = self._add("问题说明(不导入)")
        target.set_column(0, 0, 90)
        for row, sentence in enumerate(sentences or ["没有发现问题"]):
            target.write_string(row, 0, sentence)

    def finish(self) -> None:
        if not self._names:
            self.write_notice([])

    def _add(self, name: str | None):
        wanted = _FORBIDDEN_IN_NAMES.sub(" ", _CONTROL.sub("", name or "")).strip("' ")[:_LONGEST_NAME] or "花名册"
        unique, count = wanted, 1
        while unique.casefold() in self._names:
            count += 1
            unique = f"{wanted[: _LONGEST_NAME - len(str(count)) - 2]}({count})"
        self._names.add(unique.casefold())
        sheet = self._book.add_worksheet(unique)
        sheet.set_comments_author(AUTHOR)
        if self._watermark:
            # In a footer & begins a code of Excel's.
            sheet.set_footer(f"&L{self._watermark.replace('&', '&&')}")
        sheet.set_column(0, 40, _WIDTH)
        return sheet

    def _write_row(
        self,
        target,
        place: int,
        cells: Sequence[object],
        texts: dict,
        *,
        texts_at: Iterable[int] = (),
        was: int | None = None,
    ) -> None:
        for column in range(max(len(cells), max(texts, default=-1) + 1)):
            said = texts.get(column, [])
            value = cells[column] if column < len(cells) else None
            fill = next((level for _, level in sorted(said, key=lambda pair: pair[1]) if level), "")
            self._write_cell(target, place, column, value, fill=fill, as_text=column in texts_at)
            if said:
                text = "\n".join(dict.fromkeys(_moved(sentence, was, place + 1) for sentence, _ in said))
                target.write_comment(place, column, text, {"x_scale": 2, "height": box_height(text) * 4 / 3})

    def _write_cell(self, target, row: int, column: int, value: object, *, fill: str, as_text: bool) -> None:
        if isinstance(value, dt.datetime | dt.date):
            has_time = isinstance(value, dt.datetime) and value.time() != dt.time()
            target.write_datetime(
                row, column, value, self._format("yyyy-mm-dd hh:mm:ss" if has_time else "yyyy-mm-dd", fill)
            )
        elif isinstance(value, bool):
            target.write_boolean(row, column, value, self._format("", fill))
        elif isinstance(value, int | float) and math.isfinite(value):
            target.write_number(row, column, value, self._format(_TEXT if as_text else "", fill))
        elif not is_blank(value):
            text = _plain(value)
            target.write_string(row, column, text, self._format(_TEXT, fill, quoted=text.startswith(_SUSPECT)))
        elif fill or as_text:
            target.write_blank(row, column, None, self._format(_TEXT if as_text else "", fill))

    def _format(self, kind: str, fill: str = "", *, quoted: bool = False):
        key = (kind, fill, quoted)
        if key not in self._formats:
            options: dict[str, object] = {"num_format": "@" if kind == _TEXT else kind} if kind else {}
            if kind == _CENTRED:
                options = {"align": "center", "valign": "vcenter"}
            if fill:
                options |= {"bg_color": _FILLS[fill]}
            if quoted:
                options["quote_prefix"] = True
            self._formats[key] = self._book.add_format(options)
        return self._formats[key]


def _plain(value: object) -> str:
    """Text that an .xlsx can hold."""
    return _CONTROL.sub("", str(value if value is not None else ""))[:_LONGEST_CELL]


def _moved(sentence: str, was: int | None, now: int) -> str:
    """A sentence about a row that stands elsewhere now says where it stood."""
    if was is None or was == now:
        return sentence
    return _PLACE.sub(f"原第 {was} 行", sentence)


class _Copy:
    """The rows to keep of one sheet: titles and headers as they stand, and the refused rows with their merges' values."""

    def __init__(self, sheet: Sheet, headers: Sequence, refused: set[int]) -> None:
        self._sheet, self._refused = sheet, refused
        self._depths = {header.row: header.depth for header in headers}
        self._first = min(self._depths)
        self._tall = [merge for merge in sheet.merges if merge[2] > merge[0]]

    def rows(self) -> Iterator[tuple[int, list[object], bool]]:
        """(row as it was, cells, whether it is title or header)."""
        left = 0
        pending: list[tuple[int, list[object], bool]] = []
        values: dict[tuple[int, int], object] = {}
        tops = {(merge[0], merge[1]) for merge in self._tall}
        for number, cells in self._sheet.rows:
            values |= {(r, c): cells[c] for r, c in tops if r == number and c < len(cells)}
            if all(map(is_blank, cells)):
                continue
            left = self._depths.get(number, left)
            is_head = left > 0 or number < self._first
            left = max(left - 1, 0)
            if is_head:
                pending.append((number, cells, True))
            elif number in self._refused:
                yield from pending
                pending = []
                yield number, self._filled(number, cells, values), False

    def _filled(self, number: int, cells: list[object], values: dict[tuple[int, int], object]) -> list[object]:
        for first, column, last, _ in self._tall:
            if first < number <= last and column < len(cells) and is_blank(cells[column]):
                cells[column] = values.get((first, column))
        return cells
