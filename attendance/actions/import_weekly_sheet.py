"""A typed-in 周考勤表 (contracts.md, Weekly sheet)."""

from datetime import date
from typing import NamedTuple

from django.utils.timezone import localdate

from attendance.actions.evidence_import import CHANGED, NEW, SAME, EvidenceImport, run_import
from attendance.actions.mark_sheet import NewMark, sheets_for, write_marks
from attendance.columns import WEEKLY_SHEET, sheet_days
from attendance.marks import Marks, UnknownMark, parse_marks
from attendance.policies import attendance_book
from cadres.models import Posting
from cadres.roster.headers import header_text
from cadres.roster.reader import Reading, Row, Table
from cadres.roster.report import ImportReport
from townships.models import AdministrativeUnit, User
from townships.periods import Week

BLANK = Marks("", "")


def import_weekly_sheet(
    *,
    unit: AdministrativeUnit,
    week: Week,
    content: bytes,
    filename: str,
    actor: User | None = None,
    dry_run: bool = False,
) -> ImportReport:
    """Bring in the marks of one week. Again, it supersedes marks that differ and leaves the rest.

    Marks of days to come and of days without a posting are left out with a warning.
    """
    return run_import(
        unit=unit,
        content=content,
        filename=filename,
        columns=WEEKLY_SHEET,
        act="sheet.imported",
        take=lambda run: _SheetImport(run, week).take(),
        actor=actor,
        dry_run=dry_run,
    )


class _WeekCells(NamedTuple):
    """A row of a sheet speaks about the week; its marks are read once the person and his policy are known."""

    days: tuple[date, date]


class _SheetImport:
    def __init__(self, run: EvidenceImport, week: Week) -> None:
        self.run = run
        self.week = week
        self.policies = attendance_book(run.unit.path)
        self.days: dict[Table, dict[str, tuple[date, str]]] = {}
        self.marks: dict[tuple[int, date], NewMark] = {}
        self.lines: list[tuple[Row, list[tuple[int, date]]]] = []

    def take(self) -> None:
        if not self._columns(self.run.reading):
            return
        for row, person, _ in self.run.rows(lambda row: _WeekCells((self.week.monday, self.week.sunday))):
            self.lines.append((row, list(self._line(row, person))))
        if not self.run.report.errors:
            self._write()

    def _columns(self, reading: Reading) -> bool:
        """Find the day columns of every table; a sheet of another week or without days is refused."""
        for table in reading.tables:
            inside, outside = sheet_days(list(table.header.keys), self.week)
            self.days[table] = inside
            table.rows = [row for row in table.rows if not _is_header(row, inside)]
            for key in outside:
                self._refuse_table(table, key, f"不在{self.week.label}：请核对周次，或改正表头的日期")
            if not inside and not outside:
                self._refuse_table(table, None, "没有找到星期一至星期日的列：请在表头写明星期或日期后重新上传")
        return not self.run.report.errors

    def _refuse_table(self, table: Table, key: str | None, advice: str) -> None:
        code = "week.mismatch" if key else "file.no_header"
        problem = table.problem(code, advice, row=table.header.row if key else None, key=key)
        self.run.report.errors.append(problem)

    def _line(self, row: Row, person):
        """Keys of the marks that a row brings."""
        for day, (marks, key) in self._cells(row, person).items():
            posting = person.posting_on(day)
            if posting is None:
                if marks != BLANK:
                    advice = f"{person.name}这一天不在驻村期内，没有导入：请核对派驻起止时间"
                    self.run.warn(row, key, "posting.not_active", advice)
            elif marks != BLANK and day > localdate(self.run.at):
                self.run.warn(row, key, "date.future", "这一天还没有到，没有导入：请到当天以后再登记")
            elif self._add(row, key, posting, day, marks):
                yield posting.pk, day

    def _cells(self, row: Row, person) -> dict[date, tuple[Marks, str]]:
        """The marks of each day of a row, its two halves put together, with a column to point at."""
        found: dict[date, tuple[Marks, str]] = {}
        for key, (day, half) in self.days[row.table].items():
            posting = person.posting_on(day) or person.postings[-1]
            signs = self.policies.at(posting.village.path, self.week.monday).rules.marks
            try:
                marks = parse_marks(row[key], signs)
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

    def _add(self, row: Row, key: str, posting: Posting, day: date, marks: Marks) -> bool:
        """Keep one mark; two rows of one person agree or one of them is blank."""
        place = posting.pk, day
        earlier = self.marks.get(place)
        if earlier is not None and BLANK not in (marks, (earlier.am, earlier.pm)) and marks != (earlier.am, earlier.pm):
            advice = f"与前面{posting.cadre.name}同一天的登记不一样：同一人只留一行"
            self.run.refuse(row, key, "duplicate.row", advice)
            return False
        if earlier is None or marks != BLANK:
            self.marks[place] = NewMark(posting, day, marks.am, marks.pm)
        return True

    def _write(self) -> None:
        run = self.run
        sheets = sheets_for({(mark.posting.village, self.week) for mark in self.marks.values()})
        kinds = write_marks(
            marks=list(self.marks.values()),
            sheets=sheets,
            actor=run.actor,
            at=run.at,
            reason=f"导入 {run.filename}",
        )
        kind_of = dict(zip(self.marks, kinds, strict=True))
        for _, places in self.lines:
            run.count(self._row_kind({place: kind_of[place] for place in places}))

    def _row_kind(self, kinds: dict[tuple[int, date], str]) -> str:
        """A row is new when nothing of it was there before."""
        signed = {kind for place, kind in kinds.items() if kind != SAME or self.marks[place].am or self.marks[place].pm}
        if signed == {NEW}:
            return NEW
        return CHANGED if signed - {SAME} else SAME


def _is_header(row: Row, days: dict[str, tuple[date, str]]) -> bool:
    """A second line of the header, with the dates below the weekdays, reads like a row without a name."""
    filled = [header_text(row[key]) for key in days if row[key] is not None]
    return not (row["name"] or row["id_number"]) and all(WEEKLY_SHEET.match(text) for text in filled)
