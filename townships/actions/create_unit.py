"""A new node of the tenant tree."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from townships.access import require
from townships.errors import Refused
from townships.models import AdministrativeUnit, User
from townships.paths import next_sibling

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
