"""One cell's normal form, by column of the roster. Pure: no Django.

Each function takes a raw cell (text, number, date, None) and gives text, "" for a blank; what has no normal form raises
`Invalid` with the contract's code. All are idempotent. Dates are in `dates`, numbers of identity and telephone in
`identity`, closed lists in `choices`, villages in `villages`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from cadres.roster import choices, dates, identity
from cadres.roster.errors import Invalid
from cadres.roster.text import as_text, bare, tidy

_DOTS = re.compile("[.·•・･‧∙⋅●。｡﹒᛫⸱ꞏ·◦・․]+")
_PLAIN_NAME = re.compile("[\u4e00-\u9fa5]{2,10}")
_SPACE_BETWEEN_CHINESE = re.compile("(?<=[^\u0020-\u007e]) | (?=[^\u0020-\u007e])")
_NOTHING = frozenset({"/", "-", "--", "—", "——", "无", "暂无", "\\"})

LONGEST = {
    "name": 50,
    "major": 60,
    "dispatching_institution": 100,
    "position": 100,
    "team_role": 40,
    "lodging": 60,
}
"""Characters that fit; a longer cell is refused, never cut."""


def _fits(key: str, text: str) -> str:
    if len(text) > LONGEST[key]:
        raise Invalid("value.too_long", f"有 {len(text)} 个字，最多 {LONGEST[key]} 个字：请缩短后重新填写")
    return text


def name(raw: object) -> str:
    """A name without any space; separating dots become `·` (买买提·艾力)."""
    text = as_text(raw)
    if _PLAIN_NAME.fullmatch(text):
        return text
    return _fits("name", _DOTS.sub("·", bare(text)).strip("·"))


@lru_cache(maxsize=8192, typed=True)
def institution(raw: object) -> str:
    """An institution's name; spaces only between Latin words."""
    return _fits("dispatching_institution", _free_text(raw))


def institution_key(text: str) -> str:
    """What two spellings of one institution have in common."""
    return bare(text)


@lru_cache(maxsize=8192, typed=True)
def village(raw: object) -> str:
    """A village's name as it is looked up: without any space."""
    return bare(as_text(raw))


@lru_cache(maxsize=8192, typed=True)
def major(raw: object) -> str:
    return _fits("major", _free_text(raw))


@lru_cache(maxsize=8192, typed=True)
def position(raw: object) -> str:
    return _fits("position", _free_text(raw))


@lru_cache(maxsize=8192, typed=True)
def lodging(raw: object) -> str:
    return _fits("lodging", _free_text(raw))


@lru_cache(maxsize=8192, typed=True)
def team_role(raw: object) -> str:
    text = choices.team_role(raw)
    return "" if text in _NOTHING else _fits("team_role", text)


def _free_text(raw: object) -> str:
    text = _SPACE_BETWEEN_CHINESE.sub("", tidy(as_text(raw)))
    return "" if text in _NOTHING else text


NORMAL_FORMS: dict[str, Callable[[object], str]] = {
    "name": name,
    "sex": choices.sex,
    "ethnicity": choices.ethnicity,
    "id_number": identity.id_number,
    "political_status": choices.political_status,
    "education": choices.education,
    "major": major,
    "dispatching_institution": institution,
    "position": position,
    "dispatch_level": choices.dispatch_level,
    "village": village,
    "team_role": team_role,
    "lodging": lodging,
}
"""Columns whose cell alone decides; dates also need the workbook's calendar, a phone cell may hold several numbers."""

DATE_FORMS: dict[str, Callable[..., str]] = {
    "birth_month": dates.birth_month,
    "start_date": dates.date,
    "end_date": dates.end_date,
}
