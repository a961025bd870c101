"""Bringing typed-in attendance sheets in, whatever their form: each form says which column is which day."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import NamedTuple

from django.utils.timezone import localdate

from attendance.actions.mark_sheet import NewMark, marks_in_force, sheets_for, write_marks
from attendance.marks import Marks, UnknownMark, parse_marks
from attendance.policies import attendance_book
from cadres.actions.table_import import CHANGED, NEW, SAME, PeopleImport
from cadres.people_named import Person
from cadres.roster.judging import Change
from cadres.roster.reader import Row, Table
from townships.periods import week_of

BLANK = Marks("", "")
Days = dict[str, tuple[date, str]]
"""Key of a column → its day, and its half ("" for both)."""


class _SheetCells(NamedTuple):
    """A row of a sheet speaks about the sheet's days; its marks are read once the person and his policy are known."""

    days: tuple[date, date]


class SheetImport:
    """`days_of` tells the days of a table's columns, or refuses the table by the run and answers nothing."""

    def __init__(self, run: PeopleImport, days_of: Callable[[Table], Days], is_header: Callable[[str], bool]) -> None:
        self.run = run
        self.days_of = days_of
        self.is_header = is_header
        self.policies = attendance_book(run.unit.path)
        self.days: dict[Table, Days] = {}
        self.marks: dict[tuple[int, date], tuple[NewMark, Row]] = {}
        self.lines: list[tuple[Row, list[tuple[int, date]]]] = []
        self._signs: dict[tuple[str, date], tuple[str, ...]] = {}

    def take(self) -> None:
        for table in self.run.reading.tables:
            self.days[table] = self.days_of(table)
            table.rows = [row for row in table.rows if not self._belongs_to_header(row)]
        if self.run.report.errors:
            return
        for row, person, _ in self.run.rows(self._cells):
            self.lines.append((row, list(self._line(row, person))))
        self._write()

    def refuse_table(self, table: Table, key: str | None, code: str, advice: str) -> None:
        problem = table.problem(code, advice, row=table.header.row if key else None, key=key)
        self.run.report.errors.append(problem)

    def _belongs_to_header(self, row: Row) -> bool:
        """A second line of the header, with dates or weekdays, reads like a row without a name."""
        if row["name"] or row["id_number"]:
            return False
        return all(self.is_header(row[key]) for key in self.days[row.table] if row[key] is not None)

    def _cells(self, row: Row) -> _SheetCells:
        days = [day for day, _ in self.days[row.table].values()]
        return _SheetCells((min(days), max(days)))

    def _line(self, row: Row, person: Person) -> Iterator[tuple[int, date]]:
        """Keys of the marks that a row brings."""
        for day, (marks, key) in self._marks_of(row, person).items():
            posting = person.posting_on(day)
            if posting is None:
                if marks != BLANK:
                    advice = f"{person.name}这一天不在驻村期内，没有导入：请核对派驻起止时间"
                    self.run.warn(row, key, "posting.not_active", advice)
            elif marks != BLANK and day > localdate(self.run.at):
                self.run.warn(row, key, "date.future", "这一天还没有到，没有导入：请到当天以后再登记")
            elif self._add(row, key, NewMark(posting, day, marks.am, marks.pm)):
                yield posting.pk, day

    def _marks_of(self, row: Row, person: Person) -> dict[date, tuple[Marks, str]]:
        """The marks of each day of a row, its two halves put together, with a column to point at."""
        found: dict[date, tuple[Marks, str]] = {}
        for key, (day, half) in self.days[row.table].items():
            posting = person.posting_on(day) or person.postings[-1]
            try:
                marks = parse_marks(row[key], self._signs_at(posting.village.path, day))
            except UnknownMark as unknown:
                self.run.refuse(row, key, unknown.code, f"的{unknown}")
                continue
            before = found.get(day, (BLANK, key))[0]
            if half == "am":
                marks = Marks(marks.am, before.pm)
            elif half == "pm":
                marks = Marks(before.am, marks.pm)
            found[day] = marks, key
        return found

    def _signs_at(self, path: str, day: date) -> tuple[str, ...]:
        place = path, week_of(day).monday
        if place not in self._signs:
            self._signs[place] = tuple(self.policies.at(*place).rules.marks)
        return self._signs[place]

    def _add(self, row: Row, key: str, mark: NewMark) -> bool:
        """Keep one mark; two rows of one person agree or one of them is blank."""
        place, said = (mark.posting.pk, mark.day), (mark.am, mark.pm)
        earlier = self.marks[place][0] if place in self.marks else None
        before = (earlier.am, earlier.pm) if earlier else BLANK
        if BLANK not in (said, before) and said != before:
            advice = f"与前面{mark.posting.cadre.name}同一天的登记不一样：同一人只留一行"
            self.run.refuse(row, key, "duplicate.row", advice)
            return False
        if earlier is None or said != BLANK:
            self.marks[place] = mark, row
        return True

    def _write(self) -> None:
        run = self.run
        marks = [mark for mark, row in self.marks.values() if not run.is_refused(row)]
        in_force = marks_in_force(marks)
        kinds = write_marks(
            marks=marks,
            sheets=sheets_for({(mark.posting.village, week_of(mark.day)) for mark in marks}),
            actor=run.actor,
            at=run.at,
            reason=f"导入 {run.filename}",
            in_force=in_force,
        )
        kind_of = {(mark.posting.pk, mark.day): kind for mark, kind in zip(marks, kinds, strict=True)}
        for row, places in self.lines:
            known = {place: kind_of[place] for place in places if place in kind_of}
            run.judged(row, self._row_kind(known), self._changes(known, in_force))

    def _row_kind(self, kinds: dict[tuple[int, date], str]) -> str:
        """A row is new when nothing of it was there before."""
        signed = {kind for place, kind in kinds.items() if kind != SAME or self._signed(place)}
        if signed == {NEW}:
            return NEW
        return CHANGED if signed - {SAME} else SAME

    def _signed(self, place: tuple[int, date]) -> bool:
        mark = self.marks[place][0]
        return bool(mark.am or mark.pm)

    def _changes(self, kinds: dict[tuple[int, date], str], in_force: dict) -> Iterator[Change]:
        for place, kind in kinds.items():
            if kind == CHANGED:
                mark, old = self.marks[place][0], in_force[place]
                yield Change(f"{mark.day.month}月{mark.day.day}日", _shown(old.am, old.pm), _shown(mark.am, mark.pm))


def _shown(am: str, pm: str) -> str:
    return am if am == pm else f"{am or '空'}{pm or '空'}"
