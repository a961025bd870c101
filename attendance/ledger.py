"""One status for each half of each posting day, from evidence, by one order of proof. Pure.

Source: contracts.md "Ledger". A member's week is judged as sets, and a set of days or halves is a whole number: bit
2i is the morning of day i, bit 2i + 1 its afternoon, and a set of days has only the morning bits. So the rules read
like the contract ("present and not marked"), cost a few machine operations for a whole week, and cannot depend on
the order in which evidence arrives.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from attendance.policy_document import AttendanceRules

PRESENT, OFFICIAL_TRIP, LEAVE = "present", "official_trip", "leave"
REST, ABSENT, PENDING = "rest", "absent", "pending"
STATUSES = (PRESENT, OFFICIAL_TRIP, LEAVE, REST, ABSENT, PENDING)
FLAGS = ("contradicted", "disputed", "late_upload", "leave_unapproved", "no_check_in", "outside_fence", "unsigned")
ON_SITE = "onsite"
AM, PM = "am", "pm"
NOBODY = "nothing"

# Wide enough for spans of two years; a week uses the lowest 14 bits.
_MORNINGS = (4**800 - 1) // 3


def day_bit(index: int) -> int:
    """The set holding day ``index`` of the span."""
    return 1 << 2 * index


def half_bit(index: int, half: str) -> int:
    """The set holding one half of day ``index``."""
    return 1 << 2 * index + (half == PM)


def both_halves(days: int) -> int:
    """The halves of a set of days."""
    return days * 3


def days_of(halves: int) -> int:
    """The days of which some half is in the set."""
    return (halves | halves >> 1) & _MORNINGS


def halves_between(first: int, last: int, base: int, days: int) -> int:
    """The halves from number ``first`` to ``last`` that fall into ``days`` days whose first half has number ``base``."""
    low, high = max(first - base, 0), min(last - base, 2 * days - 1)
    return ((1 << high - low + 1) - 1) << low if low <= high else 0


def dates_of(days: int, first: date) -> tuple[date, ...]:
    """The dates of a set of days in a span beginning on ``first``, in order."""
    found = []
    while days:
        lowest = days & -days
        found.append(first + timedelta(days=lowest.bit_length() // 2))
        days ^= lowest
    return tuple(found)


class Check(NamedTuple):
    """One spot check: the half it fell in (a set of one), when (minutes, for "the latest"), how, what it found."""

    half: int
    at: int
    method: str
    result: str
    id: int


@dataclass(slots=True)
class Evidence:
    """All that is known about one member in one span of days under one version of the rules.

    Sets: ``posted``, ``required`` and the check-in sets are of days; leave, trip and marks are of halves.
    """

    rules: AttendanceRules
    posted: int = 0
    required: int = 0
    leave: int = 0
    trip: int = 0
    marked: int = 0
    mark_present: int = 0
    mark_absent: int = 0
    mark_trip: int = 0
    mark_leave: int = 0
    checked_in: int = 0
    accepted: int = 0
    evening: int = 0
    outside: int = 0
    late: int = 0
    overdue: int = 0
    overdue_leaves: tuple[int, ...] = ()
    checks: Sequence[Check] = ()

    def add_check_in(self, day: int, minute: int, *, outside: bool, late: bool) -> None:
        """A check-in on a day (set of one) at a minute of its business day; one made outside proves nothing."""
        self.checked_in |= day
        if outside:
            self.outside |= day
        else:
            self.accepted |= day
            if minute >= self.rules.evening_from:
                self.evening |= day
        if late:
            self.late |= day

    def add_overdue(self, day: int, leave: int) -> None:
        """A day (set of one) on which return from a leave was still not reported."""
        self.overdue |= day
        if leave not in self.overdue_leaves:
            self.overdue_leaves = tuple(sorted((*self.overdue_leaves, leave)))

    def add_check(self, check: Check) -> None:
        """One spot check."""
        self.checks = (*self.checks, check)

    def add_marks(self, day: int, am: str, pm: str) -> None:
        """The signs of a weekly sheet for a day (set of one); a blank half is not signed."""
        if am == pm:
            if am:
                self.marked |= day
                self._read(am, day * 3)
            return
        self.marked |= day
        self._read(am, day)
        self._read(pm, day << 1)

    def _read(self, sign: str, halves: int) -> None:
        status = self.rules.marks.get(sign)
        if status == PRESENT:
            self.mark_present |= halves
        elif status == ABSENT:
            self.mark_absent |= halves
        elif status == OFFICIAL_TRIP:
            self.mark_trip |= halves
        elif status == LEAVE:
            self.mark_leave |= halves


class Judgement(NamedTuple):
    """What the evidence of a span comes to. Statuses are sets of halves, flags sets of days.

    ``by_…`` tells which kind of evidence decided a half; ``overdue_leaves`` are keys of leaves. Nights are counts: ``nights_open`` are nights of the span
    that can still be kept.
    """

    posted: int
    required: int
    present: int
    official_trip: int
    leave: int
    rest: int
    absent: int
    pending: int
    by_leave: int
    by_trip: int
    by_spot_check: int
    by_sheet: int
    by_check_in: int
    unapproved: int
    unsigned: int
    no_check_in: int
    contradicted: int
    disputed: int
    outside_fence: int
    late_upload: int
    overdue: int
    overdue_leaves: tuple[int, ...]
    nights_required: int
    nights_kept: int
    nights_open: int
    found_absent: tuple[Check, ...]

    @property
    def leave_unapproved(self) -> int:
        return days_of(self.unapproved)

    def status(self, half: int) -> str:
        """The status of one half (a set of one)."""
        for name in STATUSES:
            if getattr(self, name) & half:
                return name
        raise LookupError("the half is not a posting day")

    def flags(self, day: int) -> list[str]:
        """The flags of one day (a set of one), sorted."""
        return [name for name in FLAGS if getattr(self, name) & day]

    def decided_by(self, half: int) -> str:
        """The kind of evidence behind a half: leave, trip, spot_check, sheet, check_in, rest or nothing."""
        for kind in ("leave", "trip", "spot_check", "sheet", "check_in"):
            if getattr(self, f"by_{kind}") & half:
                return kind
        return REST if self.rest & half else NOBODY


def judge(evidence: Evidence, over: int) -> Judgement:
    """Judge a span of evidence; ``over`` is the set of its days that have ended."""
    e, rules = evidence, evidence.rules
    duty = both_halves(e.posted & e.required)
    by_leave = e.leave & duty
    by_trip = e.trip & duty & ~by_leave
    left = duty & ~by_leave & ~by_trip
    found, missed, nobody, remote = _spot_checks(e.checks) if e.checks else (0, 0, 0, ())
    found &= left
    missed &= left
    left &= ~(found | missed)
    mark_absent, mark_trip, mark_present, unapproved = _marks(e, left)
    by_sheet = mark_absent | mark_trip | mark_present | unapproved
    left &= ~by_sheet
    by_check_in = both_halves(e.accepted) & left
    left &= ~by_check_in
    ended = both_halves(over)
    present = found | mark_present | by_check_in
    absent = missed | mark_absent | left & ended
    leave, trip = by_leave | unapproved, by_trip | mark_trip
    there = days_of(present)
    excused = e.leave | e.trip
    posted_halves = both_halves(e.posted)
    claimed = e.mark_present | both_halves(e.checked_in)
    disputed = days_of(e.mark_absent) & e.checked_in
    if remote:
        disputed |= _disagreements(remote, present, absent, leave, trip)
    required, kept, still_open = _nights(e, duty & ~leave & ~trip, over)
    return Judgement(
        posted=e.posted,
        required=e.posted & e.required,
        present=present,
        official_trip=trip,
        leave=leave,
        rest=posted_halves & ~duty,
        absent=absent,
        pending=left & ~ended,
        by_leave=by_leave,
        by_trip=by_trip,
        by_spot_check=found | missed,
        by_sheet=by_sheet,
        by_check_in=by_check_in,
        unapproved=unapproved,
        unsigned=there & e.checked_in & ~e.marked if rules.wants_sheet else 0,
        no_check_in=there & ~e.checked_in if rules.wants_check_in else 0,
        contradicted=days_of(nobody & ~excused & claimed) & e.posted if nobody else 0,
        disputed=disputed & e.posted,
        outside_fence=e.outside & e.posted,
        late_upload=e.late & e.posted,
        overdue=e.overdue & e.posted & over,
        overdue_leaves=e.overdue_leaves,
        nights_required=required,
        nights_kept=kept,
        nights_open=still_open,
        found_absent=tuple(c for c in e.checks if c.result == ABSENT and c.half & posted_halves & ~excused)
        if e.checks
        else (),
    )


def _marks(e: Evidence, left: int) -> tuple[int, int, int, int]:
    """(absent, trip, present, leave) halves by the sheet; where two marks meet on one half the first of these holds."""
    absent = e.mark_absent & left
    trip = e.mark_trip & left & ~absent
    present = e.mark_present & left & ~absent & ~trip
    return absent, trip, present, e.mark_leave & left & ~absent & ~trip & ~present


def _nights(e: Evidence, on_duty: int, over: int) -> tuple[int, int, int]:
    """(required, kept, open) nights: required for days with some half on duty, where check-ins are a source."""
    still_open = (e.posted & ~over & ~e.evening).bit_count()
    if not e.rules.wants_check_in:
        return 0, 0, still_open
    required = min(e.rules.nights_per_week, days_of(on_duty).bit_count())
    return required, (e.evening & e.posted).bit_count(), still_open


def _spot_checks(checks: Sequence[Check]) -> tuple[int, int, int, tuple[Check, ...]]:
    """(halves whose latest visit found the person, found him missing, halves where any visit did, calls)."""
    found = missed = nobody = 0
    calls = []
    for check in sorted(checks, key=lambda c: (c.at, c.id)):
        half, result = check.half, check.result
        if check.method != ON_SITE:
            calls.append(check)
            continue
        found = found | half if result == PRESENT else found & ~half
        missed = missed | half if result == ABSENT else missed & ~half
        nobody = nobody | half if result == ABSENT else nobody
    return found, missed, nobody, tuple(calls)


def _disagreements(calls, present: int, absent: int, leave: int, trip: int) -> int:
    """Days on which a telephone or video check says otherwise than the status.

    Nobody there agrees with leave and trip as much as with absence; a rest day and an open half say nothing.
    """
    against = {
        PRESENT: absent | leave | trip,
        ABSENT: present,
        LEAVE: present | absent | trip,
        OFFICIAL_TRIP: present | absent | leave,
    }
    disputed = 0
    for call in calls:
        disputed |= against.get(call.result, 0) & call.half
    return days_of(disputed)


class DayLine(NamedTuple):
    """One day of the ledger, written out."""

    day: date
    required: bool
    am: str
    pm: str
    flags: list[str]


def day_lines(judgement: Judgement, first: date) -> Iterator[DayLine]:
    """Every posting day of a judged span that began on ``first``, in order."""
    days = judgement.posted
    while days:
        bit = days & -days
        yield DayLine(
            first + timedelta(days=bit.bit_length() // 2),
            bool(judgement.required & bit),
            judgement.status(bit),
            judgement.status(bit << 1),
            judgement.flags(bit),
        )
        days ^= bit
