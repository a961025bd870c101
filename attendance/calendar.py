"""Which days a member owes: workdays as announced, or all days. Pure.

Source: contracts.md "Policy file", ``required_days``. The State Council announces holidays and make-up workdays
each autumn for the next year only; before that the weekend rule stands in and a notice says so.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from attendance.policy_document import ALL_DAYS

SATURDAY = 5
HOLIDAY, WORKDAY = "holiday", "workday"


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Days that differ from the weekend rule: ``holidays`` off, ``workdays`` on; ``years`` are those announced."""

    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()
    years: frozenset[int] = frozenset()

    @classmethod
    def of(cls, days: Iterable[tuple[date, str]]) -> "WorkCalendar":
        """From (day, kind) pairs; of two about one day the later wins. A year counts as announced once it has a day."""
        kinds = dict(days)
        return cls(
            holidays=frozenset(day for day, kind in kinds.items() if kind == HOLIDAY),
            workdays=frozenset(day for day, kind in kinds.items() if kind == WORKDAY),
            years=frozenset(day.year for day in kinds),
        )

    def is_workday(self, day: date) -> bool:
        """Monday to Friday less public holidays, plus make-up workdays."""
        if day in self.workdays:
            return True
        return day.weekday() < SATURDAY and day not in self.holidays

    def is_announced(self, year: int) -> bool:
        return year in self.years

    def notices(self, years: Iterable[int]) -> tuple[str, ...]:
        """A sentence for each of the years that has not been announced yet."""
        return tuple(
            f"{year} 年放假安排尚未录入，按周末推算" for year in sorted(set(years)) if not self.is_announced(year)
        )


def required_days(
    kind: str, calendar: WorkCalendar, days: Iterable[date], exempt: Collection[date] = ()
) -> frozenset[date]:
    """Those of ``days`` that are owed under ``kind`` (workdays or all_days), less days the unit was exempted from."""
    return frozenset(day for day in days if day not in exempt and (kind == ALL_DAYS or calendar.is_workday(day)))
