"""What one roster row means for what is stored: a new person, a new posting, a change, nothing, a refusal.

Pure: takes stored persons and postings as they are (anything with the same attributes), writes nothing. Rules:
a person is known by his identity number; a row speaks about the posting in the same village that begins on the same
day or overlaps; a later period there is a posting of its own; a posting elsewhere in the same days refuses the row.
A blank cell, like a column that is not there, leaves what is stored: people send partial lists.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from cadres.roster.people import Entry
from townships.masking import masked_phone
from townships.receipts import Receipt

PERSON_FIELDS = ("name", "sex", "ethnicity", "birth_month", "political_status", "education", "major", "phone")
POSTING_FIELDS = ("position", "dispatch_level", "team_role", "lodging")


@dataclass(frozen=True, slots=True)
class Change:
    """One cell that differs from what is stored."""

    label: str
    old: str
    new: str


@dataclass(eq=False, slots=True)
class Verdict:
    """`kind` is new, changed, same or refused; the dictionaries hold the attributes to write.

    `receipts` are filled when it is written.
    """

    entry: Entry
    kind: str = "refused"
    village: Any = None
    cadre: Any = None
    posting: Any = None
    person: dict[str, Any] = field(default_factory=dict)
    service: dict[str, Any] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)


def judge(
    entry: Entry, *, village: Any, institution: Any, cadre: Any, postings: Sequence[Any], sees: Callable[[Any], bool]
) -> Verdict:
    """Compares one valid row with the stored person (None: unknown) and all his postings.

    `sees` tells whether the person importing may be told about a posting; what he may not see is neither named nor
    shown as an old value.
    """
    values = entry.values
    verdict = Verdict(entry, village=village, cadre=cadre)
    begins = dt.date.fromisoformat(values["start_date"])
    ends = dt.date.fromisoformat(values["end_date"]) + dt.timedelta(days=1) if "end_date" in values else None
    begins = _begins_here(village, postings, begins)
    verdict.posting = _same_service(postings, village.pk, begins, ends) if postings else None
    if verdict.posting is not None and ends is None:
        ends = verdict.posting.ends
    if _refuse_elsewhere(verdict, postings, begins, ends, sees):
        return verdict
    if village.ends is not None and (ends is None or ends > village.ends):
        day = village.ends - dt.timedelta(days=1)
        entry.refuse("date.invalid", f"{village.name}只用到 {day}：请写明结束时间，那天以后的另写一行", "end_date")
        return verdict
    if ends is not None and ends <= begins:
        entry.refuse(
            "date.invalid", f"晚于已登记的结束日期 {ends - dt.timedelta(days=1)}：请同时填写新的结束时间", "start_date"
        )
        return verdict
    if cadre is None or verdict.posting is None:
        verdict.kind = "new"
    if not any(posting.begins > begins and not sees(posting) for posting in postings):
        # Of somebody who has gone on to a place out of sight, only the time here may be put right.
        latest = max(postings, key=lambda posting: posting.begins, default=None)
        _compare_person(verdict, hidden=latest is None or not sees(latest))
    _compare_service(verdict, institution, begins, ends)
    if verdict.kind == "refused":
        verdict.kind = "changed" if verdict.person or verdict.service else "same"
    return verdict


def _overlap(posting: Any, begins: dt.date, ends: dt.date | None) -> bool:
    return (ends is None or posting.begins < ends) and (posting.ends is None or begins < posting.ends)


def _begins_here(village: Any, postings: Sequence[Any], begins: dt.date) -> dt.date:
    """The first day written; of somebody who came to the village when it was still another unit, the day it became this."""
    since = village.begins
    if since is not None and begins < since and any(p.village_id == village.pk and p.begins == since for p in postings):
        return since
    return begins


def _same_service(postings: Sequence[Any], village_pk: int, begins: dt.date, ends: dt.date | None) -> Any:
    """The stored posting a row speaks about: same village and same first day, else the latest that overlaps."""
    here = [posting for posting in postings if posting.village_id == village_pk]
    exact = [posting for posting in here if posting.begins == begins]
    overlapping = sorted((p for p in here if _overlap(p, begins, ends)), key=lambda p: p.begins)
    return (exact or overlapping[-1:] or [None])[0]


def _refuse_elsewhere(
    verdict: Verdict, postings: Sequence[Any], begins: dt.date, ends: dt.date | None, sees: Callable[[Any], bool]
) -> bool:
    for posting in postings:
        if posting is verdict.posting or not _overlap(posting, begins, ends):
            continue
        if sees(posting):
            until = f" 至 {posting.ends - dt.timedelta(days=1)}" if posting.ends else " 起"
            where = f"{posting.begins}{until}在{posting.village.name}驻村"
            advice = f"这个人 {where}，与本行时间重叠：请先结束原来的派驻或办理调整，再导入"
        else:
            advice = "这个人在您管理范围以外已有派驻，时间与本行重叠：请联系上级组织部门核实，结束原来的派驻后再导入"
        verdict.entry.refuse("cadre.posted_elsewhere", advice, "id_number")
        return True
    return False


def _compare_person(verdict: Verdict, *, hidden: bool) -> None:
    values, cadre = verdict.entry.values, verdict.cadre
    for key in PERSON_FIELDS:
        if key not in values:
            continue
        old = getattr(cadre, key) if cadre is not None else ""
        if old != values[key]:
            verdict.person[key] = values[key]
            if cadre is not None:
                _note(verdict, key, "(不在您的管理范围内)" if hidden else _masked(key, old), values[key])


def _masked(key: str, old: str) -> str:
    """Stored telephone numbers are shown masked; what is written in the file the reader has before him."""
    return masked_phone(old) if key == "phone" else old


def _compare_service(verdict: Verdict, institution: Any, begins: dt.date, ends: dt.date | None) -> None:
    entry, posting = verdict.entry, verdict.posting
    wanted: dict[str, Any] = {key: entry.values[key] for key in POSTING_FIELDS if key in entry.values}
    wanted |= {"begins": begins, "ends": ends, "dispatching_institution": institution}
    if entry.extra:
        wanted["extra"] = {**posting.extra, **entry.extra} if posting is not None else entry.extra
    if posting is None:
        verdict.service = wanted
        return
    for key, new in wanted.items():
        old = getattr(posting, key)
        if old != new:
            verdict.service[key] = new
            _note_service(verdict, key, old, new)


def _note_service(verdict: Verdict, key: str, old: Any, new: Any) -> None:
    if key == "extra":
        for header, text in new.items():
            if old.get(header) != text:
                verdict.changes.append(Change(header, old.get(header, ""), text))
    elif key == "begins":
        _note(verdict, "start_date", old.isoformat(), new.isoformat())
    elif key == "ends":
        _note(verdict, "end_date", _last_day(old), _last_day(new))
    elif key == "dispatching_institution":
        _note(verdict, key, old.name if old else "", new.name)
    else:
        _note(verdict, key, old, new)


def _last_day(ends: dt.date | None) -> str:
    return (ends - dt.timedelta(days=1)).isoformat() if ends else ""


def _note(verdict: Verdict, key: str, old: str, new: str) -> None:
    verdict.changes.append(Change(verdict.entry.row.table.columns.label(key), old, new))
