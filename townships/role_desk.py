"""What the pages of roles show: the table of a unit, one role with what may be changed, and what was changed when."""

from dataclasses import dataclass, replace

from django.db.models import Count

from townships.appointing import not_over, standing_at
from townships.capability_words import GROUPS, words
from townships.models import AdministrativeUnit, Appointment, Role, User
from townships.paths import covers
from townships.role_book import STANDARD, RoleBook, book_of
from townships.role_rules import LEVEL_NAMES, Terms, against_defining
from townships.roles import CAPABILITIES, DESK_CAPABILITIES, DESK_ROLES, ROLES, WITHOUT_CAPABILITIES

_CHANGES_SHOWN = 20
_LEVELS = tuple(LEVEL_NAMES)


@dataclass(frozen=True)
class RoleLine:
    """One role of a unit: who says what it is, and how many hold it in the unit and below."""

    terms: Terms
    defined_at: AdministrativeUnit | None
    is_here: bool
    holders: int

    @property
    def is_own(self) -> bool:
        """Whether the role is not one of the standard set."""
        return self.terms.key not in ROLES

    @property
    def source(self) -> str:
        if self.terms.retired:
            return "已停用"
        if self.defined_at is None:
            return "标准"
        where = "本单位" if self.is_here else self.defined_at.name
        return f"{where}自设" if self.is_own else f"{where}改过"


@dataclass(frozen=True)
class Desk:
    """The roles that can be held at a unit or below it, in order."""

    unit: AdministrativeUnit
    book: RoleBook
    lines: list[RoleLine]

    def line(self, key: str) -> RoleLine | None:
        return next((line for line in self.lines if line.terms.key == key), None)


def desk_of(unit: AdministrativeUnit) -> Desk:
    """Two queries: what roles mean here, and who holds them."""
    book = book_of(unit.path)
    held = Appointment.objects.within(unit).filter(not_over()).order_by()
    holders = dict(held.values_list("role").annotate(n=Count("pk")))
    lines = []
    for terms in book.all_at(unit.path):
        if terms.levels & set(_levels_from(unit)) or holders.get(terms.key):
            row = book.definition(terms.key, unit.path)
            at = row.unit if row else None
            lines.append(RoleLine(terms, at, bool(at and at.pk == unit.pk), holders.get(terms.key, 0)))
    return Desk(unit, book, lines)


def above(desk: Desk, key: str) -> Terms | None:
    """What the role would be here without the unit's own definition."""
    return desk.book.without(desk.unit, key).at(key, desk.unit.path)


def _levels_from(unit: AdministrativeUnit) -> tuple[str, ...]:
    """The unit's level and those below it."""
    return _LEVELS[_LEVELS.index(unit.level) :]


def kinds_for(unit: AdministrativeUnit) -> list[tuple[str, str]]:
    """The standard roles that a new role of the unit may count as."""
    return [(key, role.name) for key, role in ROLES.items() if role.levels & set(_levels_from(unit))]


def matrix(desk: Desk) -> list[dict]:
    """Group → capability → which roles hold it."""
    return [
        {
            "title": title,
            "lines": [
                {
                    "label": CAPABILITIES[name],
                    "words": meaning,
                    "held": [name in one.terms.capabilities for one in desk.lines],
                }
                for name, meaning in group.items()
            ],
        }
        for title, group in GROUPS.items()
    ]


def why_fixed(actor: User, unit: AdministrativeUnit, terms: Terms) -> str:
    """Why the actor may not touch the role here, "" when he may. The action decides; this tells before he tries."""
    if actor.is_superuser:
        return ""
    if any(one.role == terms.key and covers(unit.path, one.unit.path) for one in actor.appointments_today()):
        return "您自己就任这个角色，不能由您改，请由上一级组织部门办理。"
    standing = standing_at(actor, unit.path)
    # The same set again: what stands in the way is the role, not what would be chosen.
    return against_defining(replace(standing, above=standing.above or unit.level not in terms.levels), terms, terms)


def boxes(actor: User, unit: AdministrativeUnit, chosen: frozenset[str], acts_as: str = "") -> list[dict]:
    """The capabilities to tick, in groups; what the actor cannot give is shown with the reason."""
    held = frozenset(CAPABILITIES) if actor.is_superuser else actor.held_himself_at(unit.path)

    def why_not(name: str) -> str:
        if name not in held:
            return "您自己没有这项权限，给不了别人"
        if acts_as in WITHOUT_CAPABILITIES:
            return "这个角色只办本人或本单位派出的人的事，不加权限"
        if acts_as and name in DESK_CAPABILITIES and acts_as not in DESK_ROLES:
            return "只给坐班的角色"
        return ""

    return [
        {
            "title": title,
            "lines": [
                {
                    "name": name,
                    "label": CAPABILITIES[name],
                    "words": meaning,
                    "checked": name in chosen,
                    "why_not": why_not(name),
                }
                for name, meaning in group.items()
            ],
        }
        for title, group in GROUPS.items()
    ]


def changes_of(unit: AdministrativeUnit, key: str) -> list[dict]:
    """Who said what about a role at this unit and when, the newest first; each against the one before it."""
    rows = Role.history.filter(unit=unit, key=key).select_related("history_user").order_by("history_date", "history_id")
    found, before = [], STANDARD.get(key)
    for row in rows:
        after = None if row.history_type == "-" else _terms_of(row)
        found.append(
            {"at": row.history_date, "who": str(row.history_user or "系统"), "what": _difference(before, after)}
        )
        before = after or STANDARD.get(key)
    return found[::-1][:_CHANGES_SHOWN]


def _terms_of(row: Role) -> Terms:
    return Terms(row.key, row.name, row.acts_as, frozenset(row.grants), retired=row.retired)


def _difference(before: Terms | None, after: Terms | None) -> str:
    if after is None:
        return "恢复原规定"
    if before is None:
        return f"新增“{after.name}”，权限：{words(after.capabilities)}"
    return "；".join(difference(before, after)) or "按原样单独规定"


def difference(before: Terms, after: Terms) -> list[str]:
    """What changes from one set to the other, in words."""
    added, removed = after.capabilities - before.capabilities, before.capabilities - after.capabilities
    said = []
    if after.name != before.name:
        said.append(f"改名：{before.name} → {after.name}")
    if added:
        said.append(f"增加：{words(added)}")
    if removed:
        said.append(f"取消：{words(removed)}")
    if after.retired != before.retired:
        said.append("停用，不再新任命" if after.retired else "恢复使用")
    return said
