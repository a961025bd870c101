"""PURE: a few labelled bars from zero as plain numbers for an SVG, with the sentence that says the same."""

from collections.abc import Sequence
from dataclasses import dataclass

SLOT, BAR = 70, 36
TOP, TALLEST, BASE = 18, 84, 104


@dataclass(frozen=True)
class Bar:
    """One bar; `label` and `dates` stand below it, `value` above."""

    x: float
    y: float
    height: float
    value: str
    label: str
    dates: str
    now: bool
    width: int = BAR

    @property
    def middle(self) -> float:
        return self.x + self.width / 2

    @property
    def value_y(self) -> float:
        return self.y - 5


@dataclass(frozen=True)
class Chart:
    bars: tuple[Bar, ...]
    sentence: str

    @property
    def width(self) -> int:
        return SLOT * max(len(self.bars), 5)

    height = 142
    base_y = BASE
    label_y = BASE + 16
    dates_y = BASE + 31


@dataclass(frozen=True)
class Point:
    """What a bar shows: its size, the size in words, two lines of label, whether it is the current one."""

    size: float
    words: str
    label: str
    dates: str
    now: bool = False


def bar_chart(points: Sequence[Point], sentence: str) -> Chart:
    """Bars from zero, the largest as tall as the chart allows; nothing above zero gives bars of one pixel."""
    largest = max((point.size for point in points), default=0) or 1
    bars = []
    for index, point in enumerate(points):
        height = max(1.0, round(point.size / largest * TALLEST, 1))
        x = index * SLOT + (SLOT - BAR) / 2
        bars.append(Bar(x, BASE - height, height, point.words, point.label, point.dates, point.now))
    return Chart(tuple(bars), sentence)


@dataclass(frozen=True)
class Share:
    """One line of a list of shares: label, number, length of its bar in percent, where a click leads."""

    label: str
    number: int
    whole: int
    url: str = ""

    @property
    def percent(self) -> float:
        return round(100 * self.number / self.whole, 1) if self.whole else 0
