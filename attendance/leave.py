"""PURE: leave by halves of days: length, adjoining requests, who decides, the life of a request, return.

Rule sources: contracts.md (Policy file, Ledger, Scoring), handbook (Rules in force; edge cases 5-12),
essay S1 (up to one day the squad leader, up to three the township secretary, more the county department).
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from attendance.policy_document import CALENDAR_DAYS, LeaveRules, Tier

HALF_DAY = Decimal("0.5")
#: Says whether the person must be in the village on a day.
Required = Callable[[date], bool]


class Half(StrEnum):
    AM = "am"
    PM = "pm"


class EndsBeforeItBegins(ValueError):
    """The last half of a leave lies before its first."""


class NoTierCovers(LookupError):
    """No tier of the policy takes a leave of this length from a person of this team role."""


class MoveNotAllowed(ValueError):
    """The act is not open to a request in this state."""


@dataclass(frozen=True)
class Span:
    """From a half of a day to a half of a day, both included."""

    begins_on: date
    begins_half: Half
    ends_on: date
    ends_half: Half

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise EndsBeforeItBegins(self)

    @property
    def first(self) -> int:
        """Number of the first half on the line of all halves, so that neighbours differ by one."""
        return half_number(self.begins_on, self.begins_half)

    @property
    def last(self) -> int:
        return half_number(self.ends_on, self.ends_half)

    @classmethod
    def between(cls, first: int, last: int) -> "Span":
        return cls(*day_and_half(first), *day_and_half(last))

    def halves(self) -> Iterator[tuple[date, Half]]:
        return (day_and_half(number) for number in range(self.first, self.last + 1))

    def covers(self, day: date, half: Half) -> bool:
        return self.first <= half_number(day, half) <= self.last

    def overlaps(self, other: "Span") -> bool:
        return self.first <= other.last and other.first <= self.last


def half_number(day: date, half: str) -> int:
    return day.toordinal() * 2 + (half == Half.PM)


def day_and_half(number: int) -> tuple[date, Half]:
    return date.fromordinal(number // 2), Half.PM if number % 2 else Half.AM


# ---- length ----------------------------------------------------------------------------------------


def counted_days(span: Span, count: str, required: Required) -> Decimal:
    """Days of leave in halves: every half of the span, or only the halves of required days."""
    if count == CALENDAR_DAYS:
        return HALF_DAY * (span.last - span.first + 1)
    return HALF_DAY * sum(1 for day, _ in span.halves() if required(day))


def adjoin(one: Span, other: Span, required: Required) -> bool:
    """Whether nothing but time off lies between two spans: the next half follows, or only days not required."""
    earlier, later = sorted((one, other), key=lambda span: span.first)
    return not any(required(day_and_half(number)[0]) for number in range(earlier.last + 1, later.first))


def chain(new: Span, others: Iterable[Span], required: Required) -> Span:
    """The whole absence a new request becomes part of, from its first half to its last.

    Adjoining requests count together, so that splitting gains nothing: Friday and the Monday after are,
    asked for in one, a leave from Friday to Monday. `others` are the person's requests that are pending
    or approved (see JOINS).
    """
    whole = new
    remaining = list(others)
    joined = True
    while joined:
        joined = False
        for other in tuple(remaining):
            if adjoin(whole, other, required):
                whole = Span.between(min(whole.first, other.first), max(whole.last, other.last))
                remaining.remove(other)
                joined = True
    return whole


def judged_days(new: Span, others: Iterable[Span], count: str, required: Required) -> Decimal:
    """The length a request is judged by: that of the whole chain it joins."""
    return counted_days(chain(new, others, required), count, required)


# ---- who decides -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Route:
    """The way of one request: roles that must agree first, in order, the role that decides, who is told after."""

    reviews: tuple[str, ...]
    role: str
    inform: tuple[str, ...] = ()

    @property
    def steps(self) -> tuple[str, ...]:
        return (*self.reviews, self.role)

    def after(self, role: str) -> str | None:
        """The role awaited once `role` has agreed; None when it was the last."""
        following = self.steps[self.steps.index(role) + 1 :]
        return following[0] if following else None


def fitting_tiers(days: Decimal, tiers: Iterable[Tier], team_role: str) -> Iterator[Tier]:
    """Tiers that may take a leave of this length from this team role, lowest first."""
    for tier in tiers:
        if tier.team_roles and team_role not in tier.team_roles:
            continue
        if tier.max_days is None or days <= tier.max_days:
            yield tier


def tier_for(days: Decimal, tiers: Iterable[Tier], team_role: str) -> Tier:
    """The first tier that fits wins."""
    for tier in fitting_tiers(days, tiers, team_role):
        return tier
    raise NoTierCovers(days, team_role)


def route(days: Decimal, rules: LeaveRules, team_role: str, own_roles: Collection[str] = ()) -> Route:
    """Who reviews and decides. `own_roles` are the roles the applicant himself holds over the village.

    Nobody decides about himself: a tier whose role is the applicant's own passes the request on to the
    next tier; when it was the last, the role stays and a holder further up the tree decides.
    """
    fitting = list(fitting_tiers(days, rules.tiers, team_role))
    if not fitting:
        raise NoTierCovers(days, team_role)
    tier = next((t for t in fitting if t.role not in own_roles), fitting[-1])
    return Route(tuple(role for role in tier.review if role not in own_roles), tier.role, tuple(tier.inform))


def may_decide(
    *,
    actor: int,
    parties: Collection[int | None],
    holders: Collection[int],
    higher: Collection[int] = (),
    away: Collection[int] = (),
) -> bool:
    """Whether a user may decide a request.

    `parties` asked for it: the applicant, and who filed it for him. They never decide. `holders` hold the awaited role
    over the village, `higher` the role of a level above: they come in where nobody else below is left, or all of them
    are away that day (handbook, Actors: whoever is away has a delegate, or it goes one level up).
    """
    if actor in parties:
        return False
    others = set(holders) - set(parties)
    return actor in others or (not others - set(away) and actor in higher)


# ---- the life of a request -------------------------------------------------------------------------


class State(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    REVOKED = "revoked"


class Act(StrEnum):
    REVIEW = "review"
    APPROVE = "approve"
    REJECT = "reject"
    CANCEL = "cancel"
    REVOKE = "revoke"
    RETURN = "return"


#: A leave that was returned from stays approved; the day of return is a fact beside the state.
MOVES: dict[State, dict[Act, State]] = {
    State.PENDING: {
        Act.REVIEW: State.PENDING,
        Act.APPROVE: State.APPROVED,
        Act.REJECT: State.REJECTED,
        Act.CANCEL: State.CANCELLED,
    },
    State.APPROVED: {Act.RETURN: State.APPROVED, Act.CANCEL: State.CANCELLED, Act.REVOKE: State.REVOKED},
    State.REJECTED: {},
    State.CANCELLED: {},
    State.REVOKED: {},
}
#: Requests in these states count together with a new one that adjoins them.
JOINS = (State.PENDING, State.APPROVED)


def move(state: str, act: Act) -> State:
    try:
        return MOVES[State(state)][act]
    except KeyError:
        raise MoveNotAllowed(state, act) from None


# ---- return ----------------------------------------------------------------------------------------


def covered(span: Span, returned_on: date | None) -> Span | None:
    """The part of an approved leave that stays leave once return is reported.

    Reported back early, the days after the day of return are required again (edge case 12);
    None when the person never left.
    """
    if returned_on is None or returned_on >= span.ends_on:
        return span
    if returned_on < span.begins_on:
        return None
    return Span(span.begins_on, span.begins_half, returned_on, Half.PM)


def overdue_days(ends_on: date, returned_on: date | None, today: date) -> Sequence[date]:
    """Days after the last day of an approved leave on which return was still not reported, up to yesterday.

    A return reported on the last day itself is in time; reported on a later day, that day no longer counts.
    """
    stop = min(returned_on or today, today)
    return [ends_on + timedelta(days=n) for n in range(1, (stop - ends_on).days)]
