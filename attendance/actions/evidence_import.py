"""What the four imports of evidence share: read, find the people, judge every row, write all or nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from django.db import transaction
from django.utils import timezone

from attendance.people import Named, People, Person, PersonRefused, named
from cadres.roster.columns import ColumnTable
from cadres.roster.errors import Problem
from cadres.roster.reader import Reading, Row, read_tables
from cadres.roster.report import ImportReport
from townships import audit
from townships.access import require
from townships.models import AdministrativeUnit, User

#: Rows written by one statement.
BATCH = 2_000
NEW, CHANGED, SAME = "new", "changed", "same"


class Cells(Protocol):
    """What a row's own cells say. `days` are the first and last day it speaks about: they tell people of one name apart."""

    @property
    def days(self) -> tuple[date, date]: ...


@dataclass
class EvidenceImport:
    """One import under way: what was read, who is meant, and the report being filled."""

    unit: AdministrativeUnit
    reading: Reading
    report: ImportReport
    filename: str
    actor: User | None
    at: datetime
    people: People | None = None
    _named: dict[int, Named] = field(default_factory=dict)

    def rows(self, judge: Callable[[Row], Cells | None]) -> Iterator[tuple[Row, Person, Cells]]:
        """Each row with its person and what `judge` made of its cells; refused rows are left out.

        `judge` refuses the cells by the report and answers None, or answers what they say.
        """
        judged = []
        for row in self.reading.rows:
            self.report.rows += 1
            try:
                self._named[id(row)] = named(row)
            except PersonRefused as refused:
                self.refuse(row, refused.key, refused.code, refused.advice)
                continue
            judged.append(row)
        self.people = People(self.unit, self._named.values())
        for row in judged:
            cells = judge(row)
            if cells is None:
                continue
            if person := self._person(row, *cells.days):
                yield row, person, cells

    def _person(self, row: Row, first: date, last: date) -> Person | None:
        who = self._named[id(row)]
        try:
            person = self.people.find(who, row, first, last)
        except PersonRefused as refused:
            self.refuse(row, refused.key, refused.code, refused.advice)
            return None
        if who.id_number and who.name and who.name != person.name:
            advice = f"与花名册里这个身份证号的姓名“{person.name}”不一样，按身份证号导入：请核对后改正"
            self.warn(row, "name", "name.mismatch", advice)
        return person

    def refuse(self, row: Row, key: str | None, code: str, advice: str) -> None:
        self.report.errors.append(self._problem(row, key, code, advice))

    def warn(self, row: Row, key: str | None, code: str, advice: str) -> None:
        self.report.warnings.append(self._problem(row, key, code, advice))

    @staticmethod
    def _problem(row: Row, key: str | None, code: str, advice: str) -> Problem:
        value = row[key] if key else ""
        return row.table.problem(code, advice, row=row.number, key=key, value=value)

    def count(self, kind: str) -> None:
        if kind == NEW:
            self.report.created += 1
        elif kind == CHANGED:
            self.report.updated += 1
        else:
            self.report.unchanged += 1


def run_import(
    *,
    unit: AdministrativeUnit,
    content: bytes,
    filename: str,
    columns: ColumnTable,
    act: str,
    take: Callable[[EvidenceImport], None],
    actor: User | None,
    dry_run: bool,
) -> ImportReport:
    """Read a file and let `take` judge and write it. With any error nothing is written.

    With `dry_run` everything is done and undone again, so that the counts shown are the counts to come.
    """
    require(actor, "manage_evidence", unit)
    reading = read_tables(content, columns=columns, filename=filename)
    report = ImportReport(errors=list(reading.problems), warnings=list(reading.warnings))
    if report.errors:
        return report
    with transaction.atomic():
        # Two clerks of one unit import one after the other.
        AdministrativeUnit.objects.select_for_update().get(pk=unit.pk)
        take(EvidenceImport(unit, reading, report, filename, actor, timezone.now()))
        if report.errors:
            report.created = report.updated = report.unchanged = 0
        if report.errors or dry_run:
            transaction.set_rollback(True)
            return report
        counts = {"rows": report.rows, "created": report.created, "updated": report.updated}
        audit.record(actor=actor, act=act, unit=unit, subject=filename, details=counts)
    report.committed = True
    return report
