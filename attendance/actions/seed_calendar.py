"""Fill the calendar table with the announced years that it lacks; what an office corrected stays.

Source: house.md decision 14; handbook: holidays and make-up days are announced each autumn for the next year only.
"""

from dataclasses import dataclass

from django.db import transaction
from simple_history.utils import bulk_create_with_history

from attendance import holiday_library
from attendance.models import CalendarDay


@dataclass(frozen=True, slots=True)
class Seeded:
    """The years that were filled, how many days that took, and the last year that is announced."""

    years: tuple[int, ...]
    days: int
    last_year: int


@transaction.atomic
def seed_calendar() -> Seeded:
    """Add the library's days of every year that was not seeded before.

    A year is seeded once: a day that somebody deleted or changed afterwards is not put back. Days somebody entered
    ahead of the library are kept as they are.
    """
    kept = CalendarDay.objects.order_by("day").values_list("day", "source")
    taken = {day for day, _ in kept}
    done = {day.year for day, source in kept if source == holiday_library.SOURCE}
    years = tuple(year for year in holiday_library.known_years() if year not in done)
    rows = [
        CalendarDay(day=each.day, kind=each.kind, name=each.name, source=holiday_library.SOURCE)
        for year in years
        for each in holiday_library.days_of(year)
        if each.day not in taken
    ]
    bulk_create_with_history(rows, CalendarDay, batch_size=500, default_change_reason="按国务院办公厅通知录入")
    return Seeded(years, len(rows), holiday_library.known_years()[-1])
