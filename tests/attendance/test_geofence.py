"""Datums and fences. Sources: contracts.md "Check-ins" and "Ledger"; points of gcoord 1.0.7 for the datum."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.geofence import Circle, distance_m, gcj02_to_wgs84, is_outside, wgs84_to_gcj02

VILLAGE = Circle(22.8, 108.3, 1000)
SCHOOL = Circle(22.85, 108.3, 300)
KM_NORTH = 1 / 111.195


@pytest.mark.parametrize(
    ("wgs", "gcj"),
    [
        ((39.908823, 116.397470), (39.91022649807321, 116.4037135824225)),
        ((22.8170, 108.3669), (22.81431429687777, 108.37097206902988)),
        ((31.2304, 121.4737), (31.22845773757727, 121.47822305927693)),
    ],
)
def test_known_points_of_both_datums(wgs, gcj):
    assert wgs84_to_gcj02(*wgs) == pytest.approx(gcj, abs=1e-9)
    assert gcj02_to_wgs84(*gcj) == pytest.approx(wgs, abs=1e-9)


def test_outside_china_nothing_is_shifted():
    assert wgs84_to_gcj02(48.85, 2.35) == (48.85, 2.35)
    assert gcj02_to_wgs84(48.85, 2.35) == (48.85, 2.35)


@given(latitude=st.floats(18, 53), longitude=st.floats(74, 134))
def test_there_and_back_is_the_same_place(latitude, longitude):
    shown = wgs84_to_gcj02(latitude, longitude)
    assert 0 < distance_m(latitude, longitude, *shown) < 1_500
    assert distance_m(*gcj02_to_wgs84(*shown), latitude, longitude) < 0.01


def test_a_degree_of_latitude_is_111_km():
    assert distance_m(22, 108, 23, 108) == pytest.approx(111_195, abs=1)
    assert distance_m(22, 108, 22, 108) == 0


@pytest.mark.parametrize(
    ("fences", "kilometres", "accuracy", "outside"),
    [
        ([VILLAGE], 0, None, False),
        ([VILLAGE], 0.999, None, False),
        ([VILLAGE], 1.001, None, True),
        ([VILLAGE], 1.05, 60, False),
        ([VILLAGE], 1.05, 40, True),
        ([VILLAGE], 1.15, 500, True),
        ([VILLAGE], 9, 2000, False),
        ([], 9, None, False),
        ([VILLAGE, SCHOOL], 0.05 * 111.195, None, False),
        ([VILLAGE, SCHOOL], 0.05 * 111.195 - 0.4, None, True),
    ],
    ids=[
        "in the middle",
        "just inside",
        "just outside",
        "inside, give or take the accuracy",
        "too far even so",
        "accuracy is allowed for up to 100 m",
        "a phone 2 km off knows nothing",
        "a village without fence",
        "at the second place",
        "between both places",
    ],
)
def test_who_is_outside(fences, kilometres, accuracy, outside):
    assert is_outside(fences, 22.8 + kilometres * KM_NORTH, 108.3, accuracy) is outside


def test_without_coordinates_nobody_is_outside():
    assert not is_outside([VILLAGE], None, None, None)
    assert not is_outside([VILLAGE], 30.0, None, 5)


def test_a_fence_of_a_season_holds_in_its_dates():
    pasture = Circle(22.8, 108.3, 1000, date(2026, 6, 1), date(2026, 9, 1))
    held = [pasture.holds_on(date(2026, month, day)) for month, day in ((5, 31), (6, 1), (8, 31), (9, 1))]
    assert held == [False, True, True, False]


@given(north=st.floats(-0.05, 0.05), east=st.floats(-0.05, 0.05))
def test_the_short_cuts_agree_with_the_distance(north, east):
    point = 22.8 + north, 108.3 + east
    assert VILLAGE.contains(*point) == (distance_m(*point, 22.8, 108.3) <= 1000)
