"""Another name or code for a unit, from a day on."""

import logging
from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone

from townships import audit, wall
from townships.access import require
from townships.divisions import RENAME, Place, judge_rename
from townships.errors import NotAllowed, Refused
from townships.history import HistoryNote, keep_history
from townships.models import AdministrativeUnit, UnitChange, UnitName, UnitSuccession, User
from townships.periods import today

log = logging.getLogger(__name__)


class UnitChangeRefused(Refused):
    code = "unit_change.refused"
    message = "现在不能办理这项变更。"


def require_ordering(actor: User | None, unit: AdministrativeUnit) -> None:
    """manage_units at the unit above: nobody decides about the unit that he himself belongs to."""
    if unit.parent is None:
        if actor is not None and not actor.is_superuser:
            raise NotAllowed("省级单位的变更请由系统管理员办理。")
    elif actor is not None and not actor.reaches(unit.parent.path):
        require(actor, "manage_units", unit)
        raise NotAllowed(f"{unit.name}的变更要由它的上级办理，请联系上一级组织部门。")
    else:
        require(actor, "manage_units", unit.parent)


def place_of(unit: AdministrativeUnit) -> Place:
    """A unit as the rules see it."""
    return Place(unit.pk, unit.division_code, unit.name, unit.level, unit.parent_id, unit.begins, unit.ends)


def code_is_taken(code: str, *, by_other_than: AdministrativeUnit | None = None) -> bool:
    """Whether a unit has the code now or will have it."""
    now = AdministrativeUnit.objects.filter(division_code=code)
    coming = UnitName.objects.filter(division_code=code, taken_up_at__isnull=True)
    if by_other_than is not None:
        now, coming = now.exclude(pk=by_other_than.pk), coming.exclude(unit=by_other_than)
    with wall.beyond("a division code is used once in the nation"):
        return now.exists() or coming.exists()


def why_not_rename(unit: AdministrativeUnit, *, name: str, code: str, day: date) -> list[str]:
    """Sentences on what stands in the way."""
    siblings = AdministrativeUnit.objects.filter(parent=unit.parent_id)
    dated = unit.names.filter(begins__isnull=False).order_by("begins").values_list("begins", flat=True)
    problems = judge_rename(
        place_of(unit),
        [place_of(one) for one in siblings],
        name=name,
        code=code,
        day=day,
        last=dated.last(),
        taken=code_is_taken(code, by_other_than=unit),
    )
    return [problem.message for problem in problems]


@transaction.atomic
def rename_unit(
    *,
    unit: AdministrativeUnit,
    name: str,
    day: date,
    actor: User | None,
    code: str = "",
    document_number: str = "",
    reason: str = "",
) -> UnitChange:
    """Call a unit `name` (and number it `code`) from `day` on. The row stays, and so does everything that hangs on it.

    The former name and code stay findable. A day to come takes effect on that day (`take_up_names`). The right is
    manage_units at the unit above.
    """
    require_ordering(actor, unit)
    unit = AdministrativeUnit.objects.select_for_update(of=("self",)).select_related("parent").get(pk=unit.pk)
    name, code = name.strip(), code.strip() or unit.division_code
    if problems := why_not_rename(unit, name=name, code=code, day=day):
        raise UnitChangeRefused(problems[0], blocks=problems)
    before = {"name": unit.name, "code": unit.division_code}
    change = UnitChange.objects.create(
        unit=unit.parent, kind=RENAME, day=day, document_number=document_number.strip()[:60], actor=actor,
        reason=reason.strip()[:200], made_at=timezone.now(), choices={"before": before, "name": name, "code": code},
        counts={"units": 1},
    )  # fmt: skip
    if not unit.names.exists():
        UnitName.objects.create(
            unit=unit, name=unit.name, division_code=unit.division_code, begins=None, taken_up_at=timezone.now()
        )
    UnitName.objects.create(unit=unit, name=name, division_code=code, begins=day, change=change)
    UnitSuccession.objects.create(change=change, unit=unit, side=UnitSuccession.Side.AFTER)
    take_up_names(day=today())
    audit.record(
        actor=actor,
        act="unit.renamed",
        unit=unit,
        subject=f"{unit.name}→{name}"[:200],
        details={
            "day": day.isoformat(),
            "before": before,
            "after": {"name": name, "code": code},
            "document": change.document_number,
        },
    )
    return change


def remember_names(renamed: Sequence[tuple[AdministrativeUnit, str]]) -> None:
    """Keep the names that units bore until today, given as (unit with its new name, old name); three queries."""
    units, now, day = [unit for unit, _ in renamed], timezone.now(), today()
    known = set(UnitName.objects.filter(unit__in=units, begins__isnull=True).values_list("unit_id", flat=True))
    same_day = {name.unit_id: name for name in UnitName.objects.filter(unit__in=units, begins=day)}
    new = []
    for unit, old in renamed:
        terms = {"unit": unit, "division_code": unit.division_code, "taken_up_at": now}
        if unit.pk not in known:
            new.append(UnitName(name=old, begins=None, **terms))
        if unit.pk in same_day:
            same_day[unit.pk].name = unit.name
        else:
            new.append(UnitName(name=unit.name, begins=day, **terms))
    UnitName.objects.bulk_create(new, batch_size=2_000)
    UnitName.objects.bulk_update(same_day.values(), ["name"], batch_size=2_000)


@transaction.atomic
def take_up_names(*, day: date) -> int:
    """Put the names whose day has come on their units; answers how many. Run daily, and after every renaming."""
    due = UnitName.objects.select_for_update(of=("self",)).filter(taken_up_at__isnull=True, begins__lte=day)
    rows = list(due.select_related("unit", "change__actor").order_by("begins", "pk"))
    codes = {row.division_code: row.unit_id for row in rows}
    holders = AdministrativeUnit.objects.filter(division_code__in=codes).values_list("division_code", "pk")
    taken = {code for code, pk in holders if codes[code] != pk}
    for row in rows:
        if row.division_code in taken:
            # Somebody gave the code to a new unit meanwhile: the name is right all the same.
            log.error("%s cannot get the code %s: another unit has it", row.unit, row.division_code)
            row.division_code = row.unit.division_code
        row.unit.name, row.unit.division_code = row.name, row.division_code
        row.taken_up_at = timezone.now()
    by_unit = {row.unit_id: row for row in rows}
    AdministrativeUnit.objects.bulk_update([row.unit for row in by_unit.values()], ["name", "division_code"])
    UnitName.objects.bulk_update(rows, ["taken_up_at", "division_code"])
    note = HistoryNote(actor=None, reason="更名生效")
    keep_history(AdministrativeUnit, list(by_unit), change="~", note=note)
    return len(rows)
