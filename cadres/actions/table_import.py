"""What the imports of tables share: read, judge every row, write all or nothing, and tell row by row what happened.

A kind of table brings its columns (a `ColumnTable`) and a function that judges and writes (`take`). Rows that are
refused are never written; whether the others are is decided here at the end, for everything is written first and taken
back again when it was only a look or when a row is refused. So the kinds and counts shown are those to come.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from django.db import models, transaction
from django.utils import timezone

from cadres.imports import PreviewOutdated
from cadres.people_named import KEYS, Named, People, Person, PersonRefused, named
from cadres.roster.choices_made import NO_CHOICES, Choices
from cadres.roster.columns import ColumnTable
from cadres.roster.errors import Problem, shown
from cadres.roster.judging import Change
from cadres.roster.reader import LeftOut, Reading, Row, in_words, read_tables
from cadres.roster.report import ImportReport, RowOutcome, Watch, masked, unwatched
from townships import audit
from townships.access import require
from townships.acting import principal_of
from townships.history import HistoryNote
from townships.models import AdministrativeUnit, User
from townships.receipts import Receipt

BATCH = 2_000
"""Rows written by one statement."""
NEW, CHANGED, SAME, REFUSED = "new", "changed", "same", "refused"
_WATCHED_EVERY = 200
_CELLS_SHOWN = 10


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is asked of one import (reports.imports says what each means)."""

    unit: AdministrativeUnit
    content: bytes
    filename: str
    actor: User | None = None
    dry_run: bool = False
    choices: Choices = NO_CHOICES
    only_good: bool = False
    expected: str = ""
    watch: Watch = unwatched


@dataclass(slots=True)
class _Told:
    """What became of one row."""

    kind: str = ""
    why: str = "没有可以导入的内容"
    changes: tuple[Change, ...] = ()
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)


class TableImport:
    """One import under way: what was read, and the report being filled."""

    def __init__(self, order: Order, reading: Reading, report: ImportReport) -> None:
        self.unit, self.actor, self.filename = order.unit, order.actor, order.filename
        self.order = order
        self.reading = reading
        self.report = report
        #: In whose place it is done, where by a delegate.
        self.principal: User | None = None
        self.at: datetime = timezone.now()
        self._told: dict[Row, _Told] = {}

    def every_row(self) -> Iterator[Row]:
        """The rows of the file in order, counted; who looks on is told how far it is."""
        rows = list(self.reading.rows)
        self.report.rows = len(rows)
        for done, row in enumerate(rows, start=1):
            yield row
            if done % _WATCHED_EVERY == 0 or done == len(rows):
                self.order.watch(done, len(rows))

    def refuse(self, row: Row, key: str | None, code: str, advice: str) -> None:
        problem = self._problem(row, key, code, advice)
        self.report.errors.append(problem)
        self._of(row).problems.append(problem)

    def warn(self, row: Row, key: str | None, code: str, advice: str) -> None:
        problem = self._problem(row, key, code, advice)
        self.report.warnings.append(problem)
        self._of(row).warnings.append(problem)

    def is_refused(self, row: Row) -> bool:
        told = self._told.get(row)
        return told is not None and bool(told.problems)

    def kind_of(self, row: Row) -> str:
        """What the row was judged to do so far; "" where it was not judged, or was refused."""
        told = self._told.get(row)
        return "" if told is None or told.problems else told.kind

    def judged(self, row: Row, kind: str, changes: Iterable[Change] = (), receipts: Iterable[Receipt] = ()) -> None:
        """What the row does. Of several things that one row says the strongest counts: new, changed, same."""
        told = self._of(row)
        strength = (SAME, CHANGED, NEW).index
        if not told.kind or strength(kind) > strength(told.kind):
            told.kind = kind
        told.changes += tuple(changes)
        told.receipts.extend(receipts)

    def leave_out(self, row: Row, why: str) -> None:
        """The row is right and says nothing to write; `why` is shown beside it."""
        self._of(row).why = why

    def note(self, what: str) -> HistoryNote:
        """For the history of the rows written."""
        return HistoryNote(actor=self.actor, reason=f"{what} {self.filename}"[:100])

    def close(self) -> None:
        """Every row's outcome, and the counts."""
        count = {NEW: 0, CHANGED: 0, SAME: 0, REFUSED: 0}
        for row in self.reading.rows:
            told = self._of(row)
            kind = REFUSED if told.problems else told.kind
            if kind:
                count[kind] += 1
                self.report.outcomes.append(_outcome(row, kind, told))
            else:
                self.report.left_out.append(LeftOut(row.table.sheet, row.number, in_words(row.cells), told.why))
        self.report.created, self.report.updated, self.report.unchanged = count[NEW], count[CHANGED], count[SAME]

    def _of(self, row: Row) -> _Told:
        return self._told.setdefault(row, _Told())

    @staticmethod
    def _problem(row: Row, key: str | None, code: str, advice: str) -> Problem:
        value = row[key] if key else ""
        return row.table.problem(code, advice, row=row.number, key=key, value=value)


