"""Who is judged: one person at one township in a span of days, with his postings there and his evidence. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from attendance.ledger import Evidence, day_bit
from townships.periods import Week, days_between

VILLAGE = "village"


def township_of(level: str, parent_id: int | None, unit_id: int) -> int:
    """The unit whose members are judged together: of a village its township, of any other unit itself."""
    return parent_id if level == VILLAGE and parent_id is not None else unit_id


class Service(NamedTuple):
    """One posting, as far as judging needs it. Field order is that of ``evidence.SERVICE_COLUMNS``."""

    id: int
    cadre_id: int
    name: str
    id_number: str
    team_role: str
    village_id: int
    village: str
    path: str
    level: str
    parent_id: int | None
    begins: date
    ends: date | None

    @property
    def township_id(self) -> int:
        """The township a score belongs to; whoever is posted above a village belongs to that unit itself."""
        return township_of(self.level, self.parent_id, self.village_id)

    def days_in(self, days: Sequence[date]) -> int:
        """The posting days among ``days``, as a set."""
        if self.begins <= days[0] and (self.ends is None or days[-1] < self.ends):
            return (4 ** len(days) - 1) // 3
        return sum(
            day_bit(index)
            for index, day in enumerate(days)
            if self.begins <= day and (self.ends is None or day < self.ends)
        )


@dataclass(slots=True)
class Member:
    """One person at one township: two postings of his there in one span are one member with united days."""

    services: list[Service]
    weeks: list[Evidence] = field(default_factory=list)

    @property
    def latest(self) -> Service:
        """The posting that a score hangs on."""
        return self.services[-1]

    @property
    def key(self) -> tuple[int, int]:
        """(cadre, township)."""
        return self.services[-1].cadre_id, self.services[-1].township_id


def members_of(services: Iterable[Service]) -> list[Member]:
    """Postings united into members, by identity number; each member's postings in order of their beginning."""
    grouped: dict[tuple[int, int], list[Service]] = defaultdict(list)
    for service in services:
        grouped[service.cadre_id, service.township_id].append(service)
    members = [Member(_in_order(each)) for each in grouped.values()]
    members.sort(key=lambda member: (member.latest.id_number, member.latest.path))
    return members


def _in_order(services: list[Service]) -> list[Service]:
    return sorted(services, key=lambda s: (s.begins, s.id)) if len(services) > 1 else services


@dataclass(frozen=True)
class Span:
    """Days from ``first`` to ``last``, cut at Mondays: a week is judged by the rules in force on its Monday."""

    first: date
    last: date
    mondays: tuple[date, ...] = field(init=False)
    weeks: tuple[tuple[date, ...], ...] = field(init=False)

    def __post_init__(self):
        cut: dict[date, list[date]] = defaultdict(list)
        for day in days_between(self.first, self.last):
            cut[Week.of(day).monday].append(day)
        object.__setattr__(self, "mondays", tuple(cut))
        object.__setattr__(self, "weeks", tuple(tuple(days) for days in cut.values()))

    @property
    def years(self) -> frozenset[int]:
        return frozenset(range(self.first.year, self.last.year + 1))

    def over(self, today: date) -> list[int]:
        """For each week, the set of its days that have ended by the morning of ``today``."""
        return [sum(day_bit(i) for i, day in enumerate(days) if day < today) for days in self.weeks]

    def places(self) -> dict[str, tuple[int, int]]:
        """(week, day as a set of one) of each day, by its ISO text."""
        return {
            day.isoformat(): (week, day_bit(index))
            for week, days in enumerate(self.weeks)
            for index, day in enumerate(days)
        }
