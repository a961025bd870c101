"""PURE: the layouts in which DingTalk and WeCom export check-ins, and the days and times they hold.

Records: one row a punch (钉钉 原始记录, 企业微信 打卡详情, any app). Days: one row a person and day with 上班1, 下班1 … or
all times in one cell (钉钉 每日统计, 企业微信 概况统计与打卡明细). Grid: one row a person, a column a day, the times of the
day in its cell (钉钉 打卡时间, 企业微信 打卡时间记录); DingTalk writes 六 and 日 instead of the number of a weekend, so the
title's 统计日期 and the place of a column say which day it is. Real title rows and headers are in tests/attendance/exports.py.
"""

import enum
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from attendance.columns import ID_NUMBER, NAME, PHONE, VILLAGE
from cadres.roster.columns import Column, ColumnTable, compact
from cadres.roster.headers import Header

_DAY_HEADER = re.compile(r"(?:打卡时间(?:记录)?)?(\d{1,2})[日号]?(?:\(?(?:星期|周)[一二三四五六日天]\)?)?")
_WEEKDAY_HEADER = re.compile(r"(?:星期|周)?[一二三四五六日天]")
_SHIFT_HEADER = re.compile(r"(上班|下班)([1-9]?)(?:打卡)?(时间|结果|状态)")
_SHIFTS = {"上班": "on", "下班": "off"}
_ENOUGH_DAYS = 5
MONTHLY = "月度汇总"
"""Sums of a month, without any time: nothing to bring in."""

SLOTS = tuple(f"slot{number}" for number in range(1, 32))
SHIFTS = tuple(f"{shift}{number}" for number in ("", *range(1, 5)) for shift in ("on", "off"))
TIMES = frozenset(f"{shift}:time" for shift in SHIFTS)


def punch_header(form: str) -> str | None:
    """Key of a column that no list can name: a day of the grid, 上班1打卡时间, 下班1打卡结果; else None."""
    if (found := _DAY_HEADER.fullmatch(form)) and 1 <= int(found[1]) <= 31:
        return f"slot{int(found[1])}"
    if found := _SHIFT_HEADER.fullmatch(form):
        what = "time" if found[3] == "时间" else "result"
        return f"{_SHIFTS[found[1]]}{found[2]}:{what}"
    return None


def spoken(key: str) -> str:
    """The words for a key that `punch_header` made."""
    if key.startswith("slot"):
        return f"{key[4:]}日的打卡时间"
    shift, _, what = key.partition(":")
    word = "上班" if shift.startswith("on") else "下班"
    return f"{word}{shift.lstrip('onf')}打卡{'时间' if what == 'time' else '结果'}"


CHECK_INS = ColumnTable(
    columns=(
        NAME,
        ID_NUMBER,
        PHONE,
        VILLAGE,
        # What only an app writes: by these the import page tells an app's grid from a month's sheet.
        Column("app", ("UserId", "账号", "考勤组")),
        Column("department", ("部门", "所在部门")),
        Column("moment", ("时间", "打卡时间", "实际打卡时间", "签到时间", "考勤时间", "打卡日期时间")),
        Column("day", ("日期", "考勤日期", "打卡日期", "签到日期")),
        Column("times", ("打卡时间记录", "全部打卡时间", "打卡时间明细")),
        Column("longitude", ("经度", "GPS经度")),
        Column("latitude", ("纬度", "GPS纬度")),
        Column("place", ("地点", "打卡地点", "打卡地址", "签到地点", "签到地址", "位置", "地址", "详细地址")),
        Column("outcome", ("打卡结果", "考勤结果", "打卡状态", "签到状态", "状态", "结果")),
        Column("datum", ("坐标系", "坐标类型")),
        Column("accuracy", ("精度", "定位精度", "精度(米)", "定位精度(米)")),
    ),
    must=(frozenset({"name", "id_number", "phone"}), frozenset({"moment", "day", "times", *SLOTS, *TIMES})),
    at_least=2,
    other=punch_header,
    spoken=spoken,
)
"""打卡记录 exported from an app. 日期 and 打卡时间 may be two columns."""


class Layout(enum.Enum):
    RECORDS = "records"
    DAYS = "days"
    GRID = "grid"
    SUMS = "sums"


def layout_of(header: Header, titles: Iterable[str]) -> Layout:
    if any(MONTHLY in title for title in titles):
        return Layout.SUMS
    keys = header.keys.keys()
    if len(keys & set(SLOTS)) >= _ENOUGH_DAYS:
        return Layout.GRID
    if keys & TIMES or ("times" in keys and keys & {"day", "moment"}):
        return Layout.DAYS
    return Layout.RECORDS


# --- which day a column of the grid is

