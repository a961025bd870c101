"""Set the rules of a unit from a policy file, part by part; and say which are in force.

Source: contracts.md "Policy file"; house.md decisions 4 and 6. A version is never edited: the same document again
changes nothing, another one for the same day is a new revision.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from attendance.document_reader import InvalidDocument, Problem, Section
from attendance.models import AttendancePolicy, LeavePolicy, PolicyVersion
from attendance.policies import PolicyBook, attendance_book, leave_book, reference_policy
from attendance.policy_document import attendance_document, leave_document, parse_attendance, parse_leave
from reports.models import ScoringScheme
from reports.scheme_document import parse_scheme, scheme_document
from reports.schemes import scheme_book
from townships import audit
from townships.access import require
from townships.errors import Refused
from townships.models import AdministrativeUnit, User


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a policy file: where its versions live, how it is read, and how it is written out again."""

    model: type[PolicyVersion]
    parse: Callable[[Any], Any]
    write: Callable[[Any], dict]
    book: Callable[[str], PolicyBook]


PARTS = {
    "attendance": Part(AttendancePolicy, parse_attendance, attendance_document, attendance_book),
    "leave": Part(LeavePolicy, parse_leave, leave_document, leave_book),
    "scoring": Part(ScoringScheme, parse_scheme, scheme_document, scheme_book),
}


class PolicyRefused(Refused):
    """A policy file with faults; every one is named with its place."""

    code = "policy.invalid"
    message = "办法文件有误，未作任何改动，请按提示改正后重新提交。"


def set_policy(*, unit: AdministrativeUnit, document: Any, actor: User | None = None) -> dict:
    """Store the parts of a policy file as versions of ``unit``; the answer says for each part what was done.

    Raises PolicyRefused with every fault; then nothing is written.
    """
    require(actor, "manage_policy", unit)
    effective_from, parts = read_policy(document)
    with transaction.atomic():
        # One writer a unit, so that two files for one day cannot take the same revision.
        AdministrativeUnit.objects.select_for_update(no_key=True).get(pk=unit.pk)
        before = policy_in_force(unit=unit, day=effective_from)
        done = {name: _store(unit, effective_from, name, rules, actor) for name, rules in parts.items()}
        if any(each["outcome"] != "unchanged" for each in done.values()):
            details = {
                "effective_from": effective_from.isoformat(),
                **done,
                "before": {name: before[name] for name in parts},
                "after": {name: PARTS[name].write(rules) for name, rules in parts.items()},
            }
            audit.record(actor=actor, act="policy.set", unit=unit, subject=str(effective_from), details=details)
    return {"unit": unit.division_code, "effective_from": effective_from.isoformat(), "parts": done}


def read_policy(document: Any) -> tuple[date, dict[str, Any]]:
    """(effective date, rules by part) of a policy file. Raises PolicyRefused naming every fault."""
    problems: list[Problem] = []
    section = Section(document, "", problems)
    effective_from = _date(section)
    for remark in ("source", "origin"):  # said for people; show_policy prints the second
        section.raw(remark, None)
    parts = {}
    for name, part in PARTS.items():
        stated = section.raw(name, None)
        if stated is None:
            continue
        try:
            parts[name] = part.parse(stated)
        except InvalidDocument as invalid:
            problems += invalid.problems
    section.close()
    if not parts and not problems:
        section.refuse("", "policy.empty", "文件里没有 attendance、leave、scoring 中的任何一部分")
    if problems:
        first = problems[0]
        errors = [{"path": p.path, "code": p.code, "message": p.message} for p in problems]
        raise PolicyRefused(f"{PolicyRefused.message}{first.path}：{first.message}。", errors=errors)
    return effective_from, parts


def _date(section: Section) -> date | None:
    text = section.text("effective_from")
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        day = None
    # fromisoformat also takes 20260101 and 2026-W01-1; the contract has one form
    if text and (day is None or day.isoformat() != text):
        section.refuse("effective_from", "policy.date", "生效日期应写成 2026-01-01")
    return day


def _store(unit: AdministrativeUnit, effective_from: date, name: str, rules: Any, actor: User | None) -> dict:
    part = PARTS[name]
    document = part.write(rules)
    newest = part.model.objects.filter(unit=unit, effective_from=effective_from).order_by("-revision").first()
    if newest is not None and newest.document == document:
        return {"outcome": "unchanged", "revision": newest.revision}
    row = part.model(
        unit=unit,
        effective_from=effective_from,
        revision=newest.revision + 1 if newest else 1,
        document=document,
        set_by=actor,
    )
    if name == "scoring":
        row.name, row.version = rules.name, rules.version
    row.full_clean()
    row.save()
    return {"outcome": "revised" if newest else "created", "revision": row.revision}


def policy_in_force(*, unit: AdministrativeUnit, day: date) -> dict:
    """The rules of a unit on a day in the form of a policy file, with the origin of each part.

    ``effective_from`` is the day since which exactly these have been in force together.
    """
    in_force = {name: part.book(unit.path).at(unit.path, day) for name, part in PARTS.items()}
    since = [each.row.effective_from for each in in_force.values() if each.row]
    return {
        "effective_from": max(since).isoformat() if since else reference_policy()["effective_from"],
        **{name: PARTS[name].write(each.rules) for name, each in in_force.items()},
        "origin": {name: _origin(each.row) for name, each in in_force.items()},
    }


def _origin(row: PolicyVersion | None) -> dict:
    if row is None:
        return {"unit": None, "name": "默认", "effective_from": None, "revision": None}
    return {
        "unit": row.unit.division_code if row.unit else None,
        "name": row.unit.name if row.unit else "默认",
        "effective_from": row.effective_from.isoformat(),
        "revision": row.revision,
    }
