"""PURE: the kinds of facts the demo is made of. People are named by their number."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from townships.periods import SHANGHAI

PRESENT, LEAVE, TRIP, ABSENT = "√", "△", "○", "×"


def moment(day: date, minute: int) -> datetime:
    """`minute` minutes after the midnight a day begins with; 1470 is 00:30 of the next."""
    return datetime.combine(day, time(), SHANGHAI) + timedelta(minutes=minute)


@dataclass(frozen=True)
class Mark:
    person: int
    day: date
    am: str
    pm: str


@dataclass(frozen=True)
class Punch:
    """A check-in; WGS-84."""

    person: int
    day: date
    minute: int
    latitude: float
    longitude: float
    place: str
    late: bool = False


@dataclass(frozen=True)
class LeaveFact:
    """A leave by halves. `role` decided it, or is awaited while it is pending."""

    person: int
    kind: str
    begins_on: date
    begins_half: str
    ends_on: date
    ends_half: str
    reason: str
    destination: str
    state: str = "approved"
    returned_on: date | None = None
    note: str = ""

    @property
    def days(self) -> Decimal:
        halves = 2 * ((self.ends_on - self.begins_on).days + 1)
        halves -= (self.begins_half == "pm") + (self.ends_half == "am")
        return Decimal(halves) / 2

    @property
    def role(self) -> str:
        if self.days <= 1:
            return "squad_leader"
        return "township_secretary" if self.days <= 3 else "county_organization"

    def covers(self, day: date, half: str) -> bool:
        first = (self.begins_on, self.begins_half)
        last = (self.ends_on, self.ends_half)
        return first <= (day, half) <= last


@dataclass(frozen=True)
class TripFact:
    person: int
    day: date
    reason: str
    destination: str


@dataclass(frozen=True)
class Finding:
    person: int
    minute: int
    finding: str
    note: str = ""


@dataclass(frozen=True)
class Round:
    """One unannounced check: villages drawn, what was found. Without a seed nothing was drawn: a single visit."""

    day: date
    method: str
    seed: str
    commitment: str
    villages: tuple[str, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class TalkFact:
    person: int
    day: date
    reason: str
    about: date | None = None


@dataclass(frozen=True)
class MeetingFact:
    day: date
    name: str
    missed: tuple[tuple[int, bool], ...]


@dataclass(frozen=True)
class ManualFact:
    person: int
    day: date
    reason: str


@dataclass
class Story:
    """Everything that happened in one township."""

    marks: list[Mark] = field(default_factory=list)
    punches: list[Punch] = field(default_factory=list)
    leaves: list[LeaveFact] = field(default_factory=list)
    trips: list[TripFact] = field(default_factory=list)
    rounds: list[Round] = field(default_factory=list)
    talks: list[TalkFact] = field(default_factory=list)
    meetings: list[MeetingFact] = field(default_factory=list)
    manual: list[ManualFact] = field(default_factory=list)
