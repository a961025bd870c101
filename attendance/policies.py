"""Which version of a unit's rules applies on a day: the nearest ancestor's, newest in force.

Source: house.md decisions 4 and 6. A version without unit is the nation's; where no row applies at all, the
packaged reference policy does, so that a fresh database judges by known rules. A week is judged by the version in
force on its Monday (handbook edge case 30).
"""

import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Generic, TypeVar

from django.db.models import Q

from attendance.models import AttendancePolicy, LeavePolicy, PolicyVersion
from attendance.policy_document import AttendanceRules, LeaveRules, parse_attendance, parse_leave
from townships.models import AdministrativeUnit
from townships.paths import ancestors
from townships.querysets import in_ranges

Rules = TypeVar("Rules")
NATION = ""


@cache
def reference_policy() -> dict[str, Any]:
    """The packaged policy file, which applies where nobody has set anything."""
    path = Path(__file__).parent / "defaults" / "reference-policy.json"
    return json.loads(path.read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class InForce(Generic[Rules]):
    """The rules of a unit on a day, and the row they come from (None: the packaged reference policy)."""

    rules: Rules
    row: PolicyVersion | None


class PolicyBook(Generic[Rules]):
    """Every version that can matter below one unit, read with one query and answered by path and day."""

    def __init__(self, model: type[PolicyVersion], parse: Callable[[Any], Rules], default: Any, path: str):
        self._parse = parse
        self._reference = default
        self._by_path: dict[str, list[PolicyVersion]] = defaultdict(list)
        self._parsed: dict[int | None, InForce[Rules]] = {}
        self._answers: dict[tuple[str, date], InForce[Rules]] = {}
        reach = (
            Q(unit__isnull=True) | Q(unit__path__in=ancestors(path)) | in_ranges("unit__path", [path] if path else [])
        )
        for row in model.objects.filter(reach).select_related("unit").order_by("-effective_from", "-revision"):
            self._by_path[row.unit.path if row.unit else NATION].append(row)

    def at(self, path: str, day: date) -> InForce[Rules]:
        """The rules at a unit's path on a day."""
        key = path, day
        if key not in self._answers:
            self._answers[key] = self._ruling(self._row(path, day))
        return self._answers[key]

    def _row(self, path: str, day: date) -> PolicyVersion | None:
        for each in (*reversed(ancestors(path)), NATION):
            for row in self._by_path.get(each, ()):
                if row.effective_from <= day:
                    return row
        return None

    def _ruling(self, row: PolicyVersion | None) -> InForce[Rules]:
        key = row.pk if row else None
        if key not in self._parsed:
            self._parsed[key] = InForce(self._parse(row.document if row else self._reference), row)
        return self._parsed[key]


def attendance_book(path: str) -> PolicyBook[AttendanceRules]:
    """The attendance rules of every unit in the subtree of ``path``."""
    return PolicyBook(AttendancePolicy, parse_attendance, reference_policy()["attendance"], path)


def leave_book(path: str) -> PolicyBook[LeaveRules]:
    """The leave rules of every unit in the subtree of ``path``."""
    return PolicyBook(LeavePolicy, parse_leave, reference_policy()["leave"], path)


def attendance_rules(unit: AdministrativeUnit, day: date) -> AttendanceRules:
    """What a unit asks of its members on a day."""
    return attendance_book(unit.path).at(unit.path, day).rules


def leave_rules(unit: AdministrativeUnit, day: date) -> LeaveRules:
    """Who decides leave of a unit's members on a day."""
    return leave_book(unit.path).at(unit.path, day).rules
