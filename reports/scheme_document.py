"""The ``scoring`` part of a policy file: what it may say, and what it means. Pure.

Source: contracts.md "Policy file" and "Scoring".
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from attendance.document_reader import InvalidDocument, Problem, Section

OCCURRENCE, HALF_DAY = "occurrence", "half_day"
MANUAL = "manual"
TRIGGERS = {
    "absent_day": "缺勤",
    "unsigned_day": "周考勤表未签字",
    "missing_check_in_day": "未打卡",
    "contradicted_day": "抽查与记录矛盾",
    "leave_unapproved_day": "未经批准请假",
    "night_short": "住村夜数不足",
    "spot_check_absent": "抽查不在岗",
    "overdue_return_day": "逾期未销假",
    "reminder_talk": "谈话提醒",
    "meeting_missed": "缺席会议或培训",
    MANUAL: "人工扣分",
}
MOST_POINTS = 90_000
COUNTED_IN_HALVES = ("absent_day", "leave_unapproved_day")


@dataclass(frozen=True, slots=True)
class Dimension:
    """One column of the weekly sheet of scores: it starts at ``base`` points and never falls below zero."""

    key: str
    label: str
    base: Decimal


@dataclass(frozen=True, slots=True)
class Rule:
    """``points`` off ``dimension`` for each thing ``trigger`` counts, at most ``cap`` a week (None: no limit)."""

    key: str
    label: str
    dimension: str
    trigger: str
    points: Decimal
    per: str = OCCURRENCE
    cap: Decimal | None = None


@dataclass(frozen=True)
class Scheme:
    """A scoring scheme: full marks by dimension, and what takes points off."""

    name: str
    version: int
    dimensions: tuple[Dimension, ...]
    rules: tuple[Rule, ...]
    tie_breakers: tuple[str, ...] = ()
    list_size: int = 3

    @cached_property
    def full_marks(self) -> Decimal:
        return sum((d.base for d in self.dimensions), Decimal(0))

    @cached_property
    def manual_rules(self) -> dict[str, Rule]:
        """The rules under which a person enters points by hand, by key."""
        return {rule.key: rule for rule in self.rules if rule.trigger == MANUAL}


def parse_scheme(document: Any) -> Scheme:
    """The scheme a ``scoring`` part states. Raises InvalidDocument naming every fault."""
    problems: list[Problem] = []
    section = Section(document, "scoring", problems)
    dimensions = tuple(_dimension(d) for d in section.sections("dimensions"))
    keys = tuple(d.key for d in dimensions)
    scheme = Scheme(
        name=section.text("name", longest=100),
        version=section.whole("version", 1, minimum=1, maximum=1_000_000),
        dimensions=dimensions,
        rules=tuple(_rule(rule, keys) for rule in section.sections("rules")),
        tie_breakers=section.texts("tie_breakers", keys, default=[]),
        list_size=section.whole("list_size", 3, minimum=1),
    )
    section.close()
    if scheme.full_marks > MOST_POINTS:
        section.refuse("dimensions", "policy.range", f"各项合计不能超过 {MOST_POINTS} 分")
    _refuse_duplicates(section, "dimensions", keys)
    _refuse_duplicates(section, "rules", [rule.key for rule in scheme.rules])
    if problems:
        raise InvalidDocument(problems)
    return scheme


def scheme_document(scheme: Scheme) -> dict:
    """The ``scoring`` part that states this scheme."""
    return {
        "name": scheme.name,
        "version": scheme.version,
        "dimensions": [{"key": d.key, "label": d.label, "base": f"{d.base:f}"} for d in scheme.dimensions],
        "rules": [
            {
                "key": rule.key,
                "label": rule.label,
                "dimension": rule.dimension,
                "trigger": rule.trigger,
                "points": f"{rule.points:f}",
                "per": rule.per,
                "cap": None if rule.cap is None else f"{rule.cap:f}",
            }
            for rule in scheme.rules
        ],
        "tie_breakers": list(scheme.tie_breakers),
        "list_size": scheme.list_size,
    }


def _dimension(section: Section) -> Dimension:
    dimension = Dimension(section.text("key", longest=40), section.text("label"), section.decimal("base"))
    section.close()
    return dimension


def _rule(section: Section, dimensions: tuple[str, ...]) -> Rule:
    rule = Rule(
        key=section.text("key", longest=40),
        label=section.text("label"),
        dimension=section.choice("dimension", dimensions, code="policy.dimension_unknown"),
        trigger=section.choice("trigger", tuple(TRIGGERS), code="policy.trigger_unknown"),
        points=section.decimal("points"),
        per=section.choice("per", (OCCURRENCE, HALF_DAY), default=OCCURRENCE),
        cap=section.decimal("cap", default=None, nullable=True),
    )
    if rule.per == HALF_DAY and rule.trigger in TRIGGERS and rule.trigger not in COUNTED_IN_HALVES:
        section.refuse("per", "policy.per", f"“{TRIGGERS[rule.trigger]}”不能按半天计，请改为 occurrence")
    section.close()
    return rule


def _refuse_duplicates(section: Section, where: str, keys: Iterable[str]) -> None:
    seen = set()
    for position, key in enumerate(keys):
        if key and key in seen:
            section.refuse(f"{where}[{position}].key", "policy.duplicate", f"“{key}”重复，请换一个")
        seen.add(key)
