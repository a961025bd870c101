"""From a judged week to points: what each rule counts, what it takes off, what is left. Pure.

Source: contracts.md "Scoring". ``points × count`` for each rule, at most ``cap`` a week; a dimension never falls
below zero; the total is the sum of the dimensions. Triggers are independent of one another.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from attendance import ledger
from attendance.ledger import Judgement
from reports.scheme_document import HALF_DAY, MANUAL, Rule, Scheme

ZERO = Decimal(0)
CENT = Decimal("0.01")


class Event(NamedTuple):
    """Something that happened on a day and stands in a register: a talk, a meeting missed."""

    day: date
    id: int
    note: str = ""


class ManualEntry(NamedTuple):
    """Points that a person entered under a manual rule, with the reason."""

    day: date
    id: int
    rule: str
    points: Decimal
    reason: str


@dataclass(slots=True)
class Registers:
    """What counts for a member's week beside the ledger. Times do not matter here, only days."""

    talks: list[Event] = field(default_factory=list)
    meetings_missed: list[Event] = field(default_factory=list)
    manual: list[ManualEntry] = field(default_factory=list)


class Happening(NamedTuple):
    """What one trigger found in a week: how many days or events, how many halves, when, with what proof."""

    count: int
    halves: int
    dates: tuple[date, ...] = ()
    note: str = ""
    evidence: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Deduction:
    """Points taken off under one rule, after its cap, with dates, sentence and evidence (kind, id)."""

    rule: str
    label: str
    points: Decimal
    count: int
    dates: tuple[date, ...]
    note: str
    evidence: tuple[tuple[str, int], ...]

    def as_json(self) -> dict:
        return {
            "rule": self.rule,
            "label": self.label,
            "points": in_cents(self.points),
            "count": self.count,
            "dates": [day.isoformat() for day in self.dates],
            "note": self.note,
            "evidence": [list(item) for item in self.evidence],
        }


@dataclass(frozen=True, slots=True)
class DimensionScore:
    """What is left of one dimension."""

    base: Decimal
    score: Decimal
    deductions: tuple[Deduction, ...]

    def as_json(self) -> dict:
        return {
            "base": in_cents(self.base),
            "score": in_cents(self.score),
            "deductions": [deduction.as_json() for deduction in self.deductions],
        }


@dataclass(frozen=True)
class Score:
    """A member's week: total and dimensions, in the order of the scheme."""

    total: Decimal
    dimensions: Mapping[str, DimensionScore]

    def as_json(self) -> dict:
        """The ``dimensions`` of the contract."""
        return {key: dimension.as_json() for key, dimension in self.dimensions.items()}

    @cached_property
    def text(self) -> str:
        """``as_json`` written out, once."""
        return to_text(self.as_json())


to_text = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def in_cents(points: Decimal) -> str:
    """Points as the contract prints them: two decimals."""
    return str(points.quantize(CENT))


def score(scheme: Scheme, happenings: Mapping[str, Happening], manual: Iterable[ManualEntry] = ()) -> Score:
    """Judge a week by a scheme."""
    taken: dict[str, list[Deduction]] = {dimension.key: [] for dimension in scheme.dimensions}
    entries = tuple(manual)
    for rule in scheme.rules:
        deduction = _by_hand(rule, entries) if rule.trigger == MANUAL else _deduction(rule, happenings)
        if deduction is not None:
            taken[rule.dimension].append(deduction)
    dimensions = {
        d.key: DimensionScore(d.base, max(ZERO, d.base - sum(x.points for x in taken[d.key])), tuple(taken[d.key]))
        for d in scheme.dimensions
    }
    return Score(sum((d.score for d in dimensions.values()), ZERO), dimensions)


def _deduction(rule: Rule, happenings: Mapping[str, Happening]) -> Deduction | None:
    found = happenings.get(rule.trigger)
    if found is None:
        return None
    count = found.halves if rule.per == HALF_DAY else found.count
    if not count:
        return None
    points = _capped(rule, rule.points * count)
    return Deduction(rule.key, rule.label, points, count, found.dates, found.note, found.evidence)


def _by_hand(rule: Rule, entries: tuple[ManualEntry, ...]) -> Deduction | None:
    mine = sorted(entry for entry in entries if entry.rule == rule.key)
    if not mine:
        return None
    return Deduction(
        rule=rule.key,
        label=rule.label,
        points=_capped(rule, sum((entry.points for entry in mine), ZERO)),
        count=len(mine),
        dates=tuple(dict.fromkeys(entry.day for entry in mine)),
        note="；".join(entry.reason for entry in mine),
        evidence=tuple(("manual_item", entry.id) for entry in mine),
    )


