"""PURE: weeks, months and intervals as the offices count them.

ISO weeks, Monday first; a week belongs to the month of its Thursday (ISO 8601), so 29 June 2026
counts for July. Intervals are half-open. All dates are dates of Asia/Shanghai.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
#: A check-in before this hour belongs to the evening before.
DAY_STARTS_AT_HOUR = 4
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


class BadPeriod(ValueError):
    """Not a week (YYYY-Www) or a month (YYYY-MM)."""


def now() -> datetime:
    return datetime.now(SHANGHAI)


def today() -> date:
    return now().date()


def days_between(first: date, last: date) -> tuple[date, ...]:
    """Every day from `first` to `last`, both included."""
    return tuple(first + timedelta(days=n) for n in range((last - first).days + 1))


def chinese_date(day: date, *, weekday: bool = False) -> str:
    """2026年11月2日 (GB/T 9704-2012, 7.3.5.4: Arabic figures, no leading zero)."""
    text = f"{day.year}年{day.month}月{day.day}日"
    return f"{text}({WEEKDAYS[day.weekday()]})" if weekday else text


def business_day(moment: datetime) -> tuple[date, int]:
    """(day, minutes after that day's midnight) a moment belongs to; 00:30 gives the evening before and 1470."""
    local = moment.astimezone(SHANGHAI)
    minute = local.hour * 60 + local.minute
    if local.hour < DAY_STARTS_AT_HOUR:
        return local.date() - timedelta(days=1), minute + 24 * 60
    return local.date(), minute


@dataclass(frozen=True, order=True)
class Week:
    """An ISO week."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> "Week":
        match = re.fullmatch(r"(\d{4})-W(\d{2})", text or "")
        if not match:
            raise BadPeriod(text)
        week = cls(int(match[1]), int(match[2]))
        try:
            date.fromisocalendar(week.year, week.number, 1)
        except ValueError as error:
            raise BadPeriod(text) from error
        return week

    @classmethod
    def of(cls, day: date) -> "Week":
        year, number, _ = day.isocalendar()
        return cls(year, number)

    def __str__(self) -> str:
        return f"{self.year:04d}-W{self.number:02d}"

    @cached_property
    def monday(self) -> date:
        return date.fromisocalendar(self.year, self.number, 1)

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)

    @property
    def thursday(self) -> date:
        return self.monday + timedelta(days=3)

    @property
    def days(self) -> tuple[date, ...]:
        return days_between(self.monday, self.sunday)

    @property
    def month(self) -> "Month":
        return Month.of(self.thursday)

    @property
    def label(self) -> str:
        first, last = self.monday, self.sunday
        return f"第{self.number}周({first.month}.{first.day}–{last.month}.{last.day})"

    def is_over(self, day: date) -> bool:
        return day > self.sunday

    def shifted(self, weeks: int) -> "Week":
        return Week.of(self.monday + timedelta(weeks=weeks))


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> "Month":
        match = re.fullmatch(r"(\d{4})-(\d{2})", text or "")
        if not match or not 1 <= int(match[2]) <= 12 or int(match[1]) < 1:
            raise BadPeriod(text)
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: date) -> "Month":
        return cls(day.year, day.month)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"

    @property
    def first(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        return self.shifted(1).first - timedelta(days=1)

    @property
    def days(self) -> tuple[date, ...]:
        return days_between(self.first, self.last)

    @property
    def label(self) -> str:
        return f"{self.year}年{self.number}月"

    @cached_property
    def weeks(self) -> tuple[Week, ...]:
        """The weeks whose Thursday lies in the month."""
        return tuple(dict.fromkeys(Week.of(day) for day in self.days if day.weekday() == 3))

    def shifted(self, months: int) -> "Month":
        years, index = divmod(self.number - 1 + months, 12)
        return Month(self.year + years, index + 1)


def week_of(day: date) -> Week:
    return Week.of(day)
