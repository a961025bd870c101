"""Cells of evidence files as moments, times and half days; headers as days. Source: contracts.md."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.columns import LEAVES, SPOT_CHECKS, WEEKLY_SHEET, dated_header, sheet_days
from attendance.leave import Half
from attendance.moments import half_of, parse_clock, parse_half_day, parse_moment
from attendance.punch_columns import CHECK_INS
from cadres.roster.errors import Invalid
from tests.attendance.files import wall
from townships.periods import SHANGHAI, Week

WEEK = Week.parse("2026-W40")
CELLS = st.one_of(
    st.none(),
    st.text(max_size=20),
    st.text(alphabet="0123456789-/.年月日时分: 上下午次TZAPM", max_size=24),
    st.floats(),
    st.integers(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
)


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        (wall(2026, 10, 6, 14, 5), (14, 5, 0)),
        ("2026-10-06 14:05", (14, 5, 0)),
        ("2026/10/6 14:05:33", (14, 5, 33)),
        ("2026.10.6 14:05", (14, 5, 0)),
        ("2026年10月6日14时5分", (14, 5, 0)),
        ("20261006 14:05", (14, 5, 0)),
        ("2026-10-06 下午2:05", (14, 5, 0)),
        ("2026-10-06 02:05 PM", (14, 5, 0)),
        ("２０２６－１０－０６　１４：０５", (14, 5, 0)),
        ("2026-10-06T14:05:00+08:00", (14, 5, 0)),
        ("2026-10-06T06:05:00Z", (14, 5, 0)),
        (datetime(2026, 10, 6, 6, 5, tzinfo=UTC), (14, 5, 0)),
        (46301.58680555556, (14, 5, 0)),
        ("2026-10-06 上午", (9, 0, 0)),
        ("2026-10-06 下午", (15, 0, 0)),
    ],
)
def test_a_moment_is_a_wall_clock_of_the_village(cell, moment):
    assert parse_moment(cell) == datetime(2026, 10, 6, *moment, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    "cell", [None, "", "2026-10-06", date(2026, 10, 6), "10-06 14:05", "2026-10-06 25:00", 14.5, True]
)
def test_a_moment_needs_its_day_and_its_time(cell):
    with pytest.raises(Invalid) as refusal:
        parse_moment(cell)
    assert refusal.value.code == "date.invalid"


@pytest.mark.parametrize(
    ("cell", "minutes"),
    [
        ("08:12", 492),
        ("8:12:33", 492),
        ("8时12分", 492),
        (time(8, 12), 492),
        (timedelta(hours=8, minutes=12), 492),
        (0.3416666667, 492),
        ("下午 2:05", 845),
        ("次日 01:30", 1530),
        ("次日01:30", 1530),
    ],
)
def test_a_clock_is_the_distance_from_midnight(cell, minutes):
    assert parse_clock(cell) // timedelta(minutes=1) == minutes


@pytest.mark.parametrize("midnight", [False, True])
def test_a_count_from_1904_is_four_years_later(midnight):
    assert parse_half_day(44839, end=midnight, epoch_1904=True).day == date(2026, 10, 6)


@pytest.mark.parametrize(("hour", "half"), [(0, Half.AM), (11, Half.AM), (12, Half.PM), (23, Half.PM)])
def test_the_morning_ends_at_noon(hour, half):
    assert half_of(datetime(2026, 10, 6, hour, tzinfo=SHANGHAI)) == half


def refused_with(read) -> str | None:
    try:
        read()
    except Invalid as refusal:
        return refusal.code
    return None


@given(CELLS, st.booleans())
def test_any_cell_is_read_or_refused(cell, flag):
    assert refused_with(lambda: parse_moment(cell, epoch_1904=flag)) in {None, "date.invalid"}
    assert refused_with(lambda: parse_clock(cell)) in {None, "date.invalid"}
    assert refused_with(lambda: parse_half_day(cell, end=flag)) in {None, "date.invalid"}


@given(st.datetimes(min_value=wall(2000, 1, 1), max_value=wall(2090, 1, 1)))
def test_a_written_moment_reads_back(moment):
    moment = moment.replace(microsecond=0)
    assert parse_moment(f"{moment:%Y-%m-%d %H:%M:%S}") == moment.replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("星期一", "day1"),
        ("周日", "day7"),
        ("礼拜天", "day7"),
        ("三", "day3"),
        ("星期二上午", "day2_am"),
        ("周二(下午)", "day2_pm"),
        ("9月28日", "on:--09-28"),
        ("9.28(周一)", "on:--09-28"),
        ("周一9/28", "on:--09-28"),
        ("2026-09-28", "on:2026-09-28"),
        ("46293", "on:2026-09-28"),
        ("9月28日上午", "on:--09-28:am"),
        ("姓名", "name"),
        ("职务", "team_role"),
        ("28", None),
        ("在村天数", None),
    ],
)
def test_headers_of_a_weekly_sheet(header, key):
    found = WEEKLY_SHEET.match(header)
    assert (found[0] if found else None) == key


@given(st.text(max_size=16))
def test_any_text_may_be_a_header(text):
    dated_header(text)
    for table in (WEEKLY_SHEET, CHECK_INS, LEAVES, SPOT_CHECKS):
        table.match(text)


def test_days_of_another_week_are_told_apart():
    inside, outside = sheet_days(["name", "day1", "day2_pm", "on:--10-04", "on:2025-09-28", "on:--10-05"], WEEK)
    assert inside == {
        "day1": (date(2026, 9, 28), ""),
        "day2_pm": (date(2026, 9, 29), "pm"),
        "on:--10-04": (date(2026, 10, 4), ""),
    }
    assert outside == ["on:2025-09-28", "on:--10-05"]
