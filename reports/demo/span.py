"""PURE: which weeks and months the demo tells about, counted back from today."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from townships.periods import Month, Week


@dataclass(frozen=True)
class Span:
    """Evidence runs from the first week of the older published month up to last week, and into the week of today.

    The draft is of the month that last week belongs to, and the two months before it are published: nine
    weeks at the least, fourteen at the most.
    """

    today: date

    @cached_property
    def last_week(self) -> Week:
        return Week.of(self.today - timedelta(days=7))

    @property
    def this_week(self) -> Week:
        return Week.of(self.today)

    @property
    def draft(self) -> Month:
        return self.last_week.month

    @property
    def published(self) -> tuple[Month, Month]:
        return self.draft.shifted(-2), self.draft.shifted(-1)

    @cached_property
    def weeks(self) -> tuple[Week, ...]:
        """The weeks that are over, oldest first."""
        weeks = [week for month in self.published for week in month.weeks]
        return (*weeks, *(week for week in self.draft.weeks if week <= self.last_week))

    @property
    def arrival(self) -> date:
        """The batch came on the first Monday."""
        return self.weeks[0].monday

    @property
    def late_arrival(self) -> date:
        """One person came on the Wednesday of the newer published month's first week."""
        return self.published[1].weeks[0].monday + timedelta(days=2)
