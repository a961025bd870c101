"""The month's ranking: who stands where, and whose name goes on the board.

Rule source: contracts.md, "Bulletin"; handbook, edge cases 14, 32 and 34.
Pure: values in, values out. Points are Decimal, halves are half days.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby

RED = "red"
BLACK = "black"
DAYS_OF_A_WEEK = 7


@dataclass(frozen=True)
class WeekStanding:
    """What one scored week says about one person.

    halves_on_duty: required half days on which he was not on leave.
    """

    total: Decimal
    dimensions: Mapping[str, Decimal]
    deducted: Decimal
    halves_on_duty: int


@dataclass(frozen=True)
class Member:
    """One person with the weeks of the month.

    weeks: the weeks that were scored for him.
    posted_days: days he was posted in the unit, by week (0 to 7; a week left out is none).
    """

    key: int
    name: str
    id_number: str
    village: str
    weeks: Mapping[str, WeekStanding]
    posted_days: Mapping[str, int]


@dataclass(frozen=True)
class RankingRules:
    """What the scheme says about ranking: dimensions that break a tie, places on a list."""

    tie_breakers: tuple[str, ...]
    list_size: int


@dataclass(frozen=True)
class Placed:
    """A ranked person. Places are shared by equals; the next place is left out (1, 2, 2, 4)."""

    place: int
    place_from_bottom: int
    member: Member
    total: Decimal
    deducted: Decimal
    shared: bool


@dataclass(frozen=True)
class Unranked:
    """A person who is listed without a place, and why (a Chinese clause)."""

    member: Member
    reason: str


@dataclass(frozen=True)
class TieDecision:
    """A person's answer to a tie: of exactly these equals, these go on the list."""

    tied: frozenset[int]
    chosen: frozenset[int]


@dataclass(frozen=True)
class Board:
    """One list of the notice board.

    tied: the equals at its last place, over whom a person decides when the list is too long.
    A list that waits for a decision still holds everyone who has a claim to it.
    """

    entries: tuple[Placed, ...]
    tied: tuple[Placed, ...] = ()
    needs_decision: bool = False


@dataclass(frozen=True)
class MonthRanking:
    """The whole outcome of a month. `needs_decision` names the lists that wait for a person."""

    weeks: tuple[str, ...]
    ranking: tuple[Placed, ...]
    unranked: tuple[Unranked, ...]
    red: Board
    black: Board
    needs_decision: tuple[str, ...] = field(default=())


class NotOneOfTheTied(ValueError):
    """A decision names someone who is not among the equals it is about."""


class StillTooLong(ValueError):
    """A decision leaves a list longer than twice its size."""


def rank_month(
    members: Iterable[Member],
    weeks: Sequence[str],
    rules: RankingRules,
    decisions: Mapping[str, TieDecision] | None = None,
) -> MonthRanking:
    """Rank the members over the scored weeks and draw up both lists.

    The order of `members` does not matter: equals stand in the order of their names.
    A decision counts only while the tie it was made about is still the same.
    """
    decisions = decisions or {}
    ordered = sorted(members, key=_name_order)
    reasons = {member.key: why_unranked(member, weeks) for member in ordered}
    placed = place([member for member in ordered if not reasons[member.key]], weeks, rules)
    claims = red_claims(placed, rules.list_size)
    red = settle(claims, rules.list_size, decisions.get(RED), _place)
    # Whoever ranks high enough for the red list is not blamed, even when a tie is decided against him.
    black = settle(
        black_claims(placed, claims, rules.list_size), rules.list_size, decisions.get(BLACK), _place_from_bottom
    )
    boards = {RED: red, BLACK: black}
    return MonthRanking(
        weeks=tuple(weeks),
        ranking=placed,
        unranked=tuple(Unranked(member, reasons[member.key]) for member in ordered if reasons[member.key]),
        red=red,
        black=black,
        needs_decision=tuple(name for name, board in boards.items() if board.needs_decision),
    )


