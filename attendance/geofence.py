"""Where a check-in was made, and whether that is inside the village's fence. Pure.

Source: contracts.md "Check-ins" and "Ledger" (outside is kept, flagged, no proof; without coordinates or without a
fence it is accepted); handbook "Identity, places, dates" on the two datums. Points are (latitude, longitude) in
degrees of WGS-84 unless a name says GCJ-02; distances are metres.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from math import asin, cos, pi, radians, sin, sqrt

EARTH_M = 6_371_008.8
METRES_PER_DEGREE = EARTH_M * pi / 180
WGS84, GCJ02 = "WGS84", "GCJ02"
# A phone says how far off it may be. Up to this much is allowed for at the fence; the 2 km of a mast fix are not,
# and say no more about the place than no coordinates at all.
ACCURACY_ALLOWED_M = 100.0
ACCURACY_USELESS_M = 1_000.0

# The ellipsoid of GCJ-02 (Krassowsky 1940).
_A, _EE = 6_378_245.0, 0.006_693_421_622_965_943


def wgs84_to_gcj02(latitude: float, longitude: float) -> tuple[float, float]:
    """The shifted point that Chinese maps show for a WGS-84 point. Outside China nothing is shifted."""
    if not _in_china(latitude, longitude):
        return latitude, longitude
    x, y = longitude - 105.0, latitude - 35.0
    waves = (20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + waves
    north += (20.0 * sin(y * pi) + 40.0 * sin(y / 3.0 * pi)) * 2.0 / 3.0
    north += (160.0 * sin(y / 12.0 * pi) + 320.0 * sin(y * pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + waves
    east += (20.0 * sin(x * pi) + 40.0 * sin(x / 3.0 * pi)) * 2.0 / 3.0
    east += (150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi)) * 2.0 / 3.0
    rad = radians(latitude)
    magic = 1 - _EE * sin(rad) ** 2
    north = north * 180.0 / (_A * (1 - _EE) / (magic * sqrt(magic)) * pi)
    east = east * 180.0 / (_A / sqrt(magic) * cos(rad) * pi)
    return latitude + north, longitude + east


def gcj02_to_wgs84(latitude: float, longitude: float) -> tuple[float, float]:
    """The WGS-84 point behind a GCJ-02 point, by iteration: the shift has no closed inverse."""
    wgs_latitude, wgs_longitude = latitude, longitude
    for _ in range(10):
        shown_latitude, shown_longitude = wgs84_to_gcj02(wgs_latitude, wgs_longitude)
        wgs_latitude += latitude - shown_latitude
        wgs_longitude += longitude - shown_longitude
    return wgs_latitude, wgs_longitude


def _in_china(latitude: float, longitude: float) -> bool:
    return 0.8293 <= latitude <= 55.8271 and 72.004 <= longitude <= 137.8347


def distance_m(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Great-circle distance of two points in metres (haversine; the two must be of one datum)."""
    rad, other_rad = radians(latitude), radians(other_latitude)
    half_latitude = sin((other_rad - rad) / 2)
    half_longitude = sin(radians(other_longitude - longitude) / 2)
    chord = half_latitude**2 + cos(rad) * cos(other_rad) * half_longitude**2
    return 2 * EARTH_M * asin(min(1.0, sqrt(chord)))


@dataclass(frozen=True, slots=True)
class Circle:
    """A fence: within ``radius_m`` of a point, from ``begins`` until before ``ends`` (None: open)."""

    latitude: float
    longitude: float
    radius_m: float
    begins: date | None = None
    ends: date | None = None

    def holds_on(self, day: date) -> bool:
        return (self.begins is None or self.begins <= day) and (self.ends is None or day < self.ends)

    def contains(self, latitude: float, longitude: float, allowance_m: float = 0.0) -> bool:
        """Whether a point lies within the fence, give or take ``allowance_m``."""
        reach = self.radius_m + allowance_m
        # Most points lie near the middle or far away; both are told by a difference of degrees alone.
        north = abs(latitude - self.latitude) * METRES_PER_DEGREE
        if north > reach:
            return False
        east = abs(longitude - self.longitude) * METRES_PER_DEGREE
        if north + east <= reach:
            return True
        return distance_m(latitude, longitude, self.latitude, self.longitude) <= reach


def is_outside(
    fences: Collection[Circle], latitude: float | None, longitude: float | None, accuracy_m: float | None
) -> bool:
    """Whether a check-in was made outside every fence of its village.

    False without coordinates, without a fence, and where the phone did not know its place to 1,000 m.
    """
    if latitude is None or longitude is None:
        return False
    allowance = accuracy_m or 0.0
    if allowance > ACCURACY_ALLOWED_M:
        if allowance >= ACCURACY_USELESS_M:
            return False
        allowance = ACCURACY_ALLOWED_M
    for fence in fences:
        if fence.contains(latitude, longitude, allowance):
            return False
    return bool(fences)
