"""PURE: header names of three evidence files: weekly sheet, leave ledger, spot-check ledger.

Rule source: contracts.md (Weekly sheet, Check-ins, Leave ledger / spot-check ledger). The tables are read by
`cadres.roster.reader`; the first header of each column is the one our own templates use.
"""

import re
from datetime import date, timedelta

from cadres.roster.columns import Column, ColumnTable
from townships.periods import Week

NAME = Column("name", ("姓名", "队员姓名", "干部姓名", "员工姓名", "成员姓名", "人员姓名"))
ID_NUMBER = Column("id_number", ("身份证号", "身份证号码", "公民身份号码", "身份证"))
PHONE = Column("phone", ("手机", "手机号码", "手机号", "联系电话", "电话"))
VILLAGE = Column("village", ("驻村名称", "驻点村", "驻村", "所驻村", "派驻村", "驻村(社区)", "村", "村名", "村(社区)"))
TEAM_ROLE = Column("team_role", ("队内职务", "职务", "队员身份"))
WHO = frozenset({"name", "id_number"})

WEEKDAYS = "一二三四五六日"
HALVES = {"am": ("上午", "AM", "am", "上"), "pm": ("下午", "PM", "pm", "下")}
_SUNDAY = "日天七"
_WEEKDAY_HEADER = re.compile(r"(?:星期|周|礼拜)?([一二三四五六日天七])")
_NUMERIC_DATE = re.compile(r"(?:(\d{4})[-./年])?(\d{1,2})[-./月](\d{1,2})日?(?:00:00:00)?")
_SERIAL = re.compile(r"([34567]\d{4})(?:\.0+)?")
_BRACKETED = re.compile(r"\((.*)\)|（(.*)）")
#: Day one of Excel's calendar, so that 46293 is 2026-09-28.
_EXCEL_EPOCH = date(1899, 12, 30)


def day_key(number: int, half: str = "") -> str:
    """Key of a weekday's column: 1 is Monday; with a half, of one of its two columns."""
    return f"day{number}_{half}" if half else f"day{number}"


def _names_of_day(number: int) -> tuple[str, ...]:
    signs = _SUNDAY if number == 7 else WEEKDAYS[number - 1]
    return tuple(prefix + sign for sign in signs for prefix in ("星期", "周", "礼拜", ""))


DAY_COLUMNS = tuple(Column(day_key(number), _names_of_day(number)) for number in range(1, 8))


def _halves_under_days() -> dict[tuple[str, str], str]:
    """Two-level headers: 星期一 over 上午 and 下午."""
    return {
        (header, label): day_key(number, half)
        for number, column in enumerate(DAY_COLUMNS, start=1)
        for header in column.headers
        for half, labels in HALVES.items()
        for label in labels
    }


def dated_header(form: str) -> str | None:
    """Key of a day's column that no list can name: `9月28日`, `9.28(周一)`, a serial number, `周一上午`; else None.

    The key of a date spells the date, "on:2026-09-28" or "on:--09-28" where the year is not written, with a half behind it.
    """
    half = ""
    for key, labels in HALVES.items():
        for label in labels[:3]:
            if form.endswith((label, f"({label})")):
                half, form = key, form.removesuffix(f"({label})").removesuffix(label)
    plain = _BRACKETED.sub("", form)
    if serial := _SERIAL.fullmatch(plain):
        return _on((_EXCEL_EPOCH + timedelta(days=int(serial[1]))).isoformat(), half)
    weekday = _WEEKDAY_HEADER.fullmatch(plain)
    if weekday:
        sign = "日" if weekday[1] in _SUNDAY else weekday[1]
        return day_key(WEEKDAYS.index(sign) + 1, half)
    # 周一9.28 and 9月28日星期一 name the day twice; the date decides.
    plain = re.sub(r"(?:星期|周|礼拜)[一二三四五六日天]", "", plain)
    if found := _NUMERIC_DATE.fullmatch(plain):
        year, month, day = found[1] or "-", int(found[2]), int(found[3])
        return _on(f"{year}-{month:02d}-{day:02d}", half)
    return None


