"""Finds the tables in a file that people filled in by hand. Pure: no Django.

One reader for rosters, weekly sheets, check-ins and ledgers; each brings its `ColumnTable`. Understood: title rows,
blank rows, headers of several levels (`headers`), headers repeated at page breaks, several tables below one another,
total and signature lines (`lines`), vertically merged cells (the value applies to each row of the merge; a blank that
is not merged stays blank), hidden sheets (left out).

    reading = read_tables(content, columns=ROSTER, filename="花名册.xlsx")
    for row in reading.rows:
        row.number, row["name"], row.extra(), row.table.sheet
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from cadres.roster import errors
from cadres.roster.choices_made import NO_CHOICES, Choices
from cadres.roster.columns import ColumnTable
from cadres.roster.errors import Problem, UnusableFile, problem, shown
from cadres.roster.headers import (
    HEADER_DEPTH,
    Header,
    NumberedRow,
    find_header,
    header_line,
    header_text,
    is_blank,
    may_begin_header,
)
from cadres.roster.lines import Line, LineReader
from cadres.roster.text import bare_cell, tidy
from cadres.roster.workbook import Sheet, open_sheets

_NOT_FOR_IMPORT = "不导入"
"""A sheet whose name says so (the notes of our template) is left out without a word."""

HEADER_WITHIN = 200
"""A sheet without a header in its first 200 filled rows has no table."""
_LINES_ABOVE = 4
"""So many lines above a header belong to it."""


@dataclass(eq=False, slots=True)
class Row:
    """One filled row of a table; `row[key]` is the raw cell (None when blank or when the column is absent)."""

    number: int
    cells: list[object]
    table: Table

    def __getitem__(self, key: str) -> object:
        index = self.table.header.keys.get(key)
        if index is None or index >= len(self.cells):
            return None
        cell = self.cells[index]
        if is_blank(cell):
            return None
        if self.table.replaced and (of := self.table.replaced.get(key)):
            return of.get(bare_cell(cell), cell) or None
        return cell

    @property
    def hidden(self) -> bool:
        """Whether the sheet hides the row (a filter, or by hand): it is data all the same."""
        return self.number in self.table.hidden_rows

    def extra(self) -> dict[str, object]:
        """Filled cells of columns that are not ours, by their header."""
        cells, width = self.cells, len(self.cells)
        return {h: cells[i] for h, i in self.table.header.extras.items() if i < width and not is_blank(cells[i])}


@dataclass(eq=False, slots=True)
class Table:
    """One table of a sheet: its header, its filled rows, and the lines of text above it (title, month, village)."""

    sheet: str | None
    header: Header
    columns: ColumnTable
    epoch_1904: bool = False
    hidden_rows: frozenset[int] = frozenset()
    replaced: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    above: tuple[str, ...] = ()
    rows: list[Row] = field(default_factory=list)

    def has(self, key: str) -> bool:
        return key in self.header.keys

    def label(self, key: str) -> str:
        """The header as the file has it, our own name for a column it lacks."""
        return self.header.labels.get(key) or self.columns.label(key)

    def problem(self, code: str, advice: str, *, row: int | None, key: str | None, value: object = "") -> Problem:
        column = self.label(key) if key else None
        return problem(code, advice, sheet=self.sheet, row=row, column=column, value=value)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A filled row that is no data, or a whole sheet (row null), and why."""

    sheet: str | None
    row: int | None
    text: str
    why: str


@dataclass
class Reading:
    """What a file holds. `problems`: of the file (row null) or a header that lacks a required column."""

    tables: list[Table] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)

    @property
    def rows(self) -> Iterator[Row]:
        for table in self.tables:
            yield from table.rows


