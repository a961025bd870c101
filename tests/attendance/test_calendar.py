"""Which days are owed. Sources: contracts.md ``required_days``; the State Council's arrangement for 2026."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance import holiday_library
from attendance.calendar import HOLIDAY, WORKDAY, WorkCalendar, required_days

CALENDAR_2026 = WorkCalendar.of([(each.day, each.kind) for each in holiday_library.days_of(2026)])


@pytest.mark.parametrize(
    ("day", "owed"),
    [
        ("2026-01-01", False),
        ("2026-01-04", True),
        ("2026-02-14", True),
        ("2026-02-23", False),
        ("2026-02-28", True),
        ("2026-05-05", False),
        ("2026-05-09", True),
        ("2026-09-20", True),
        ("2026-10-07", False),
        ("2026-10-08", True),
        ("2026-10-10", True),
        ("2026-10-11", False),
        ("2026-11-24", True),
        ("2026-11-28", False),
    ],
)
def test_workdays_of_2026_with_holidays_and_make_up_days(day, owed):
    assert CALENDAR_2026.is_workday(date.fromisoformat(day)) is owed


def test_all_days_are_owed_where_the_policy_says_so():
    week = [date(2026, 10, 5) + timedelta(days=n) for n in range(7)]
    assert required_days("all_days", CALENDAR_2026, week) == set(week)
    assert required_days("workdays", CALENDAR_2026, week) == {date(2026, 10, 8), date(2026, 10, 9), date(2026, 10, 10)}


@pytest.mark.parametrize("kind", ["workdays", "all_days"])
def test_a_day_the_unit_was_exempted_from_is_not_owed(kind):
    typhoon = date(2026, 9, 24)
    assert typhoon not in required_days(kind, CALENDAR_2026, [typhoon], {typhoon})
    assert typhoon in required_days(kind, CALENDAR_2026, [typhoon])


def test_a_year_that_is_not_announced_goes_by_weekends_and_says_so():
    assert CALENDAR_2026.is_workday(date(2027, 1, 1))
    assert not CALENDAR_2026.is_workday(date(2027, 1, 2))
    assert CALENDAR_2026.notices([2026, 2027]) == ("2027 年放假安排尚未录入，按周末推算",)


def test_the_later_word_about_a_day_wins():
    day = date(2026, 10, 8)
    assert not WorkCalendar.of([(day, WORKDAY), (day, HOLIDAY)]).is_workday(day)
    assert WorkCalendar.of([(day, HOLIDAY), (day, WORKDAY)]).is_workday(day)


def test_the_library_says_nothing_beyond_its_last_year():
    last = holiday_library.known_years()[-1]
    assert holiday_library.days_of(last)
    assert holiday_library.days_of(last + 1) == ()
    assert not holiday_library.knows(last + 1)


@given(day=st.dates(date(2004, 1, 1), date(2026, 12, 31)))
def test_our_seed_agrees_with_the_library_on_every_day(day):
    calendar = WorkCalendar.of([(each.day, each.kind) for each in holiday_library.days_of(day.year)])
    assert calendar.is_workday(day) == holiday_library.chinese_calendar.is_workday(day)