def why_unranked(member: Member, weeks: Sequence[str]) -> str:
    """The clause that says why a person has no place this month; empty when he has one."""
    if not weeks:
        return "本月尚无已评分的周"
    posted = {week: member.posted_days.get(week, 0) for week in weeks}
    causes = (
        ("不在派驻期内", [week for week in weeks if not posted[week]]),
        ("派驻不满一周", [week for week in weeks if 0 < posted[week] < DAYS_OF_A_WEEK]),
        ("尚无考评得分", [week for week in weeks if posted[week] == DAYS_OF_A_WEEK and week not in member.weeks]),
    )
    clauses = [weeks_in_words(concerned) + cause for cause, concerned in causes if concerned]
    if clauses:
        return "，".join(clauses)
    if not any(member.weeks[week].halves_on_duty for week in weeks):
        return "考评期内全部请假或无应在村日"
    return ""


def place(members: Sequence[Member], weeks: Sequence[str], rules: RankingRules) -> tuple[Placed, ...]:
    """Standard competition ranking by total, then by the tie-breaking dimensions, higher first."""
    standings = {member.key: _standing(member, weeks, rules.tie_breakers) for member in members}
    best_first = sorted(members, key=_name_order)
    best_first.sort(key=lambda member: standings[member.key], reverse=True)
    placed: list[Placed] = []
    for standing, group in groupby(best_first, key=lambda member: standings[member.key]):
        equals = list(group)
        above = len(placed)
        below = len(members) - above - len(equals)
        for member in equals:
            placed.append(
                Placed(
                    place=above + 1,
                    place_from_bottom=below + 1,
                    member=member,
                    total=standing[0],
                    deducted=sum((member.weeks[week].deducted for week in weeks), Decimal(0)),
                    shared=len(equals) > 1,
                )
            )
    return tuple(placed)


def red_claims(placed: Sequence[Placed], size: int) -> tuple[Placed, ...]:
    """Everyone in the first `size` places, best first."""
    return tuple(entry for entry in placed if entry.place <= size)


def black_claims(placed: Sequence[Placed], red: Sequence[Placed], size: int) -> tuple[Placed, ...]:
    """Everyone in the last `size` places who lost points and has no claim to the red list, last first."""
    praised = {entry.member.key for entry in red}
    last_first = sorted(placed, key=_place_from_bottom)
    return tuple(
        entry
        for entry in last_first
        if entry.place_from_bottom <= size and entry.deducted > 0 and entry.member.key not in praised
    )


def settle(
    claims: tuple[Placed, ...], size: int, decision: TieDecision | None, place_of: Callable[[Placed], int]
) -> Board:
    """The list as it may be published: as it stands, as decided, or waiting for a decision."""
    if len(claims) <= 2 * size:
        return Board(claims)
    # The places before the last one hold fewer than `size` people, so only its equals can be too many.
    edge = place_of(claims[-1])
    tied = tuple(entry for entry in claims if place_of(entry) == edge)
    if decision is None or decision.tied != _keys(tied):
        return Board(claims, tied, needs_decision=True)
    kept = tuple(entry for entry in claims if place_of(entry) != edge or entry.member.key in decision.chosen)
    return Board(kept, tied)


def check_decision(board: Board, size: int, chosen: Iterable[int]) -> TieDecision:
    """A decision about the tie on this list. Raises NotOneOfTheTied or StillTooLong."""
    tied = _keys(board.tied)
    chosen = frozenset(chosen)
    if not chosen <= tied:
        raise NotOneOfTheTied
    untied = _keys(board.entries) - tied
    if len(untied) + len(chosen) > 2 * size:
        raise StillTooLong
    return TieDecision(tied, chosen)


def weeks_in_words(weeks: Sequence[str]) -> str:
    """`2026-W40, 2026-W41` in the words of the office: 第40周、第41周."""
    return "、".join(f"第{int(week[-2:])}周" for week in weeks)


def _standing(member: Member, weeks: Sequence[str], tie_breakers: Sequence[str]) -> tuple[Decimal, ...]:
    scored = [member.weeks[week] for week in weeks]
    sums = [sum((week.total for week in scored), Decimal(0))]
    for key in tie_breakers:
        sums.append(sum((week.dimensions.get(key, Decimal(0)) for week in scored), Decimal(0)))
    return tuple(sums)


def _name_order(member: Member) -> tuple[str, str, int]:
    return member.name, member.id_number, member.key


def _place(entry: Placed) -> int:
    return entry.place


def _place_from_bottom(entry: Placed) -> int:
    return entry.place_from_bottom


def _keys(entries: Iterable[Placed]) -> frozenset[int]:
    return frozenset(entry.member.key for entry in entries)
