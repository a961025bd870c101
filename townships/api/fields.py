"""Kinds of values that the API reads and writes, each checked in one place."""

from datetime import date, datetime
from typing import Annotated

from django.utils import timezone
from pydantic import AfterValidator, AwareDatetime, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from townships.api.answers import OWN
from townships.periods import BadPeriod, Month, Week

FIRST_YEAR, LAST_YEAR = 2000, 2099


def wrong(kind: str, sentence: str) -> PydanticCustomError:
    """A check of ours failed; the sentence reaches the caller as it is."""
    return PydanticCustomError(OWN + kind, sentence)


def text(most: int, least: int = 0):
    """Text of at most so many characters. No NUL, which PostgreSQL does not store."""
    return Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=least, max_length=most, pattern=r"^[^\x00]*$")
    ]


def _known_year(value):
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise wrong("year", f"年份要在 {FIRST_YEAR} 到 {LAST_YEAR} 之间。")
    return value


def _week(value: str) -> str:
    try:
        return str(Week.parse(value))
    except BadPeriod:
        raise wrong("week", "周要写成 2026-W45 这样。") from None


def _month(value: str) -> str:
    try:
        return str(Month.parse(value))
    except BadPeriod:
        raise wrong("month", "月份要写成 2026-10 这样。") from None


def _code(value: str) -> str:
    if not (len(value) == 12 and value.isascii() and value.isdigit()):
        raise wrong("unit", "区划代码是 12 位数字。")
    return value


UnitCode = Annotated[
    str,
    AfterValidator(_code),
    WithJsonSchema({"type": "string", "pattern": r"^\d{12}$", "examples": ["459901101000"]}),
]
WeekText = Annotated[
    str,
    AfterValidator(_week),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-W\d{2}$", "examples": ["2026-W45"]}),
]
MonthText = Annotated[
    str,
    AfterValidator(_month),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d{2}$", "examples": ["2026-10"]}),
]
Day = Annotated[date, AfterValidator(_known_year)]
#: A moment that comes in: it names its offset.
MomentIn = Annotated[AwareDatetime, AfterValidator(_known_year)]
#: A moment that goes out: in Shanghai's time, as the offices read it.
Moment = Annotated[datetime, AfterValidator(timezone.localtime)]
