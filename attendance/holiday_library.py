"""What the maintained library knows of public holidays: the seed of our calendar table, never its substitute. Pure.

The library ends with the last announced year; asked beyond it answers nothing rather than a guess.
"""

from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

import chinese_calendar

from attendance.calendar import HOLIDAY, SATURDAY, WORKDAY

SOURCE = "chinesecalendar"
FIRST_YEAR = 2004
NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
    "Anti-Fascist 70th Day": "抗战胜利纪念日",
}


class LibraryDay(NamedTuple):
    """A day that differs from the weekend rule, and why."""

    day: date
    kind: str
    name: str


@cache
def days_of(year: int) -> tuple[LibraryDay, ...]:
    """The holidays and make-up workdays of a year; empty where the library has no data."""
    if not knows(year):
        return ()
    first = date(year, 1, 1)
    found = []
    for offset in range((date(year + 1, 1, 1) - first).days):
        day = first + timedelta(days=offset)
        works, on_weekday = chinese_calendar.is_workday(day), day.weekday() < SATURDAY
        named = NAMES.get(chinese_calendar.get_holiday_detail(day)[1] or "", "")
        if works != on_weekday or (named and not works):
            kind = WORKDAY if works else HOLIDAY
            found.append(LibraryDay(day, kind, f"{named}调休上班" if works else named or "放假"))
    return tuple(found)


@cache
def knows(year: int) -> bool:
    """Whether the library has the State Council's notice for this year."""
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


@cache
def known_years() -> range:
    """The years the library has, first to last."""
    last = FIRST_YEAR
    while knows(last + 1):
        last += 1
    return range(FIRST_YEAR, last + 1)