def _capped(rule: Rule, points: Decimal) -> Decimal:
    return points if rule.cap is None else min(points, rule.cap)


def happenings(judged: Judgement, monday: date, registers: Registers | None = None) -> dict[str, Happening]:
    """What each trigger counts in a judged week; triggers that found nothing are left out.

    Nights that can still be kept are not short yet, so a week that is not over shows no deduction for its future.
    """
    found: dict[str, Happening] = {}
    for trigger, days in (("unsigned_day", judged.unsigned), ("missing_check_in_day", judged.no_check_in)):
        if days:
            found[trigger] = _days(days, monday)
    if judged.overdue:
        proof = tuple(("leave", number) for number in judged.overdue_leaves)
        found["overdue_return_day"] = _days(judged.overdue, monday, proof)
    if judged.contradicted:
        found["contradicted_day"] = _days(judged.contradicted, monday, _visits(judged))
    for trigger, halves in (("absent_day", judged.absent), ("leave_unapproved_day", judged.unapproved)):
        if halves:
            found[trigger] = _halves(halves, monday)
    short = judged.nights_required - judged.nights_kept - judged.nights_open
    if short > 0:
        note = f"应住村 {judged.nights_required} 夜，实住 {judged.nights_kept} 夜"
        found["night_short"] = Happening(short, 0, (), note)
    if judged.found_absent:
        found["spot_check_absent"] = _spot_checks(judged, monday)
    if registers is not None:
        _from_registers(found, registers)
    return found


def _days(days: int, monday: date, evidence: tuple[tuple[str, int], ...] = ()) -> Happening:
    return Happening(days.bit_count(), 0, ledger.dates_of(days, monday), "", evidence)


def _visits(judged: Judgement) -> tuple[tuple[str, int], ...]:
    """The visits that found nobody on contradicted days."""
    halves = ledger.both_halves(judged.contradicted)
    found = (check for check in judged.found_absent if check.method == ledger.ON_SITE and check.half & halves)
    return tuple(sorted(("spot_check", check.id) for check in found))


def _halves(halves: int, monday: date) -> Happening:
    days = ledger.days_of(halves)
    return Happening(days.bit_count(), halves.bit_count(), ledger.dates_of(days, monday))


def _spot_checks(judged: Judgement, monday: date) -> Happening:
    checks = judged.found_absent
    days = ledger.days_of(_union(check.half for check in checks))
    evidence = tuple(sorted(("spot_check", check.id) for check in checks))
    return Happening(len(checks), 0, ledger.dates_of(days, monday), "", evidence)


def _union(sets: Iterable[int]) -> int:
    union = 0
    for one in sets:
        union |= one
    return union


def _from_registers(found: dict[str, Happening], registers: Registers) -> None:
    for trigger, kind, events in (
        ("reminder_talk", "talk", registers.talks),
        ("meeting_missed", "meeting_absence", registers.meetings_missed),
    ):
        if events:
            ordered = sorted(events)
            found[trigger] = Happening(
                count=len(ordered),
                halves=0,
                dates=tuple(dict.fromkeys(event.day for event in ordered)),
                note="；".join(dict.fromkeys(event.note for event in ordered if event.note)),
                evidence=tuple((kind, event.id) for event in ordered),
            )


def facts(judged: Judgement) -> dict[str, int]:
    """Counts of a judged week that ranking, tables and pages ask for; halves are half days.

    ``halves_on_duty``: required halves on which the member was not on leave.
    """
    required = ledger.both_halves(judged.required)
    return {
        "posted_days": judged.posted.bit_count(),
        "required_days": judged.required.bit_count(),
        "halves_on_duty": (required & ~judged.leave).bit_count(),
        "present": judged.present.bit_count(),
        "official_trip": judged.official_trip.bit_count(),
        "leave": judged.leave.bit_count(),
        "absent": judged.absent.bit_count(),
        "pending": judged.pending.bit_count(),
        "nights_required": judged.nights_required,
        "nights_kept": judged.nights_kept,
        "contradicted": judged.contradicted.bit_count(),
        "overdue": judged.overdue.bit_count(),
        "spot_check_absent": len(judged.found_absent),
    }
