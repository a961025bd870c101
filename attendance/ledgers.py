"""The ledger of a unit or of some postings: load, judge, and hand over what pages, tables and commands show."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from attendance import evidence, ledger
from attendance.ledger import DayLine, Judgement
from attendance.service import Member, Service, Span
from attendance.setting import Setting
from cadres.models import Posting
from cadres.models.posting import PostingQuerySet
from townships.models import AdministrativeUnit

DISPUTES = ("contradicted", "disputed")


@dataclass(frozen=True, slots=True)
class MemberLedger:
    """One member's days: (first day, judgement) of each week of the span."""

    member: Member
    weeks: tuple[tuple[date, Judgement], ...]

    @property
    def service(self) -> Service:
        return self.member.latest

    def days(self) -> Iterator[DayLine]:
        """Every posting day of the span, in order."""
        for first, judged in self.weeks:
            yield from ledger.day_lines(judged, first)

    def count(self, status: str) -> int:
        """Halves of the span with a status."""
        return sum(getattr(judged, status).bit_count() for _, judged in self.weeks)

    @property
    def counts_nights(self) -> bool:
        """Whether check-ins are a source in the span: without them nobody can say where he slept."""
        return any(known.rules.wants_check_in for known in self.member.weeks)

    @property
    def nights_required(self) -> int:
        return sum(judged.nights_required for _, judged in self.weeks)

    @property
    def nights_kept(self) -> int:
        return sum(judged.nights_kept for _, judged in self.weeks)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A day on which evidence disagrees, for the township to look into."""

    service: Service
    line: DayLine


@dataclass(frozen=True, slots=True)
class UnitLedger:
    """The members of a unit in a span, by identity number, and what to know about the calendar."""

    span: Span
    members: tuple[MemberLedger, ...]
    notices: tuple[str, ...]

    def contradictions(self) -> list[Contradiction]:
        """Contradicted and disputed days, latest first."""
        found = [
            Contradiction(each.service, line)
            for each in self.members
            if any(judged.contradicted | judged.disputed for _, judged in each.weeks)
            for line in each.days()
            if any(flag in DISPUTES for flag in line.flags)
        ]
        return sorted(found, key=lambda one: (-one.line.day.toordinal(), one.service.path, one.service.name))


def ledger_for(
    *, unit: AdministrativeUnit, first: date, last: date, today: date, postings: PostingQuerySet | None = None
) -> UnitLedger:
    """The ledger of a unit's subtree from ``first`` to ``last``; only of ``postings`` in it when given.

    Days before ``today`` have ended. A constant number of queries for each 2,000 members.
    """
    span = Span(first, last)
    setting = Setting(unit.path, span)
    over = span.over(today)
    people = (Posting.objects.all() if postings is None else postings).within(unit)
    members = tuple(
        MemberLedger(member, judged_weeks(member, span, over))
        for batch in evidence.load(people, span, setting, today)
        for member in batch
    )
    return UnitLedger(span, members, setting.notices)


def judged_weeks(member: Member, span: Span, over: list[int]) -> tuple[tuple[date, Judgement], ...]:
    """Each week of a loaded member, judged, with its first day in the span."""
    return tuple(
        (days[0], ledger.judge(known, ended))
        for days, known, ended in zip(span.weeks, member.weeks, over, strict=True)
        if known.posted
    )
