"""New nodes of the tenant tree."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from townships.access import require
from townships.errors import Refused
from townships.history import HistoryNote, keep_history
from townships.models import AdministrativeUnit, User
from townships.paths import TooManySiblings, next_sibling
from townships.periods import chinese_date

_ORDER = [level.value for level in AdministrativeUnit.Level]


class UnitRefused(Refused):
    code = "unit.refused"


@transaction.atomic
def create_unit(
    *,
    parent: AdministrativeUnit | None,
    code: str,
    level: str,
    name: str,
    actor: User | None = None,
    begins: date | None = None,
) -> AdministrativeUnit:
    """Put a unit below `parent` (None: a province). The right is manage_units at the parent."""
    if parent is None:
        if level != "province":
            raise UnitRefused("除省级外都要指明上级单位。")
        siblings = AdministrativeUnit.objects.filter(parent__isnull=True)
        if actor is not None and not actor.is_superuser:
            require(actor, "manage_units", AdministrativeUnit(path=""))
    else:
        # Locking the parent keeps two clerks from taking the same next path.
        parent = AdministrativeUnit.objects.select_for_update().get(pk=parent.pk)
        require(actor, "manage_units", parent)
        if _ORDER.index(level) <= _ORDER.index(parent.level):
            raise UnitRefused(f"{parent.name}是{parent.get_level_display()}级，下级单位的层级必须更低。")
        if parent.ends is not None:
            raise UnitRefused(f"{parent.name}{chinese_date(parent.ends)}起停用，下面不能再增加单位。")
        siblings = parent.children
    last = siblings.order_by("-path").values_list("path", flat=True).first()
    unit = AdministrativeUnit(
        level=level,
        division_code=code,
        name=name.strip(),
        parent=parent,
        path=next_sibling(parent.path if parent else "", last),
        begins=begins,
    )
    try:
        unit.full_clean()
    except ValidationError as error:
        raise UnitRefused(" ".join(error.messages)) from error
    unit.save()
    return unit


@dataclass(eq=False)
class UnitDraft:
    """A unit to create below `parent`, a unit or another draft. `made` is the unit once it is there."""

    code: str
    level: str
    name: str
    parent: "AdministrativeUnit | UnitDraft"
    begins: date | None = None
    ends: date | None = None
    made: AdministrativeUnit | None = None

    @property
    def parent_unit(self) -> AdministrativeUnit:
        return self.parent.made if isinstance(self.parent, UnitDraft) else self.parent


@transaction.atomic
def create_units(*, drafts: Sequence[UnitDraft], actor: User | None = None, note: HistoryNote) -> None:
    """Create many units, parents before children, a constant number of queries for each level.

    The right is manage_units at every parent that is there already. Codes must be new and levels lower than the
    parents' (cadres.actions.import_units has judged both row by row).
    """
    parents = {draft.parent for draft in drafts if isinstance(draft.parent, AdministrativeUnit)}
    for parent in parents:
        require(actor, "manage_units", parent)
    # Locking the parents keeps two clerks from taking the same next path.
    list(AdministrativeUnit.objects.select_for_update().filter(pk__in=[p.pk for p in parents]).order_by("path"))
    for level in _ORDER:
        _create_level([draft for draft in drafts if draft.level == level], note)


def _create_level(drafts: Sequence[UnitDraft], note: HistoryNote) -> None:
    below: dict[AdministrativeUnit, list[UnitDraft]] = defaultdict(list)
    for draft in drafts:
        below[draft.parent_unit].append(draft)
    rows = AdministrativeUnit.objects.filter(parent__in=below).order_by().values_list("parent")
    last_of = dict(rows.annotate(last=Max("path")))
    for parent, children in below.items():
        last = last_of.get(parent.pk)
        for draft in children:
            draft.made = _unit_of(draft, parent, last)
            last = draft.made.path
    units = [draft.made for draft in drafts]
    AdministrativeUnit.objects.bulk_create(units, batch_size=2_000)
    keep_history(AdministrativeUnit, [unit.pk for unit in units], change="+", note=note)


def _unit_of(draft: UnitDraft, parent: AdministrativeUnit, last: str | None) -> AdministrativeUnit:
    try:
        path = next_sibling(parent.path, last)
    except TooManySiblings as full:
        raise UnitRefused(f"{parent.name}下面的单位已满，不能再增加。") from full
    return AdministrativeUnit(
        level=draft.level,
        division_code=draft.code,
        name=draft.name,
        parent=parent,
        path=path,
        begins=draft.begins,
        ends=draft.ends,
    )
