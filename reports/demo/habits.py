"""PURE: how the invented people keep the rules, so that a month has its best, its last and its ties."""

from dataclasses import dataclass
from enum import StrEnum
from random import Random

from reports.demo.people import Person


class Habit(StrEnum):
    STEADY = "steady"
    ORDINARY = "ordinary"
    LAX = "lax"
    COMMUTER = "commuter"


@dataclass(frozen=True)
class Chances:
    """How likely each slip is in one week, and nights short where it happens."""

    unsigned: float = 0.0
    no_check_in: float = 0.0
    night: float = 0.0
    absent: float = 0.0
    unapproved: float = 0.0
    meeting: float = 0.0
    task: float = 0.0
    outside: float = 0.0
    overdue: float = 0.0


CHANCES = {
    Habit.STEADY: Chances(),
    Habit.ORDINARY: Chances(0.16, 0.12, 0.05, 0.01, 0.0, 0.02, 0.03, 0.03, 0.0),
    Habit.LAX: Chances(0.35, 0.35, 0.30, 0.12, 0.08, 0.10, 0.12, 0.10, 0.6),
    Habit.COMMUTER: Chances(0.20, 0.20, 0.75, 0.10, 0.05, 0.06, 0.05, 0.45, 0.4),
}
STEADY = frozenset({1, 4, 9, 13, 18, 27, 36, 38})
LAX = frozenset({8, 17, 30, 35})
COMMUTERS = frozenset({12, 23, 40})
#: Of the steady, those who also had a clean older month: its red list needs no decision.
ALWAYS_CLEAN = frozenset({4, 18, 36})
#: On maternity leave since the newer published month began: listed, not ranked.
MATERNITY = 42
#: Came late: not ranked in the month of arrival.
NEWCOMER = 24
#: Not heard of yet this morning.
SILENT_TODAY = LAX
#: Their last weeks are told by hand (waiting requests, an overdue return), so chance gives them no leave there.
RESERVED = frozenset({2, 5, 14, 20, 33})
#: (weeks before this one, person): the sheet said present and the visit found nobody.
CAUGHT = ((1, 23), (1, 30), (3, 12), (6, 17), (8, 8))


def habit(person: Person) -> Habit:
    if person.number in STEADY:
        return Habit.STEADY
    if person.number in LAX:
        return Habit.LAX
    return Habit.COMMUTER if person.number in COMMUTERS else Habit.ORDINARY


@dataclass(frozen=True)
class Slips:
    """What one person gets wrong in one week."""

    unsigned: bool = False
    no_check_in: bool = False
    nights: int = 0
    absent: bool = False
    unapproved: bool = False
    meeting: bool = False
    task: bool = False
    outside: bool = False


def slips(person: Person, rng: Random, *, first_of_month: bool, older_month: bool) -> Slips:
    """By chance; but in the first week of a month everybody save the steady forgets one small thing, so that
    few people share a full mark. In the older published month most of the steady do so too."""
    kind = habit(person)
    chances = CHANCES[kind]
    nights = rng.choice((1, 1, 2)) if rng.random() < chances.night else 0
    drawn = Slips(
        unsigned=rng.random() < chances.unsigned,
        no_check_in=rng.random() < chances.no_check_in,
        nights=nights,
        absent=rng.random() < chances.absent,
        unapproved=rng.random() < chances.unapproved,
        meeting=rng.random() < chances.meeting,
        task=rng.random() < chances.task,
        outside=rng.random() < chances.outside,
    )
    if not first_of_month or (kind is Habit.STEADY and (not older_month or person.number in ALWAYS_CLEAN)):
        return drawn
    if person.number % 2:
        return Slips(**{**vars(drawn), "unsigned": True})
    return Slips(**{**vars(drawn), "no_check_in": True})
