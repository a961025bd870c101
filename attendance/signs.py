"""PURE: how a day of the ledger is shown: a sign, a word and a tone for each half, and why."""

from collections.abc import Iterable
from datetime import date

from attendance.ledger import ABSENT, LEAVE, OFFICIAL_TRIP, PENDING, PRESENT, REST, DayLine

SIGNS = {PRESENT: "√", LEAVE: "△", OFFICIAL_TRIP: "○", ABSENT: "×", REST: "休", PENDING: "·"}
WORDS = {PRESENT: "在村", LEAVE: "请假", OFFICIAL_TRIP: "公差", ABSENT: "缺勤", REST: "休息", PENDING: "未到时间"}
FLAG_WORDS = {
    "contradicted": "抽查不在岗，与签到或打卡不符",
    "disputed": "考勤表、打卡或抽查说法不一",
    "late_upload": "打卡是补传的",
    "leave_unapproved": "考勤表记请假，没有批准",
    "no_check_in": "没有打卡",
    "outside_fence": "打卡在范围以外",
    "unsigned": "考勤表没有签",
}
#: Flags that say sources disagree; the others are things to put right.
SERIOUS = frozenset({"contradicted", "disputed"})
MISSING = frozenset({"unsigned", "no_check_in"})


def words_of(am: str, pm: str, flags: Iterable[str] = ()) -> str:
    """上午在村，下午公差；没有打卡"""
    halves = WORDS[am] if am == pm else f"上午{WORDS[am]}，下午{WORDS[pm]}"
    return "；".join([halves, *(FLAG_WORDS[flag] for flag in flags)])


def day_cell(line: DayLine, today: date) -> dict:
    """One day for a template: signs of both halves with their tones, words, whether sources disagree.

    What is missing is pointed at only once the day is over: the evening may still bring it.
    """
    flags = [flag for flag in line.flags if line.day < today or flag not in MISSING]
    return {
        "day": line.day,
        "am": {"sign": SIGNS[line.am], "tone": line.am},
        "pm": {"sign": SIGNS[line.pm], "tone": line.pm},
        "same": line.am == line.pm,
        "words": words_of(line.am, line.pm, flags),
        "serious": bool(SERIOUS.intersection(line.flags)),
        "flagged": bool(flags),
        "required": line.required,
    }


def standing(line: DayLine) -> str:
    """What one word says of a person's day: present before trip before leave; else rest, or unknown."""
    for status in (PRESENT, OFFICIAL_TRIP, LEAVE):
        if status in (line.am, line.pm):
            return status
    return REST if line.am == line.pm == REST else "unknown"
