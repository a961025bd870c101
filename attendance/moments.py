"""PURE: one cell of an evidence file as a moment, a time of day or a half day. All times are Asia/Shanghai.

Rule source: contracts.md, Check-ins and Leave ledger / spot-check ledger (dates, or with 上午/下午).
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from attendance.leave import Half
from cadres.roster import dates
from cadres.roster.errors import Invalid
from cadres.roster.text import tidy
from townships.periods import SHANGHAI

MOMENT_ADVICE = "不是日期加时间：请写成 2026-10-06 14:05"
CLOCK_ADVICE = "不是时间：请写成 08:12"
HALF_DAY_ADVICE = "不是日期：请写成 2026-10-15，半天的写成 2026-10-15 上午"
NOON = time(12)
#: Where a ledger writes only the half, the check is kept at these times.
HALF_TIMES = {Half.AM: time(9), Half.PM: time(15)}

_HALF_WORDS = {"上午": Half.AM, "早上": Half.AM, "AM": Half.AM, "下午": Half.PM, "晚上": Half.PM, "PM": Half.PM}
_HALF = re.compile("|".join(_HALF_WORDS))
_CLOCK = re.compile(r"(\d{1,2})(?:[:时点](\d{1,2}))(?:[:分](\d{1,2}))?(?:\.\d+)?[分秒]?|(\d{1,2})[时点]整?")
_ZONE = re.compile(r"(Z|[+-]\d{2}:?\d{2})$")
_EXCEL_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a wall clock; the zone is put on at the end
_EPOCH_1904 = timedelta(days=1462)
NEXT_DAY = "次日"


class HalfDay(NamedTuple):
    day: date
    half: Half


def local(day: date, clock: time) -> datetime:
    """The moment of a wall clock of Asia/Shanghai."""
    return datetime.combine(day, clock, SHANGHAI)


def parse_moment(cell: object, *, epoch_1904: bool = False) -> datetime:
    """A date with a time of day. A bare half (2026-10-06 上午) gives the middle of it; a bare date is refused."""
    if isinstance(cell, datetime):
        return _with_zone(cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        moment = _from_serial(cell, epoch_1904=epoch_1904)
        if moment.time() != time(0):
            return moment
    if isinstance(cell, str):
        text = _folded(cell)
        if "T" in text and _ZONE.search(text):
            return _from_iso(text)
        day, half, clock = _parts(text, epoch_1904=epoch_1904)
        if clock is not None:
            return local(day, clock)
        if half is not None:
            return local(day, HALF_TIMES[half])
    raise Invalid("date.invalid", MOMENT_ADVICE)


def parse_clock(cell: object) -> timedelta:
    """A time of day as the distance from midnight; 次日 01:30 (the morning after) is more than a day."""
    if isinstance(cell, datetime | time):
        return timedelta(hours=cell.hour, minutes=cell.minute, seconds=cell.second)
    if isinstance(cell, timedelta) and timedelta(0) <= cell < timedelta(days=2):
        return cell
    if isinstance(cell, float) and 0 <= cell < 2:
        return timedelta(minutes=round(cell * 24 * 60))
    if isinstance(cell, str):
        text = _folded(cell)
        later = timedelta(days=1) if text.startswith(NEXT_DAY) else timedelta(0)
        half, rest = _take_half(text.removeprefix(NEXT_DAY))
        if clock := _clock(rest, half):
            return later + timedelta(hours=clock.hour, minutes=clock.minute, seconds=clock.second)
    raise Invalid("date.invalid", CLOCK_ADVICE)


def parse_half_day(cell: object, *, end: bool, epoch_1904: bool = False) -> HalfDay:
    """The half day a leave begins or ends with.

    A plain date begins in the morning and ends in the afternoon; a time goes by noon, and a leave up to
    12:00 ends with the morning.
    """
    whole = Half.PM if end else Half.AM
    try:
        if isinstance(cell, str):
            day, half, clock = _parts(_folded(cell), epoch_1904=epoch_1904)
        elif isinstance(cell, datetime):
            day, half, clock = cell.date(), None, cell.time()
        elif isinstance(cell, int | float) and not isinstance(cell, bool):
            moment = _from_serial(cell, epoch_1904=epoch_1904)
            day, half, clock = moment.date(), None, moment.time()
        else:
            day, half, clock = _date(cell, epoch_1904=epoch_1904), None, None
    except Invalid:
        raise Invalid("date.invalid", HALF_DAY_ADVICE) from None
    if half is None and clock and clock != time(0):
        before_noon = clock <= NOON if end else clock < NOON
        half = Half.AM if before_noon else Half.PM
    return HalfDay(day, half or whole)


def half_of(moment: datetime) -> Half:
    """Before 12:00 is the morning (contracts.md, Ledger 2c)."""
    return Half.AM if moment.astimezone(SHANGHAI).time() < NOON else Half.PM


def _folded(text: str) -> str:
    """Upper-case, full-width signs as ASCII, blanks single."""
    return tidy(text).upper()


def _date(raw: object, *, epoch_1904: bool) -> date:
    written = dates.date(raw, epoch_1904=epoch_1904)
    if not written:
        raise Invalid("date.invalid", HALF_DAY_ADVICE)
    return date.fromisoformat(written)


def _parts(text: str, *, epoch_1904: bool) -> tuple[date, Half | None, time | None]:
    half, rest = _take_half(text)
    clock = None
    if found := list(_CLOCK.finditer(rest)):
        clock = _clock(found[-1][0], half)
        if clock is None:
            raise Invalid("date.invalid", MOMENT_ADVICE)
        rest = rest[: found[-1].start()] + rest[found[-1].end() :]
    day = rest.strip().removesuffix("T")
    return _date(day, epoch_1904=epoch_1904), half, clock


def _take_half(text: str) -> tuple[Half | None, str]:
    found = _HALF.search(text)
    if not found:
        return None, text
    return _HALF_WORDS[found[0]], f"{text[: found.start()]} {text[found.end() :]}"


def _clock(text: str, half: Half | None) -> time | None:
    found = _CLOCK.fullmatch(text.strip())
    if not found:
        return None
    hour, minute, second = int(found[1] or found[4]), int(found[2] or 0), int(found[3] or 0)
    if half is Half.PM and hour < 12:
        hour += 12
    if hour > 23 or minute > 59 or second > 59:
        return None
    return time(hour, minute, second)


def _from_serial(number: float, *, epoch_1904: bool) -> datetime:
    if not 30_000 <= number < 80_000:
        raise Invalid("date.invalid", MOMENT_ADVICE)
    # Excel keeps a time as a fraction of a day, off by some microseconds: whole seconds are what was typed.
    moment = _EXCEL_EPOCH + timedelta(seconds=round(number * 86_400))
    return (moment + _EPOCH_1904 if epoch_1904 else moment).replace(tzinfo=SHANGHAI)


def _from_iso(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone(SHANGHAI)
    except ValueError:
        raise Invalid("date.invalid", MOMENT_ADVICE) from None


def _with_zone(moment: datetime) -> datetime:
    if moment.tzinfo:
        return moment.astimezone(SHANGHAI)
    return moment.replace(tzinfo=SHANGHAI, microsecond=0)


def utc_text(moment: datetime) -> str:
    """A moment as a stable text, for keys derived from it."""
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
