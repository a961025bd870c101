"""Loads what a month's ranking needs: who was posted when, and the final scores of the month's weeks.

House decision 7: four queries for a unit of any size, plain values out.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from attendance import evidence
from attendance.service import VILLAGE, Service
from cadres.models import Posting
from reports.models import ScoringScheme, WeeklyScore
from reports.ranking import Member, RankingRules, WeekStanding
from reports.scheme_document import Scheme, parse_scheme
from reports.schemes import scheme_at
from townships.models import AdministrativeUnit
from townships.periods import Month, Week


@dataclass(frozen=True)
class ScoredWeek:
    """One stored final score, as the ranking reads it."""

    cadre_id: int
    township_id: int
    week: str
    total: Decimal
    dimensions: dict
    halves_on_duty: int
    scheme_id: int


@dataclass
class Person:
    """Someone posted in the unit in some week of the month."""

    latest: Service
    township: str
    posted_days: dict[str, int] = field(default_factory=dict)
    scores: dict[str, ScoredWeek] = field(default_factory=dict)

    def as_member(self, weeks: Iterable[str]) -> Member:
        """What the ranking asks about the person."""
        return Member(
            key=self.latest.cadre_id,
            name=self.latest.name,
            id_number=self.latest.id_number,
            village=self.latest.village,
            weeks={week: _standing(self.scores[week]) for week in weeks if week in self.scores},
            posted_days=self.posted_days,
        )


@dataclass(frozen=True)
class MonthScores:
    """A unit's month as far as it is scored.

    weeks: weeks of the month that every township of the unit has scored, oldest first.
    not_over, not_scored: what stands in the way of publishing, oldest first.
    """

    unit: AdministrativeUnit
    month: Month
    people: tuple[Person, ...]
    weeks: tuple[str, ...]
    not_over: tuple[str, ...]
    not_scored: tuple[str, ...]
    scheme: Scheme
    schemes: dict[int, Scheme]

    @property
    def missing(self) -> tuple[str, ...]:
        """Weeks that are not over or not scored for everyone."""
        return tuple(sorted({*self.not_over, *self.not_scored}))

    @property
    def rules(self) -> RankingRules:
        """The unit's own scheme decides ties and the length of the lists."""
        return RankingRules(self.scheme.tie_breakers, self.scheme.list_size)

    @property
    def has_scores(self) -> bool:
        return any(person.scores for person in self.people)

    def members(self) -> list[Member]:
        """Everyone of the month, for the ranking."""
        return [person.as_member(self.weeks) for person in self.people]

    @property
    def township_ids(self) -> set[int]:
        """The townships whose scores these are."""
        return {person.latest.township_id for person in self.people}


def load_month(*, unit: AdministrativeUnit, month: Month, today: date) -> MonthScores:
    """Read a unit's month. `today` decides which weeks are over."""
    services = evidence.serving(Posting.objects.within(unit), month.weeks[0].monday, month.weeks[-1].sunday)
    names = _township_names(services)
    people: dict[int, Person] = {}
    expected: dict[str, dict[tuple[int, int], int]] = {}
    for week in month.weeks:
        expected[str(week)] = _days_by_member(services, week)
    for service in sorted(services, key=lambda each: (each.begins, each.id)):
        people[service.cadre_id] = Person(service, names.get(service.township_id, ""))
    for week, days in expected.items():
        for (cadre, _), count in days.items():
            # A week split between two townships is a whole week in neither.
            people[cadre].posted_days[week] = max(count, people[cadre].posted_days.get(week, 0))
    rows = list(_final_scores(unit, month))
    for row in rows:
        if row.cadre_id in people:
            people[row.cadre_id].scores[row.week] = row
    scored = {(row.week, row.cadre_id, row.township_id) for row in rows}
    weeks = [week for week in expected if _is_scored(week, expected[week], scored)]
    last = Week.parse(weeks[-1]) if weeks else month.weeks[-1]
    return MonthScores(
        unit=unit,
        month=month,
        people=tuple(person for person in people.values() if person.posted_days),
        weeks=tuple(weeks),
        not_over=tuple(str(week) for week in month.weeks if not week.is_over(today)),
        not_scored=tuple(
            week for week, days in expected.items() if any((week, *member) not in scored for member in days)
        ),
        scheme=scheme_at(unit, last.monday).rules,
        schemes=_schemes({row.scheme_id for row in rows}),
    )


def _days_by_member(services: Iterable[Service], week: Week) -> dict[tuple[int, int], int]:
    """Days of the week each (cadre, township) was posted; days of two postings are united."""
    posted: dict[tuple[int, int], int] = defaultdict(int)
    for service in services:
        days = service.days_in(week.days)
        if days:
            posted[service.cadre_id, service.township_id] |= days
    return {member: days.bit_count() for member, days in posted.items()}


def _is_scored(week: str, days: dict[tuple[int, int], int], scored: set[tuple[str, int, int]]) -> bool:
    """Whether every township with members in the week has scored it: totals are compared between townships."""
    townships = {township for _, township in days}
    have = {township for cadre, township in days if (week, cadre, township) in scored}
    return bool(townships) and townships == have


def _final_scores(unit: AdministrativeUnit, month: Month) -> Iterator[ScoredWeek]:
    # A score hangs on one village of the week, so a village's people may have theirs in the next village.
    scope = unit.parent if unit.level == VILLAGE and unit.parent else unit
    rows = WeeklyScore.objects.within(scope).filter(week__in=[str(week) for week in month.weeks], final=True)
    columns = ("cadre_id", "township_id", "week", "total", "dimensions", "facts", "scheme_id")
    for cadre, township, week, total, dimensions, facts, scheme in rows.order_by().values_list(*columns):
        yield ScoredWeek(cadre, township, week, total, dimensions, facts.get("halves_on_duty", 0), scheme)


def _schemes(keys: set[int]) -> dict[int, Scheme]:
    return {pk: parse_scheme(row.document) for pk, row in ScoringScheme.objects.in_bulk(keys).items()}


def _township_names(services: Iterable[Service]) -> dict[int, str]:
    """Names of the townships of those posted in villages; whoever is posted higher up has none."""
    townships = {service.parent_id for service in services if service.level == VILLAGE}
    return dict(AdministrativeUnit.objects.filter(pk__in=townships).values_list("pk", "name"))


def _standing(score: ScoredWeek) -> WeekStanding:
    return WeekStanding(
        total=score.total,
        dimensions={key: Decimal(part["score"]) for key, part in score.dimensions.items()},
        deducted=sum(
            (Decimal(cut["points"]) for part in score.dimensions.values() for cut in part["deductions"]), Decimal(0)
        ),
        halves_on_duty=score.halves_on_duty,
    )