_FULL_DATE = re.compile(r"(20\d{2})[-./年](\d{1,2})[-./月](\d{1,2})")
_JOINED_DATE = re.compile(r"(?<!\d)(20\d{2})(\d{2})(\d{2})(?!\d)")
_SPAN_WITHOUT_YEAR = re.compile(r"统计时间:(\d{1,2})[-./](\d{1,2})[~～-]")


def first_day(texts: Iterable[str]) -> date | None:
    """The first day that a title (统计日期：2026-08-01 至 2026-08-20) or a file name (…_20260801-20260820) names."""
    said = [compact(text) for text in texts]
    for text in sorted((text for text in said if "生成时间" not in text), key=lambda text: "统计" not in text):
        made = _FULL_DATE.search(text)
        if (span := _SPAN_WITHOUT_YEAR.search(text)) and made:
            # 统计时间:12-29～01-04 制表时间:2026-01-05: the span begins before it was made.
            begins, until = (int(span[1]), int(span[2])), (int(made[2]), int(made[3]))
            return _date(int(made[1]) - (begins > until), *begins)
        found = made or _JOINED_DATE.search(text)
        if found and (day := _date(*map(int, found.groups()))):
            return day
    return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def grid_days(header: Header, begins: date) -> dict[int, date] | None:
    """Column → its day, from the first day of the title on; None where the numbers in the header contradict it."""
    numbers = {header.keys[key]: int(key[4:]) for key in header.keys if key.startswith("slot")}
    weekends = {index for label, index in header.extras.items() if _WEEKDAY_HEADER.fullmatch(_last_name(label))}
    columns = _unbroken(sorted(numbers.keys() | weekends), min(numbers))
    offset, number = next((at, numbers[index]) for at, index in enumerate(columns) if index in numbers)
    first = next((d for d in map(begins.__add__, map(timedelta, range(-1, 63))) if d.day == number), None)
    if first is None:
        return None
    days = {index: first + timedelta(days=at - offset) for at, index in enumerate(columns)}
    agree = all(days[index].day == number for index, number in numbers.items() if index in days)
    return days if agree and numbers.keys() <= days.keys() else None


def _last_name(label: str) -> str:
    """打卡时间/六(2), as the reader tells columns of one name apart, is a 六."""
    return label.rpartition("/")[2].split("(")[0]


def _unbroken(columns: Sequence[int], around: int) -> list[int]:
    """The columns side by side of which `around` is one: a 六 elsewhere is no day."""
    at = columns.index(around)
    first = at
    while first and columns[first - 1] == columns[first] - 1:
        first -= 1
    last = at
    while last + 1 < len(columns) and columns[last + 1] == columns[last] + 1:
        last += 1
    return list(columns[first : last + 1])


# --- the times in a cell

NO_PUNCH = re.compile("缺卡|未打卡|未签到|补卡|无效|失效")
"""What apps write beside a time at which nobody punched: the time it was due (缺卡), or granted afterwards (补卡)."""
NOTHING = frozenset({"", "-", "--", "—", "——", "/", "无"})
_TIME = re.compile(r"(次日)?(\d{1,2}):(\d{2})(?::\d{2})?(\(.*\)|[^\d:()]+)?")
_SPAN = re.compile("到|至|请假|出差|外出|公出|加班")
"""请假10-08 08:30到10-08 17:30: the times of a leave are no punches."""
_BETWEEN = re.compile(r"[\s、,，;；|]+")


@dataclass(frozen=True)
class Clock:
    """A time of day as hours and minutes from midnight of the row's day; more than 24 hours after 次日."""

    hour: int
    minute: int

    @property
    def since_midnight(self) -> timedelta:
        return timedelta(hours=self.hour, minutes=self.minute)


def clocks_in(cell: object) -> list[Clock]:
    """The times of a day in one cell: `08:12\\n18:03`, `08:55(正常)、次日01:10(外勤)`; other words are no times."""
    if isinstance(cell, float) and 0 <= cell < 1:
        return [Clock(*divmod(round(cell * 24 * 60), 60))]
    if not isinstance(cell, str):
        hour, minute = getattr(cell, "hour", None), getattr(cell, "minute", None)
        return [] if hour is None else [Clock(hour, minute)]
    text = cell.replace("：", ":").replace("（", "(").replace("）", ")").replace("次日 ", "次日")
    found = []
    if _SPAN.search(text):
        return found
    for word in _BETWEEN.split(text.strip()):
        match = _TIME.fullmatch(word)
        if match and not NO_PUNCH.search(match[4] or "") and int(match[2]) < 24 and int(match[3]) < 60:
            found.append(Clock(int(match[2]) + (24 if match[1] else 0), int(match[3])))
    return found
