"""The tree's part of a change: units end, others begin, and rows say which went on as which."""

from collections.abc import Iterable, Mapping

from townships.access import require
from townships.actions.create_unit import UnitDraft, create_units
from townships.carrying import Carrying
from townships.divisions import Plan
from townships.models import AdministrativeUnit, UnitChange, UnitSuccession, User

Units = dict[int, AdministrativeUnit]


def lock(paths: Iterable[str]) -> None:
    """Nobody else changes these units, or puts anything below them, before this is over."""
    list(AdministrativeUnit.objects.select_for_update().filter(path__in=set(paths)).order_by("path"))


def succeed_units(*, plan: Plan, units: Units, carrying: Carrying, change: UnitChange, actor: User | None) -> Units:
    """Carry out a plan that has no problems; answers every unit by its key in the plan, the new ones included.

    `units` are those that the plan names. The right is manage_units at every parent of a new unit and of one that ends
    below a unit that stays.
    """
    ended = set(plan.ended)
    for unit in (units[key] for key in plan.ended):
        if unit.parent_id not in ended and unit.parent is not None:
            require(actor, "manage_units", unit.parent)
    drafts: dict[int, UnitDraft] = {}
    for born in plan.born:
        parent = drafts[born.parent] if born.parent < 0 else units[born.parent]
        drafts[born.key] = UnitDraft(born.code, born.level, born.name, parent, begins=plan.day)
    create_units(drafts=list(drafts.values()), actor=actor, note=carrying.note)
    made = {key: draft.made for key, draft in drafts.items()}
    carrying.keep(list(made.values()))
    carrying.change((units[key], {"ends": plan.day}) for key in plan.ended)
    everything = units | made
    _link(plan, everything, carrying, change)
    return everything


def _link(plan: Plan, units: Mapping[int, AdministrativeUnit], carrying: Carrying, change: UnitChange) -> None:
    """Both sides of every succession; a unit that ends without one gets its own side alone."""
    pairs = {(old, new) for old, new in plan.heirs.items() if old != new}
    pairs |= {(old, born.key) for born in plan.born for old in born.of}
    alone = set(plan.ended) - {old for old, _ in pairs}
    side = UnitSuccession.Side
    rows = [UnitSuccession(change=change, unit=units[old], side=side.BEFORE) for old in sorted(alone)]
    for old, new in sorted(pairs):
        rows.append(UnitSuccession(change=change, unit=units[old], side=side.BEFORE, other=units[new]))
        rows.append(UnitSuccession(change=change, unit=units[new], side=side.AFTER, other=units[old]))
    UnitSuccession.objects.bulk_create(rows, batch_size=2_000)
    carrying.counts["units"] = len(plan.ended)
    carrying.counts["new_units"] = len(plan.born)