def _on(day: str, half: str) -> str:
    return f"on:{day}:{half}" if half else f"on:{day}"


_SPOKEN_HALVES = {"am": "上午", "pm": "下午", "": ""}


def spoken_day(key: str) -> str:
    """The words for a key of a day's column: day1_am is 星期一上午, d5 is 5日, on:--10-05:pm is 10-05下午."""
    if key.startswith("on:"):
        day, _, half = key[3:].partition(":")
        return day.lstrip("-") + _SPOKEN_HALVES[half]
    day, _, half = key.partition("_")
    words = f"星期{WEEKDAYS[int(day[3:]) - 1]}" if day.startswith("day") else f"{day[1:]}日"
    return words + _SPOKEN_HALVES[half]


WEEKLY_SHEET = ColumnTable(
    columns=(NAME, ID_NUMBER, VILLAGE, TEAM_ROLE, *DAY_COLUMNS),
    must=(WHO,),
    at_least=2,
    other=dated_header,
    joined=_halves_under_days(),
    spoken=spoken_day,
)
"""周考勤表: 姓名 or 身份证号, and the days as weekdays or dates, each one column or two halves."""

LEAVES = ColumnTable(
    columns=(
        NAME,
        ID_NUMBER,
        VILLAGE,
        Column("kind", ("请假类型", "请假类别", "假别", "类型", "请假种类")),
        Column("begins", ("开始时间", "开始日期", "请假开始时间", "起始时间", "起假时间")),
        Column("ends", ("结束时间", "结束日期", "请假结束时间", "截止时间", "终止时间")),
        Column("span", ("起止", "起止时间", "起止日期", "请假时间", "请假起止时间")),
        Column("state", ("状态", "审批状态", "审批结果")),
        Column("approver", ("审批人", "批准人", "审批领导", "批假人")),
        Column("returned", ("销假时间", "销假日期", "返岗时间", "返村时间", "归岗时间")),
        Column("reason", ("事由", "请假事由", "请假原因", "原因")),
        Column("destination", ("去向", "外出地点")),
    ),
    must=(WHO, frozenset({"begins", "span"})),
    at_least=3,
    joined={
        (parent, child): key
        for parent in ("起止时间", "请假时间", "请假起止时间")
        for key, children in {"begins": ("起", "自", "开始"), "ends": ("止", "至", "结束")}.items()
        for child in children
    },
)
"""请假台账: leave already approved on paper."""

SPOT_CHECKS = ColumnTable(
    columns=(
        NAME,
        ID_NUMBER,
        VILLAGE,
        Column("moment", ("抽查时间", "检查时间", "时间", "抽查日期", "检查日期"), required=True),
        Column("method", ("方式", "抽查方式", "检查方式"), required=True),
        Column("finding", ("结果", "抽查结果", "检查结果", "在岗情况"), required=True),
        Column("checker", ("检查人", "抽查人", "检查人员", "抽查人员")),
        Column("note", ("现场情况", "情况说明")),
        Column("remark", ("说明",)),
    ),
    must=(WHO, frozenset({"finding"})),
    at_least=3,
)
"""抽查台账."""


def sheet_days(keys: list[str], week: Week) -> tuple[dict[str, tuple[date, str]], list[str]]:
    """Which day and half ("" for both) each day column of a sheet means, and the columns of other weeks."""
    inside, outside = {}, []
    for key in keys:
        if key.startswith("day") and key[3:4].isdigit():
            inside[key] = (week.days[int(key[3]) - 1], key[5:])
        elif key.startswith("on:"):
            written, _, half = key[3:].partition(":")
            day = _in_week(written, week)
            if day is None:
                outside.append(key)
            else:
                inside[key] = (day, half)
    return inside, outside


def _in_week(written: str, week: Week) -> date | None:
    return next((day for day in week.days if day.isoformat().endswith(written.lstrip("-"))), None)
