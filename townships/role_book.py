"""Which definition of a role applies where: the nearest ancestor's, else the standard one."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Q

from townships.models import AdministrativeUnit, Role, User
from townships.paths import ancestors, common, covers
from townships.querysets import in_ranges
from townships.role_rules import Terms
from townships.roles import ROLES

STANDARD = {key: Terms(key, role.name, key, role.capabilities) for key, role in ROLES.items()}


class RoleBook:
    """Every definition that matters at some units, read with one query and answered by path."""

    def __init__(self, rows: Iterable[Role]) -> None:
        self._at: dict[str, dict[str, Role]] = defaultdict(dict)
        for row in rows:
            self._at[row.unit.path][row.key] = row

    def definition(self, key: str, path: str) -> Role | None:
        """The row that says what a role means at a path; None where the standard set does, or nothing."""
        for each in reversed(ancestors(path)):
            if key in self._at.get(each, ()):
                return self._at[each][key]
        return None

    def at(self, key: str, path: str) -> Terms | None:
        """A role as it is at a path; None when there is no such role there."""
        row = self.definition(key, path)
        return row.terms if row else STANDARD.get(key)

    def all_at(self, path: str) -> list[Terms]:
        """Every role there is at a path: the standard ones in their order, then those of the units above and its own."""
        keys = dict.fromkeys(ROLES) | {key: None for each in ancestors(path) for key in self._at.get(each, ())}
        return [role for key in keys if (role := self.at(key, path))]

    def rows_below(self, key: str, path: str) -> list[str]:
        """Paths below this one that define the key for themselves."""
        return [each for each, rows in self._at.items() if each != path and covers(path, each) and key in rows]

    def without(self, unit: AdministrativeUnit, key: str) -> "RoleBook":
        """What would hold if the unit did not define this role."""
        return RoleBook(row for row in self.every_row() if (row.unit_id, row.key) != (unit.pk, key))

    def every_row(self) -> list[Role]:
        return [row for rows in self._at.values() for row in rows.values()]


def book_of(*paths: str) -> RoleBook:
    """What roles mean at these units and below them: one query, of the smallest subtree that holds them all."""
    top = common(paths)
    here = Q(unit__path__in=ancestors(top)) | in_ranges("unit__path", [top]) if top else Q()
    return RoleBook(Role.objects.filter(here).select_related("unit").order_by("unit__path", "pk"))


def role_choices_for(user: User) -> list[tuple[str, str]]:
    """The roles there are where the user manages appointments, with the names they have there; for a form's choice.

    A name that a unit below gave stands with the unit's name; which of them exist at the chosen unit, the action says.
    """
    tops = user.paths("manage_appointments")
    if user.is_superuser:
        book, path = book_of(), ""
    elif tops:
        book, path = book_of(*tops), tops[0]
    else:
        return []
    choices = (
        {role.key: role.name for role in book.all_at(path)}
        if path
        else {key: one.name for key, one in STANDARD.items()}
    )
    for row in book.every_row():
        if row.key not in choices and any(covers(top, row.unit.path) for top in tops or [row.unit.path]):
            choices[row.key] = f"{row.name}（{row.unit.name}）"
    return list(choices.items())
