"""Leave as time away: which halves an approved leave excuses, and which days after it are overdue. Pure.

Source: contracts.md "Ledger" 2a and "Scoring", ``overdue_return_day``; handbook edge cases 7, 9, 12. Requests that
adjoin count together: while the next one lasts nobody is late, and return is owed at the end of the last.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from attendance.leave import Span, covered, overdue_days


@dataclass(frozen=True, slots=True)
class ApprovedLeave:
    """An approved leave of one person; ``returned_on`` is the day return was reported, None while it was not."""

    id: int
    span: Span
    returned_on: date | None = None
    extends: int | None = None

    @property
    def excused(self) -> Span | None:
        """The part that stays leave: reported back early, the rest of it is owed again."""
        return covered(self.span, self.returned_on)


def overdue(leaves: Sequence[ApprovedLeave], today: date) -> dict[int, tuple[date, ...]]:
    """Days, up to yesterday, on which return from a leave was still not reported, by the leave's id."""
    late = {}
    for chain in chains(leaves):
        last = chain[-1]
        reported = [
            leave.returned_on for leave in chain if leave.returned_on and leave.returned_on >= last.span.begins_on
        ]
        days = overdue_days(last.span.ends_on, max(reported, default=None), today)
        if days:
            late[last.id] = tuple(days)
    return late


def chains(leaves: Iterable[ApprovedLeave]) -> list[list[ApprovedLeave]]:
    """Leaves that follow one another without a gap, or extend one another, in order of their ends."""
    found: list[list[ApprovedLeave]] = []
    for leave in sorted(leaves, key=lambda one: (one.span.first, one.span.last, one.id)):
        joined = next((chain for chain in found if _goes_on(chain, leave)), None)
        if joined is None:
            found.append([leave])
        else:
            joined.append(leave)
            joined.sort(key=lambda one: (one.span.last, one.id))
    return found


def _goes_on(chain: list[ApprovedLeave], leave: ApprovedLeave) -> bool:
    return leave.span.first <= chain[-1].span.last + 1 or any(leave.extends == one.id for one in chain)