def read_tables(content: bytes, *, columns: ColumnTable, filename: str = "", choices: Choices = NO_CHOICES) -> Reading:
    """Every table with a recognisable header on every visible sheet, read with the choices of the person importing.

    Never raises on a bad file: `problems` says what is wrong and what to do. The file name matters only for telling a
    text that calls itself .xlsx from a .csv without a header.
    """
    reading = Reading()
    if choices.columns:
        columns = replace(columns, corrected=choices.columns)
    try:
        for sheet in open_sheets(content):
            _read_sheet(sheet, columns, reading, choices.values)
    except UnusableFile as refused:
        return Reading(problems=[refused.problem])
    if not reading.tables:
        return Reading(problems=[_no_header(columns, content, filename)])
    for table in reading.tables:
        reading.problems.extend(_missing_columns(table))
        reading.warnings.extend(_unknown_columns(table))
    return reading


def _no_header(columns: ColumnTable, content: bytes, filename: str) -> Problem:
    is_text = not content.startswith((b"PK", b"\xd0\xcf"))
    if is_text and filename.lower().endswith((".xlsx", ".xlsm", ".xls", ".et")):
        return UnusableFile("file.unreadable", errors.UNREADABLE).problem
    wanted = "、".join(c.label for c in columns.required) or columns.columns[0].label
    advice = f"没有找到表头：请保留写有“{wanted}”等列名的一行，列名可对照导入模板，再重新上传"
    return UnusableFile("file.no_header", advice).problem


def _read_sheet(sheet: Sheet, columns: ColumnTable, reading: Reading, values: Mapping) -> None:
    finder = _TableFinder(sheet, columns, values)
    if not sheet.hidden:
        tables = finder.tables()
        reading.tables.extend(tables)
        reading.left_out.extend(finder.left_out)
        if not tables and finder.seen_anything and _NOT_FOR_IMPORT not in (sheet.name or ""):
            advice = f"工作表“{sheet.name}”没有找到表头，没有导入：其中有数据时请补上列名后重新上传"
            reading.warnings.append(UnusableFile("sheet.skipped", advice, sheet=sheet.name).problem)
    elif finder.has_header():
        advice = f"工作表“{sheet.name}”是隐藏的，没有导入：需要导入时请取消隐藏后重新上传"
        reading.warnings.append(UnusableFile("sheet.skipped", advice, sheet=sheet.name).problem)


def _missing_columns(table: Table) -> Iterator[Problem]:
    for column in table.columns.required:
        if not table.has(column.key):
            row = table.header.row
            message = f"第 {row} 行表头缺少必填的“{column.label}”一列：请补上这一列后重新上传"
            yield Problem(sheet=table.sheet, row=row, column=column.label, value="", code="required", message=message)


def _unknown_columns(table: Table) -> Iterator[Problem]:
    advice = table.columns.unknown_advice
    for header in table.header.extras if advice else ():
        if header not in table.columns.remarks:
            yield problem("column.unknown", advice, sheet=table.sheet, row=table.header.row, column=header)


def in_words(cells: list[object]) -> str:
    """The first filled cells of a row that is left out."""
    return shown(tidy("  ".join(shown(cell) for cell in cells[:12] if not is_blank(cell))))


