"""PURE: one person's week: away or there, what the sheet says, when and where the phone was used."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

from reports.demo.facts import ABSENT, LEAVE, PRESENT, TRIP, LeaveFact, Mark, Punch, TripFact
from reports.demo.habits import Slips
from reports.demo.people import Person

HALVES = ("am", "pm")
NIGHTS = 4
#: Degrees within about 300 m, and about 12 km off (a bed in the county seat).
NEAR, FAR = 0.0028, 0.11
KINDS = ("personal", "personal", "personal", "sick", "annual", "home_visit")
REASONS = {
    "personal": ("家中有事", "送孩子上学", "办理房产手续", "照顾老人"),
    "sick": ("感冒发烧就医", "到县医院复查"),
    "annual": ("年休假",),
    "home_visit": ("回家探亲",),
}
LENGTHS = ("half", "half", "1", "1", "1", "2", "2", "3", "5")


@dataclass
class PersonWeek:
    """The required days of one person's week, and what is known to keep him away."""

    person: Person
    days: Sequence[date]
    leaves: list[LeaveFact] = field(default_factory=list)
    trips: list[TripFact] = field(default_factory=list)

    def sign(self, day: date, half: str) -> str:
        if any(leave.covers(day, half) for leave in self.leaves):
            return LEAVE
        return TRIP if any(trip.day == day for trip in self.trips) else PRESENT

    def is_free(self, day: date) -> bool:
        """Whether nothing keeps the person away that day."""
        return all(self.sign(day, half) == PRESENT for half in HALVES)


def some_leave(week: PersonWeek, rng: Random, *, overdue: float) -> LeaveFact | None:
    """A leave inside the week by chance; whoever is lax may come back days after it."""
    if rng.random() > 0.09 or len(week.days) < 2:
        return None
    length, kind = rng.choice(LENGTHS), rng.choice(KINDS)
    days = 1 if length == "half" else min(int(length), len(week.days))
    start = rng.randrange(len(week.days) - days + 1)
    first, last = week.days[start], week.days[start + days - 1]
    if (last - first).days != days - 1:
        return None
    late = rng.random() < overdue
    return LeaveFact(
        person=week.person.number,
        kind=kind,
        begins_on=first,
        begins_half="pm" if length == "half" else "am",
        ends_on=last,
        ends_half="pm",
        reason=rng.choice(REASONS[kind]),
        destination="县城" if days < 3 else "邻县老家",
        returned_on=last + timedelta(days=rng.choice((3, 4)) if late else 0),
    )


def marks(week: PersonWeek, slips: Slips, rng: Random) -> list[Mark]:
    """The person's line of the weekly sheet."""
    rows = [Mark(week.person.number, day, week.sign(day, "am"), week.sign(day, "pm")) for day in week.days]
    free = [index for index, day in enumerate(week.days) if week.is_free(day)]
    rng.shuffle(free)
    if slips.absent and free:
        index = free.pop()
        rows[index] = replace(rows[index], pm=ABSENT)
    if slips.unapproved and free:
        index = free.pop()
        rows[index] = replace(rows[index], am=LEAVE)
    if slips.unsigned and free:
        rows[free.pop()] = None
    return [row for row in rows if row]


def punches(week: PersonWeek, slips: Slips, rng: Random) -> list[Punch]:
    """Check-ins: mornings in the village, and evenings on as many days as nights are owed, less the nights short."""
    there = [day for day in week.days if any(week.sign(day, half) == PRESENT for half in HALVES)]
    owed = min(NIGHTS, len(there))
    nights = sorted(there, key=lambda day: (week.sign(day, "pm") != PRESENT, day))[: owed - min(slips.nights, owed)]
    forgotten = _forgotten(week, there, nights, rng) if slips.no_check_in else None
    rows = []
    for day in there:
        if day == forgotten:
            continue
        rows.append(_at(week, rng, day, _daytime(week, day, rng)))
        if day in nights:
            rows.append(_at(week, rng, day, rng.choice((*range(1110, 1380, 7), 1470))))
    if slips.outside and there:
        # The night before the last was spent at home: the phone was used there.
        day = there[max(0, len(there) - 2)]
        rows = [row for row in rows if not (row.day == day and row.minute >= 1080)]
        rows.append(_at(week, rng, day, rng.randrange(1140, 1320), offset=FAR))
    return rows


def _forgotten(week: PersonWeek, there: list[date], nights: list[date], rng: Random) -> date | None:
    """The day without any check-in: one whose evening owes nothing, so that one slip costs one point."""
    spare = [day for day in there if day not in nights and week.is_free(day)]
    return rng.choice(spare) if spare else None


def _daytime(week: PersonWeek, day: date, rng: Random) -> int:
    if week.sign(day, "am") == PRESENT:
        return rng.randrange(455, 535)
    return rng.randrange(850, 905)


def _at(week: PersonWeek, rng: Random, day: date, minute: int, *, offset: float = 0.0) -> Punch:
    village = week.person.village
    return Punch(
        person=week.person.number,
        day=day,
        minute=minute,
        latitude=round(village.latitude + rng.uniform(-NEAR, NEAR) + offset, 6),
        longitude=round(village.longitude + rng.uniform(-NEAR, NEAR), 6),
        place="县城" if offset else village.name,
        late=rng.random() < 0.02,
    )
