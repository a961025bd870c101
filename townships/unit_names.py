"""What units were called when: dated names, read from the rows."""

from collections import defaultdict
from datetime import date

from townships.models import AdministrativeUnit, UnitName, UnitSuccession


def name_on(unit: AdministrativeUnit, day: date) -> str:
    """The name a unit bore on a day."""
    return other_names_on([unit], day).get(unit.pk, unit.name)


def other_names_on(units, day: date) -> dict[int, str]:
    """Of units (rows, or a queryset) that bore another name on a day than they do now: that name, by key; one query."""
    rows: dict[int, list[UnitName]] = defaultdict(list)
    for row in UnitName.objects.filter(unit__in=units).select_related("unit").in_turn():
        rows[row.unit_id].append(row)
    found = {key: _name(names[0].unit, names, day) for key, names in rows.items()}
    return {key: name for key, name in found.items() if name != rows[key][0].unit.name}


def _name(unit: AdministrativeUnit, rows: list[UnitName], day: date) -> str:
    """The newest name taken up is the row's own, which may have been put right since."""
    first = [row for row in rows if row.begins is None]
    begun = first + [row for row in rows if row.begins is not None and row.begins <= day]
    later_taken_up = any(row.taken_up_at and row.begins and row.begins > day for row in rows)
    if not begun or (begun[-1].taken_up_at and not later_taken_up):
        return unit.name
    return begun[-1].name


def former_names(units) -> dict[int, list[str]]:
    """The names that units (a queryset) bore before, oldest first, by key."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = UnitName.objects.filter(unit__in=units, taken_up_at__isnull=False).select_related("unit")
    for row in rows.in_turn():
        if row.name != row.unit.name and row.name not in found[row.unit_id]:
            found[row.unit_id].append(row.name)
    return found


def predecessors(units) -> dict[int, frozenset[int]]:
    """Keys of the units that units (a queryset) followed, by key."""
    found: dict[int, frozenset[int]] = defaultdict(frozenset)
    rows = UnitSuccession.objects.filter(unit__in=units, side=UnitSuccession.Side.AFTER, other__isnull=False)
    rows = rows.filter(change__withdrawn_at__isnull=True)
    for unit, other in rows.order_by().values_list("unit_id", "other_id"):
        found[unit] |= {other}
    return found