class _TableFinder:
    """Walks over the filled rows of one sheet, looking a few rows ahead for headers of several levels."""

    def __init__(self, sheet: Sheet, columns: ColumnTable, values: Mapping[str, Mapping[str, str]]) -> None:
        self.seen_anything = False
        self.left_out: list[LeftOut] = []
        self._values = {key: of for key, of in values.items() if of}
        self._sheet = sheet
        self._columns = columns
        self._wide = {(m[0], m[1]): m[3] for m in sheet.merges if m[3] > m[1]}
        self._merges = _DownwardMerges(sheet)
        self._filled = self._filled_rows()
        self._ahead: deque[NumberedRow] = deque()
        self._above: deque[str] = deque(maxlen=_LINES_ABOVE)
        self._tops: set[tuple[str, ...]] = set()
        self._titles: set[tuple[str, ...]] = set()

    def has_header(self) -> bool:
        for _ in range(HEADER_WITHIN):
            if not self._look_ahead():
                return False
            if self._header_next() is not None:
                return True
            self._ahead.popleft()
        return False

    def tables(self) -> list[Table]:
        tables: list[Table] = []
        lines: LineReader | None = None
        searched = 0
        while self._look_ahead():
            header = self._header_here(first=not tables)
            if header is not None:
                if not tables or header.keys != tables[-1].header.keys or (self._columns.titled and self._above):
                    tables.append(self._table(header))
                self._above.clear()
                lines = LineReader(header, self._columns, self._wide)
                continue
            number, cells = self._ahead.popleft()
            if lines is None:
                self._above.append(in_words(cells))
                self._titles.add(header_line(cells))
                searched += 1
                if searched >= HEADER_WITHIN:
                    break
            elif (line := lines.kind(number, cells)) is Line.DATA and not self._is_title(cells):
                table = tables[-1]
                table.rows.append(Row(number, self._merges.filled(number, cells), table))
            else:
                self._above.append(in_words(cells))
                reason = Line.TITLE if line is Line.DATA else line
                self.left_out.append(LeftOut(self._sheet.name, number, in_words(cells), reason.value))
        return tables

    def _table(self, header: Header) -> Table:
        sheet, above = self._sheet, tuple(self._above)
        return Table(sheet.name, header, self._columns, sheet.epoch_1904, sheet.hidden_rows, self._values, above)

    def _is_title(self, cells: list[object]) -> bool:
        """A line that stood above the header and is repeated at a page break with it; where titles matter, also a
        single cell right above a header, which is the title of what follows: 龙塘村.
        """
        if _is_repeated(cells, self._titles):
            return True
        if not self._columns.titled or sum(not is_blank(cell) for cell in cells) != 1:
            return False
        return self._look_ahead() and self._header_next() is not None

    def _header_next(self) -> Header | None:
        return find_header(list(self._ahead), self._columns, self._wide)

    def _header_here(self, *, first: bool) -> Header | None:
        """The header that begins at the next row; its rows are consumed and its merges do not flow into the data.

        The upper line of a header of several levels may name no column that every header must have (个人信息 above
        姓名): repeated at a page break it is known by its wording.
        """
        cells = self._ahead[0][1]
        if not first and not may_begin_header(cells, self._columns) and not _is_repeated(cells, self._tops):
            return None
        header = self._header_next()
        if header is not None:
            self._tops.add(header_line(cells))
            for _ in range(header.depth):
                number, _ = self._ahead.popleft()
            self._merges.forget_up_to(number)
        return header

    def _look_ahead(self) -> bool:
        while len(self._ahead) < HEADER_DEPTH:
            row = next(self._filled, None)
            if row is None:
                break
            self._ahead.append(row)
        return bool(self._ahead)

    def _filled_rows(self) -> Iterator[NumberedRow]:
        for number, cells in self._sheet.rows:
            if not all(map(is_blank, cells)):
                self.seen_anything = True
                yield number, cells


def _is_repeated(cells: list[object], lines: set[tuple[str, ...]]) -> bool:
    """Whether a row is one of `lines` again. Lines of the head of a table have words only, so most rows fail at once."""
    if not lines or not all(cell is None or isinstance(cell, str) for cell in cells):
        return False
    first = next((cell for cell in cells if not is_blank(cell)), "")
    return any(line[0].startswith(header_text(first)[:2]) for line in lines) and header_line(cells) in lines


class _DownwardMerges:
    """Merges over several rows. The value of a merge stands in its first cell; below it the cells are blank."""

    def __init__(self, sheet: Sheet) -> None:
        tall = sorted(m for m in sheet.merges if m[2] > m[0])
        self._waiting = deque(tall)
        self._open: list[tuple[int, int, object]] = []

    def forget_up_to(self, number: int) -> None:
        while self._waiting and self._waiting[0][0] <= number:
            self._waiting.popleft()
        self._open.clear()

    def filled(self, number: int, cells: list[object]) -> list[object]:
        """`cells` with the values of the merges that reach down to this row."""
        if not self._waiting and not self._open:
            return cells
        while self._waiting and self._waiting[0][0] <= number:
            first, column, last, _ = self._waiting.popleft()
            if first == number and column < len(cells):
                self._open.append((column, last, cells[column]))
        self._open = [merge for merge in self._open if merge[1] >= number]
        for column, _, value in self._open:
            if column < len(cells) and is_blank(cells[column]):
                cells[column] = value
        return cells
