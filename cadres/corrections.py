"""PURE: what a member may ask to have corrected about himself, and what an answer to it must not do.

Rule source: PIPL (everybody may have his own data put right); handbook, edge case 43 (an identity number corrected later
is the same person). The values are those of the roster, in the very same normal forms (cadres.roster).
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cadres.roster import dates, identity
from cadres.roster.columns import ROSTER
from cadres.roster.errors import Invalid
from cadres.roster.report import masked
from cadres.roster.values import NORMAL_FORMS

PERSON_FIELDS = (
    "name", "sex", "ethnicity", "birth_month", "id_number", "political_status", "education", "major", "phone",
)  # fmt: skip
POSTING_FIELDS = ("dispatching_institution", "position", "lodging", "start_date", "end_date")
"""What belongs to one posting. Village, role in the team and level are the office's to decide, not to correct."""

LABELS = {key: ROSTER.label(key) for key in (*PERSON_FIELDS, *POSTING_FIELDS)}
NEEDS_PROOF = frozenset({"id_number"})
#: Whoever may not see the number in full cannot compare it with the card.
NEEDS_IDENTITY = frozenset({"id_number"})

Span = tuple[dt.date, dt.date | None]
"""A posting's days: the first, and the day from which he is no longer there (None: open)."""


@dataclass(frozen=True)
class Wishes:
    """What differs from what is stored, by field in normal form; and what is wrong, by field in words."""

    wanted: dict[str, str]
    errors: dict[str, str]


def normal_form(key: str, raw: str) -> str:
    """The value as the roster import would store it; "" for a blank. Raises Invalid."""
    if key == "phone":
        number, several = identity.phone(raw)
        if several:
            raise Invalid("phone.multiple", "写了几个号码：请只填一个 11 位手机号")
        return number
    if key == "birth_month":
        return dates.birth_month(raw)
    if key == "start_date":
        return dates.date(raw)
    if key == "end_date":
        return dates.end_date(raw)
    return NORMAL_FORMS[key](raw)


def read_wishes(sent: Mapping[str, str], now: Mapping[str, str]) -> Wishes:
    """What is asked for: `now` are the stored values of the fields that may be asked for here.

    A blank and a value that is stored already ask for nothing.
    """
    wanted: dict[str, str] = {}
    errors: dict[str, str] = {}
    for key, raw in sent.items():
        if key not in now:
            errors[key] = "这一项不能申请更正，请联系党政办秘书。"
            continue
        try:
            value = normal_form(key, raw)
        except Invalid as invalid:
            errors[key] = invalid.advice.replace("重新上传", "重新填写") + "。"
            continue
        if value and value != now[key]:
            wanted[key] = value
    errors |= {key: said for key, said in _conflicts(wanted, now).items() if key not in errors}
    return Wishes({key: value for key, value in wanted.items() if key not in errors}, errors)


def _conflicts(wanted: Mapping[str, str], now: Mapping[str, str]) -> dict[str, str]:
    """The identity number wins over sex and birth month; a posting ends after it begins."""
    found = {}
    number = wanted.get("id_number") or now.get("id_number", "")
    for key, told_by in (("sex", identity.sex_of), ("birth_month", identity.birth_month_of)):
        if key in wanted and number and wanted[key] != (told := told_by(number)):
            found[key] = f"身份证号上是“{told}”，以身份证号为准；身份证号有误的，请申请更正身份证号。"
    if {"start_date", "end_date"} & set(wanted):
        first, last = (wanted.get(key) or now.get(key, "") for key in ("start_date", "end_date"))
        if last and last < first:
            key = "end_date" if "end_date" in wanted else "start_date"
            found[key] = "结束日期早于到村日期，请核对后重新填写。"
    return found


def along_with(key: str, value: str) -> dict[str, str]:
    """What else changes with a field: a new identity number says sex and birth month."""
    if key != "id_number":
        return {}
    return {"sex": identity.sex_of(value), "birth_month": identity.birth_month_of(value)}


def changed_meanwhile(key: str, *, then: str, now: str, wanted: str) -> str:
    """A sentence when the stored value is no longer the one the member saw; "" when nothing stands in the way."""
    if now in (then, wanted):
        return ""
    shown = masked(key, now) or "空"
    return f"“{LABELS[key]}”的现值已变为“{shown}”，与申请时不同，不能直接采纳：请核对后不予采纳，由本人按现值重新申请。"


def new_span(key: str, value: str, span: Span) -> Span:
    """The days of a posting after its first or last day is corrected; `value` is a date of the roster."""
    begins, ends = span
    day = dt.date.fromisoformat(value)
    return (day, ends) if key == "start_date" else (begins, day + dt.timedelta(days=1))


def span_obstacle(old: Span, new: Span, others: Iterable[Span], today: dt.date) -> str:
    """Why a posting's days cannot become `new`; "" when they can.

    A correction may add days, or move an end that is still to come. It takes no day away that is over: evidence of it
    would hang in the air.
    """
    if new[1] is not None and new[1] <= new[0]:
        return "结束日期早于到村日期，不能采纳。"
    if any(_overlap(new, other) for other in others):
        return "改后与本人另一段派驻的时间重叠，不能采纳：请先办理调整或结束那一段派驻。"
    if _days_lost(old, new, today):
        return "改后会去掉已经过去的驻村日子，这些日子已有考勤，不能直接采纳：确需更改的，请用“调整驻村”或在数据管理里结束派驻。"
    return ""


def _overlap(one: Span, other: Span) -> bool:
    return (one[1] is None or other[0] < one[1]) and (other[1] is None or one[0] < other[1])


def _days_lost(old: Span, new: Span, today: dt.date) -> bool:
    later_start = new[0] > old[0] and old[0] <= today
    last_past = today if old[1] is None else min(today, old[1] - dt.timedelta(days=1))
    earlier_end = new[1] is not None and new[1] <= last_past and old[0] <= last_past
    return later_start or earlier_end