class Cells(Protocol):
    """What a row's own cells say. `days` are the first and last day it speaks about: they tell people of one name apart."""

    @property
    def days(self) -> tuple[date, date]: ...


class PeopleImport(TableImport):
    """An import whose rows are each about a person posted in the unit's subtree."""

    people: People | None = None

    def rows(self, judge: Callable[[Row], Cells | None]) -> Iterator[tuple[Row, Person, Cells]]:
        """Each row with its person and what `judge` made of its cells; refused rows are left out.

        `judge` refuses the cells by the report and answers None, or answers what they say.
        """
        who: dict[Row, Named] = {}
        for row in self.reading.rows:
            try:
                who[row] = named(row)
            except PersonRefused as refused:
                self.refuse(row, refused.key, refused.code, refused.advice)
        self.people = People(self.unit, who.values())
        for row in self.every_row():
            if row not in who:
                continue
            cells = judge(row)
            if cells is None:
                continue
            if person := self._person(row, who[row], *cells.days):
                yield row, person, cells

    def _person(self, row: Row, who: Named, first: date, last: date) -> Person | None:
        try:
            person = self.people.find(who, row, first, last)
        except PersonRefused as refused:
            self.refuse(row, refused.key, refused.code, refused.advice)
            return None
        if self._is_own(person):
            advice = "不能由本人或其代理人导入本人的记录：请由其他负责人或上一级导入这一行"
            self.refuse(row, next(key for key in KEYS if row.table.has(key)), "own_matter", advice)
            return None
        if who.id_number and who.name and who.name != person.name:
            advice = f"与花名册里这个身份证号的姓名“{person.name}”不一样，按身份证号导入：请核对后改正"
            self.warn(row, "name", "name.mismatch", advice)
        return person

    def _is_own(self, person: Person) -> bool:
        """Whether it is about the one who imports, or about the one in whose place he does."""
        return person.postings[0].cadre.user_id in {one.pk for one in (self.actor, self.principal) if one}


def field_changes(model: type[models.Model], before: dict, after: dict) -> list[Change]:
    """The attributes that differ, by their labels, as a person reads them."""
    changes = []
    for name, new in after.items():
        old = before[name]
        if old != new:
            field_of = model._meta.get_field(name)
            changes.append(Change(str(field_of.verbose_name), _in_words(field_of, old), _in_words(field_of, new)))
    return changes


def _in_words(field_of: models.Field, value: object) -> str:
    if field_of.flatchoices:
        value = dict(field_of.flatchoices).get(value, value)
    return "" if value is None else str(value)


def _outcome(row: Row, kind: str, told: _Told) -> RowOutcome:
    keys = [key for key in row.table.header.keys if row[key] is not None][:_CELLS_SHOWN]
    texts = {key: shown(row[key]) for key in ("name", "id_number", "village", *keys)}
    return RowOutcome(
        sheet=row.table.sheet,
        row=row.number,
        kind=kind,
        name=texts["name"],
        id_number=texts["id_number"],
        village=texts["village"],
        institution="",
        begins="",
        changes=told.changes,
        problems=tuple(told.problems),
        warnings=tuple(told.warnings),
        hidden=row.hidden,
        cells=tuple((row.table.label(key), masked(key, texts[key])) for key in keys),
        receipts=told.receipts,
    )


def run_import(
    order: Order,
    *,
    columns: ColumnTable,
    capability: str,
    act: str,
    take: Callable[[TableImport], None],
    make: type[TableImport] = TableImport,
) -> ImportReport:
    """Read a file and let `take` judge and write it. With any error nothing is written, unless the good rows were asked for.

    What concerns no single row (a header, a whole table) always refuses the file.
    """
    require(order.actor, capability, order.unit)
    reading = read_tables(order.content, columns=columns, filename=order.filename, choices=order.choices)
    report = ImportReport(
        errors=list(reading.problems), warnings=list(reading.warnings), left_out=reading.left_out, reading=reading
    )
    if report.errors:
        return report
    with transaction.atomic():
        # Two clerks of one unit import one after the other.
        AdministrativeUnit.objects.select_for_update().get(pk=order.unit.pk)
        run = make(order, reading, report)
        run.principal = principal_of(order.actor, capability, order.unit)
        take(run)
        run.close()
        if order.expected and report.fingerprint != order.expected:
            raise PreviewOutdated
        refused = report.file_errors or (report.errors and not order.only_good)
        if refused:
            report.created = report.updated = report.unchanged = 0
        if refused or order.dry_run:
            transaction.set_rollback(True)
            return report
        counts = {"rows": report.rows, "created": report.created, "updated": report.updated}
        audit.record(
            actor=order.actor,
            act=act,
            unit=order.unit,
            subject=order.filename,
            details=counts,
            on_behalf_of=run.principal,
        )
    report.committed = True
    return report
