"""PURE: the month form of the attendance sheet: 姓名 × 1 … 31, one table a month, often one a village.

The month stands in the title above the table (大同村2026年10月考勤表), on the tab, or in the file's name. Days are
written 1, 1日, 10月1日, with the weekday beside or below, and may have two columns, 上午 and 下午.
"""

import re
from collections.abc import Iterable
from datetime import date

from attendance.columns import ID_NUMBER, NAME, TEAM_ROLE, VILLAGE, WHO, dated_header, spoken_day
from cadres.roster.columns import ColumnTable
from townships.periods import Month

_WEEKDAY = r"(?:\(?(?:星期|周|礼拜)?[一二三四五六日天]\)?)"
_DAY = re.compile(rf"{_WEEKDAY}?(\d{{1,2}})[日号]?{_WEEKDAY}?(上午|下午|上|下|AM|PM|am|pm)?")
_HALVES = {"上": "am", "A": "am", "a": "am", "下": "pm", "P": "pm", "p": "pm"}
_YEAR_AND_MONTH = re.compile(r"(20\d{2})\s*[年.\-/_]\s*(1[0-2]|0?[1-9])(?!\d)\s*月?")
_JOINED_MONTH = re.compile(r"(?<!\d)(20\d{2})(0[1-9]|1[0-2])(?!\d)")
_MONTH_ALONE = re.compile(r"(?<!\d)(1[0-2]|0?[1-9])\s*月")
ENOUGH_DAYS = 7
"""A table with fewer days of a month is none: 1 2 3 may number its columns."""


def day_of_month(form: str) -> str | None:
    """Key of a day's column: "d5" or with a half "d5_am"; a whole date keeps its spelling (attendance.columns)."""
    if (found := _DAY.fullmatch(form)) and 1 <= int(found[1]) <= 31:
        half = _HALVES[found[2][0]] if found[2] else ""
        return f"d{int(found[1])}_{half}" if half else f"d{int(found[1])}"
    key = dated_header(form)
    return key if key is not None and key.startswith("on:") else None


MONTH_SHEET = ColumnTable(
    columns=(NAME, ID_NUMBER, VILLAGE, TEAM_ROLE),
    must=(WHO,),
    at_least=1 + ENOUGH_DAYS,
    other=day_of_month,
    spoken=spoken_day,
    titled=True,
)
"""月考勤表: 姓名 or 身份证号, and a column or two for each day of one month."""


def month_in(text: str) -> tuple[int | None, int] | None:
    """(year, month) of a title, a tab or a file name; the year is None where only 10月 is written."""
    for pattern in (_YEAR_AND_MONTH, _JOINED_MONTH):
        if found := pattern.search(text):
            return int(found[1]), int(found[2])
    found = _MONTH_ALONE.search(text)
    return (None, int(found[1])) if found else None


def month_of(texts: Iterable[str], *, year: int | None = None) -> Month | None:
    """The month that the first of `texts` names; a month without a year is one of `year`, or nobody knows which."""
    for text in texts:
        found = month_in(text)
        if found is not None and (found[0] or year):
            return Month(found[0] or year, found[1])
    return None


def month_days(keys: Iterable[str], month: Month) -> tuple[dict[str, tuple[date, str]], list[str]]:
    """Which day and half ("" for both) each day column means, and the columns of other months.

    A printed form has 31 columns whatever the month: those beyond its end are no days.
    """
    inside, outside = {}, []
    for key in keys:
        if key.startswith("on:"):
            written, _, half = key[3:].partition(":")
            ends = written.lstrip("-")
            day = next((day for day in month.days if day.isoformat().endswith(ends)), None)
            if day is None:
                outside.append(key)
            else:
                inside[key] = day, half
        elif key[0] == "d" and key[1:2].isdigit():
            number, _, half = key[1:].partition("_")
            if int(number) <= len(month.days):
                inside[key] = month.days[int(number) - 1], half
    return inside, outside
