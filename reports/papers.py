"""From a stored bulletin to its paper: the plain values the documents print."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from reports.bulletin_content import people_by_key
from reports.documents.agency import agency_of
from reports.documents.paper import (
    BulletinPaper,
    PaperChange,
    PaperDeduction,
    PaperList,
    PaperRevision,
    PaperRow,
    PaperWeek,
)
from reports.models import Bulletin
from townships.periods import SHANGHAI, Month, Week

NARROW_LEVELS = ("village", "township")


def paper_of(bulletin: Bulletin) -> BulletinPaper:
    """The paper of a bulletin. Ask for `select_related("revises")` where there are several."""
    content = bulletin.content
    month = Month.parse(bulletin.month)
    rows = {key: _row(content, person) for key, person in people_by_key(content).items()}
    unit = content["unit"]
    return BulletinPaper(
        agency=agency_of(unit["level"], unit["name"], unit["parent"]),
        year=month.year,
        month=month.number,
        number=bulletin.number,
        issued_on=issued_on(bulletin),
        scheme=_scheme_name(content),
        weeks=tuple(_week(week) for week in content["weeks"]),
        dimensions=content["scheme"]["dimensions"],
        full_marks=Decimal(content["full_marks"]) if content["full_marks"] else None,
        ranking=tuple(row for row in rows.values() if row.place is not None),
        unranked=tuple(row for row in rows.values() if row.place is None),
        red=_list(content, "red", rows),
        black=_list(content, "black", rows),
        draft=bulletin.status == Bulletin.Status.DRAFT,
        revision=_revision(bulletin),
    )


def issued_on(bulletin: Bulletin) -> date:
    """The day on the paper: of publication, or of compiling while it is a draft."""
    return (bulletin.published_at or bulletin.compiled_at).astimezone(SHANGHAI).date()


def changes_between(before: dict, after: dict) -> tuple[PaperChange, ...]:
    """For whom two contents differ in total or place, in the order of the later one."""
    old, new = people_by_key(before), people_by_key(after)
    changes = []
    for key in [*new, *(key for key in old if key not in new)]:
        change = _change(old.get(key), new.get(key), after)
        if (change.total_before, change.place_before) != (change.total_after, change.place_after):
            changes.append(change)
    return tuple(changes)


def _change(old: dict | None, new: dict | None, content: dict) -> PaperChange:
    person = new or old
    return PaperChange(
        name=person["name"],
        village=_village(content, person),
        total_before=Decimal(old["total"]) if old else None,
        total_after=Decimal(new["total"]) if new else None,
        place_before=old["place"] if old else None,
        place_after=new["place"] if new else None,
    )


def _revision(bulletin: Bulletin) -> PaperRevision | None:
    former = bulletin.revises
    if former is None:
        return None
    changes = changes_between(former.content, bulletin.content)
    return PaperRevision(former.number, issued_on(former), bulletin.change_reason, changes)


def _row(content: dict, person: dict) -> PaperRow:
    return PaperRow(
        key=person["cadre"],
        name=person["name"],
        village=_village(content, person),
        totals={week: Decimal(score["total"]) for week, score in person["weeks"].items()},
        total=Decimal(person["total"]),
        deductions=tuple(_deductions(person["deductions"])),
        place=person["place"],
        shared=person.get("shared", False),
        reason=person.get("reason", ""),
    )


def _deductions(deductions: Iterable[dict]) -> Iterable[PaperDeduction]:
    for each in deductions:
        yield PaperDeduction(
            each["rule"],
            each["label"],
            each["dimension"],
            each["trigger"],
            each["count"],
            Decimal(each["points"]),
        )


def _village(content: dict, person: dict) -> str:
    """Above a township the township is named too: villages of one name are common."""
    if content["unit"]["level"] in NARROW_LEVELS:
        return person["village"]
    return person["township"] + person["village"]


def _list(content: dict, name: str, rows: dict[int, PaperRow]) -> PaperList:
    return PaperList(tuple(rows[key] for key in content[name]), undecided=name in content["needs_decision"])


def _scheme_name(content: dict) -> str:
    names = {scheme["name"] for scheme in content["scheme"]["versions"]}
    return names.pop() if len(names) == 1 else ""


def _week(text: str) -> PaperWeek:
    week = Week.parse(text)
    return PaperWeek(text, week.monday, week.sunday)
