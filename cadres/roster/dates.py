"""Dates and months as people write them → `2026-03-01`, `1985-07`. Pure: no Django.

Read: real dates, Excel serial numbers (also of the 1904 calendar), `2026.3.1`, `2026-03-01`, `2026/3/1`, `20260301`,
`2026年3月1日`, with full-width signs and spaces anywhere; a time behind a date is dropped. A date needs its day: a month
alone does not say on which day a posting begins.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

from cadres.roster.errors import Invalid
from cadres.roster.text import as_text, bare

_YEARS = range(1900, 2101)
_SERIALS = (5_000, 80_000)
"""Excel serial numbers taken for dates: 1913 to 2119. Smaller numbers are years or slips of the pen."""
_EPOCH_1900 = dt.date(1899, 12, 30)
_DAYS_TO_1904 = 1_462

_SEP = r"[-./年、_\\‐–—−]"
_DATE = re.compile(rf"(\d{{4}}){_SEP}(\d{{1,2}})[-./月、_\\‐–—−](\d{{1,2}})[日号]?[.。]?")
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MONTH = re.compile(rf"(\d{{4}}){_SEP}(\d{{1,2}})月?(?:份)?[.。]?")
_MONTH_DIGITS = re.compile(r"(\d{4})(\d{2})")
_WITH_TIME = re.compile(r"^(\d{4}\D\d{1,2}\D\d{1,2}日?)[\sT]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?$")
_OPEN_END = frozenset({"至今", "现在", "目前", "在驻", "长期", "未定", "待定", "/", "-", "--", "—", "——", "无"})

_DATE_ADVICE = "不是日期：请写成 2026-03-01 这样的年月日"
_MONTH_ONLY = "只有年月，没有日：请写出是哪一天，如 2026-03-01"
_MONTH_ADVICE = "不是年月：请写成 1985-07 这样的年月"


@lru_cache(maxsize=8192, typed=True)
def date(raw: object, *, epoch_1904: bool = False) -> str:
    """`YYYY-MM-DD`, "" for a blank. Raises Invalid(date.invalid)."""
    if isinstance(raw, dt.date):
        return _checked(raw.year, raw.month, raw.day).isoformat()
    if isinstance(raw, int | float) and not isinstance(raw, bool) and _is_serial(raw):
        return _from_serial(raw, epoch_1904=epoch_1904).isoformat()
    text = _written(raw)
    if not text:
        return ""
    if match := _DATE.fullmatch(text) or _DIGITS.fullmatch(text):
        return _checked(*map(int, match.groups())).isoformat()
    if (match := _MONTH.fullmatch(text) or _MONTH_DIGITS.fullmatch(text)) and 1 <= int(match[2]) <= 12:
        raise Invalid("date.invalid", _MONTH_ONLY)
    if text.isdigit() and len(text) == 5:
        return _from_serial(int(text), epoch_1904=epoch_1904).isoformat()
    raise Invalid("date.invalid", _DATE_ADVICE)


@lru_cache(maxsize=2048, typed=True)
def end_date(raw: object, *, epoch_1904: bool = False) -> str:
    """The last day; 至今, 长期, — and the like mean that none is set yet."""
    if isinstance(raw, str) and bare(raw) in _OPEN_END:
        return ""
    return date(raw, epoch_1904=epoch_1904)


@lru_cache(maxsize=8192, typed=True)
def birth_month(raw: object, *, epoch_1904: bool = False) -> str:
    """`YYYY-MM`, "" for a blank. Raises Invalid(date.invalid)."""
    if isinstance(raw, dt.date):
        return _checked(raw.year, raw.month, raw.day).isoformat()[:7]
    if isinstance(raw, int | float) and not isinstance(raw, bool) and _is_serial(raw):
        return _from_serial(raw, epoch_1904=epoch_1904).isoformat()[:7]
    text = _written(raw)
    if not text:
        return ""
    if match := _MONTH.fullmatch(text) or _MONTH_DIGITS.fullmatch(text):
        year, month = int(match[1]), int(match[2])
        if year in _YEARS and 1 <= month <= 12:
            return f"{year:04d}-{month:02d}"
        raise Invalid("date.invalid", _MONTH_ADVICE)
    if match := _DATE.fullmatch(text) or _DIGITS.fullmatch(text):
        return _checked(*map(int, match.groups())).isoformat()[:7]
    if text.isdigit() and len(text) == 5:
        return _from_serial(int(text), epoch_1904=epoch_1904).isoformat()[:7]
    raise Invalid("date.invalid", _MONTH_ADVICE)


def may_be_october(raw: object) -> bool:
    """Whether the cell is the number 1985.1: 1985.10 typed into a number cell looks the same as January."""
    return isinstance(raw, float) and round(raw * 100) % 100 == 10 and round(raw * 100) == raw * 100


def _written(raw: object) -> str:
    text = as_text(raw)
    if match := _WITH_TIME.match(text.strip()):
        text = match[1]
    return bare(text)


def _is_serial(number: float) -> bool:
    return _SERIALS[0] <= number < _SERIALS[1]


def _from_serial(number: float, *, epoch_1904: bool) -> dt.date:
    if not _is_serial(number):
        raise Invalid("date.invalid", _DATE_ADVICE)
    day = _EPOCH_1900 + dt.timedelta(days=int(number) + (_DAYS_TO_1904 if epoch_1904 else 0))
    return _checked(day.year, day.month, day.day)


def _checked(year: int, month: int, day: int) -> dt.date:
    if year not in _YEARS:
        raise Invalid("date.invalid", "年份不对：请写四位数的年份，如 2026-03-01")
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise Invalid("date.invalid", f"没有 {year}年{month}月{day}日 这一天：请核对后改正") from None
