"""The ``attendance`` and ``leave`` parts of a policy file: what they may say, and what they mean. Pure.

Source: contracts.md "Policy file"; the variants found in counties are in the handbook,
"Rules in force and their spread".
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from attendance.document_reader import InvalidDocument, Problem, Section
from townships import roles

WORKDAYS, ALL_DAYS = "workdays", "all_days"
SHEET, CHECK_IN = "sheet", "check_in"
CALENDAR_DAYS, REQUIRED_DAYS = "calendar_days", "required_days"
MARK_STATUSES = ("present", "leave", "official_trip", "absent", "rest")
ROLES = tuple(roles.ROLES)
BUSINESS_DAY_BEGINS = 4 * 60
DEFAULT_MARKS = MappingProxyType({"√": "present", "△": "leave", "○": "official_trip", "×": "absent", "休": "rest"})
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class AttendanceRules:
    """What a unit asks of its members' days.

    ``evening_from`` is minutes after midnight; ``fence_m`` metres; ``sources`` are the kinds of record that every
    day must have (evidence of another kind still speaks); ``marks`` reads the signs of the weekly sheet.
    """

    required_days: str = WORKDAYS
    sources: tuple[str, ...] = (SHEET, CHECK_IN)
    nights_per_week: int = 4
    evening_from: int = 18 * 60
    fence_m: int = 1000
    marks: Mapping[str, str] = field(default_factory=lambda: DEFAULT_MARKS, hash=False)

    @property
    def wants_sheet(self) -> bool:
        return SHEET in self.sources

    @property
    def wants_check_in(self) -> bool:
        return CHECK_IN in self.sources


@dataclass(frozen=True, slots=True)
class Tier:
    """One step of the leave ladder: up to ``max_days`` (None: any length) ``role`` decides.

    ``review`` roles must agree first, in order; ``inform`` roles are told afterwards; with ``team_roles`` the tier
    holds only for these 队内职务. The first tier that fits wins.
    """

    max_days: Decimal | None
    role: str
    review: tuple[str, ...] = ()
    inform: tuple[str, ...] = ()
    team_roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LeaveRules:
    """How days of leave are counted and who decides them."""

    count: str
    tiers: tuple[Tier, ...]


def parse_attendance(document: Any) -> AttendanceRules:
    """The rules an ``attendance`` part states. Raises InvalidDocument naming every fault."""
    return _parsed(document, "attendance", _attendance)


def parse_leave(document: Any) -> LeaveRules:
    """The rules a ``leave`` part states. Raises InvalidDocument naming every fault."""
    return _parsed(document, "leave", _leave)


def attendance_document(rules: AttendanceRules) -> dict:
    """The ``attendance`` part that states these rules."""
    return {
        "required_days": rules.required_days,
        "sources": list(rules.sources),
        "nights_per_week": rules.nights_per_week,
        "evening_from": f"{rules.evening_from // 60:02d}:{rules.evening_from % 60:02d}",
        "fence_m": rules.fence_m,
        "marks": dict(rules.marks),
    }


def leave_document(rules: LeaveRules) -> dict:
    """The ``leave`` part that states these rules."""
    return {"count": rules.count, "tiers": [_tier_document(tier) for tier in rules.tiers]}


def _tier_document(tier: Tier) -> dict:
    document = {"max_days": None if tier.max_days is None else f"{tier.max_days:f}", "role": tier.role}
    for key in ("review", "inform", "team_roles"):
        if getattr(tier, key):
            document[key] = list(getattr(tier, key))
    return document


def _parsed(document, path, read):
    problems: list[Problem] = []
    section = Section(document, path, problems)
    rules = read(section)
    section.close()
    if problems:
        raise InvalidDocument(problems)
    return rules


def _attendance(section: Section) -> AttendanceRules:
    """Every key but ``required_days`` may be left out and then has the value of the reference policy."""
    return AttendanceRules(
        required_days=section.choice("required_days", (WORKDAYS, ALL_DAYS)),
        sources=_sources(section),
        nights_per_week=section.whole("nights_per_week", 4, maximum=7),
        evening_from=_evening(section),
        fence_m=section.whole("fence_m", 1000, minimum=1, maximum=100_000),
        marks=_marks(section),
    )


def _sources(section: Section) -> tuple[str, ...]:
    sources = section.texts("sources", (SHEET, CHECK_IN), default=[SHEET, CHECK_IN])
    if not sources and not any(p.path.startswith(section.at("sources")) for p in section.problems):
        section.refuse("sources", "policy.empty", "至少要有一种考勤来源：sheet、check_in")
    return sources


def _evening(section: Section) -> int:
    text = section.text("evening_from", "18:00")
    match = _CLOCK.fullmatch(text)
    minutes = int(match[1]) * 60 + int(match[2]) if match else -1
    if text and minutes < BUSINESS_DAY_BEGINS:
        section.refuse("evening_from", "policy.time", '应为 04:00 至 23:59 之间的时刻，例如 "18:00"')
    return minutes


def _marks(section: Section) -> Mapping[str, str]:
    marks = section.mapping("marks", dict(DEFAULT_MARKS))
    for sign, status in marks.items():
        if not isinstance(status, str) or status not in MARK_STATUSES:
            section.refuse(f"marks.{sign}", "policy.choice", f"符号的含义可用：{'、'.join(MARK_STATUSES)}")
        if len(sign.strip()) != 1:
            section.refuse(f"marks.{sign}", "policy.mark", "每个符号只能是一个字")
    return MappingProxyType(dict(marks))


def _leave(section: Section) -> LeaveRules:
    rules = LeaveRules(
        count=section.choice("count", (CALENDAR_DAYS, REQUIRED_DAYS), default=CALENDAR_DAYS),
        tiers=tuple(_tier(tier) for tier in section.sections("tiers")),
    )
    if rules.tiers and not any(t.max_days is None and not t.team_roles for t in rules.tiers):
        section.refuse("tiers", "policy.tier_open", "须有一档不限天数（max_days 为 null），否则长假无人可批")
    return rules


def _tier(section: Section) -> Tier:
    days = section.decimal("max_days", places=1, nullable=True)
    if days is not None and (days == 0 or days % Decimal("0.5")) and not _faulty(section, "max_days"):
        section.refuse("max_days", "policy.range", '应为半天的倍数，例如 "0.5"、"3"')
    tier = Tier(
        max_days=days,
        role=section.choice("role", ROLES),
        review=section.texts("review", ROLES, default=[]),
        inform=section.texts("inform", ROLES, default=[]),
        team_roles=section.texts("team_roles", default=[]),
    )
    section.close()
    return tier


def _faulty(section: Section, key: str) -> bool:
    return any(p.path == section.at(key) for p in section.problems)
