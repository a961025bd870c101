"""What a role holds at a unit: saying it otherwise, adding one, stopping one, going back to what holds above."""

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.db import transaction

from townships import audit
from townships.access import require
from townships.appointing import holdings_of, not_over, standing_at
from townships.errors import NotAllowed, OwnMatter, Refused
from townships.history import HistoryNote, keep_history
from townships.models import AdministrativeUnit, Appointment, Role, User
from townships.paths import covers
from townships.permission_rows import write_permissions
from townships.querysets import in_ranges
from townships.role_book import RoleBook, book_of
from townships.role_lock import while_changing_roles
from townships.role_rules import LEVEL_NAMES, Terms, against_defining, makes_equal
from townships.roles import ROLES

OWN_PREFIX = "own_"
#: From the top down.
LEVELS = tuple(LEVEL_NAMES)


class RoleRefused(Refused):
    code = "role.refused"


@dataclass(frozen=True)
class RoleChange:
    """What a change of a role does: `before` and `after` as they hold at the unit, None where there is no such role."""

    unit: AdministrativeUnit
    key: str
    before: Terms | None
    after: Terms | None
    appointments: int
    people: int

    @property
    def mark(self) -> str:
        """What somebody has seen who saw this change before it is made; another one when something moved meanwhile."""
        said = [self.appointments, self.people, *(_said(role) for role in (self.before, self.after))]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


@transaction.atomic
def set_role(
    *,
    unit: AdministrativeUnit,
    name: str,
    capabilities: Sequence[str],
    key: str = "",
    acts_as: str = "",
    actor: User | None = None,
    dry_run: bool = False,
) -> RoleChange:
    """Define a role at `unit` for itself and everything below; without `key` a new one, which counts as `acts_as`.

    The right is manage_appointments there, and every capability that comes, goes or stays must be the actor's own. He
    touches no role that he holds himself, nor one above or beside him (role_rules.against_defining). Appointments that
    run or are to come change along. A dry run answers what would happen and keeps nothing.
    """
    change = _Change(unit, key or OWN_PREFIX + secrets.token_hex(4), actor, is_new=not key)
    known = change.before
    after = Terms(
        change.key,
        name.strip(),
        known.acts_as if known else acts_as,
        frozenset(capabilities),
        retired=known.retired if known else False,
    )
    return change.make(after, act="role.set", dry_run=dry_run)


@transaction.atomic
def retire_role(
    *, unit: AdministrativeUnit, key: str, actor: User | None = None, retired: bool = True, dry_run: bool = False
) -> RoleChange:
    """Stop giving a role at `unit` and below (or, with `retired` false, give it again); who holds it keeps it."""
    change = _Change(unit, key, actor)
    now = change.before
    after = Terms(now.key, now.name, now.acts_as, now.capabilities, retired=retired)
    return change.make(after, act="role.retired" if retired else "role.reinstated", dry_run=dry_run)


@transaction.atomic
def restore_role(*, unit: AdministrativeUnit, key: str, actor: User | None = None, dry_run: bool = False) -> RoleChange:
    """Give up the unit's own definition: what the units above say holds again, else the standard set."""
    change = _Change(unit, key, actor)
    return change.make(None, act="role.restored", dry_run=dry_run)


class _Change:
    """One change of a role at a unit, under way."""

    def __init__(self, unit: AdministrativeUnit, key: str, actor: User | None, *, is_new: bool = False) -> None:
        require(actor, "manage_appointments", unit)
        while_changing_roles()
        self.unit, self.key, self.actor = unit, key, actor
        self.book = book_of(unit.path)
        self.before = self.book.at(key, unit.path)
        if self.before is None and not is_new:
            raise RoleRefused("这里没有这个角色，请刷新页面后重新选择。")
        self.row = next((row for row in self.book.every_row() if row.unit_id == unit.pk and row.key == key), None)

    def make(self, after: Terms | None, *, act: str, dry_run: bool) -> RoleChange:
        rest = self.book.without(self.unit, self.key)
        to_be = after or rest.at(self.key, self.unit.path)
        if after is None and (self.row is None or to_be is None):
            raise RoleRefused("这个角色没有可以恢复的规定；不再用的，请停用。")
        if after is not None and after == self.before:
            raise RoleRefused("没有改动，不用保存。")
        affected = self._affected(rest)
        self._judge(to_be, affected)
        self._write(after)
        self._rewrite(to_be, affected)
        people = len({one.user_id for one in affected})
        change = RoleChange(self.unit, self.key, self.before, to_be, len(affected), people)
        if dry_run:
            transaction.set_rollback(True)
        else:
            audit.record(actor=self.actor, act=act, unit=self.unit, subject=to_be.name, details=_told(change))
        return change

    def _affected(self, rest: RoleBook) -> list[Appointment]:
        """Appointments, running and to come, whose role this definition is or would be."""
        rows = Appointment.objects.within(self.unit).filter(not_over(), role=self.key).select_related("unit", "user")
        nearer = rest.rows_below(self.key, self.unit.path)
        if nearer:
            rows = rows.exclude(in_ranges("unit__path", nearer))
        return list(rows.order_by("pk"))

    # ---- judging

    def _judge(self, to_be: Terms, affected: list[Appointment]) -> None:
        self._named_well(to_be)
        if self.actor is None or self.actor.is_superuser:
            return
        if any(one.user_id == self.actor.pk for one in affected):
            raise OwnMatter("您自己就任这个角色，不能由您改，请由上一级组织部门办理。")
        here = standing_at(self.actor, self.unit.path)
        # Where nobody at a unit of this level can hold the role, whoever holds it is below.
        here = replace(here, above=here.above or self.unit.level not in to_be.levels)
        if reason := against_defining(here, self.before, to_be):
            raise NotAllowed(reason)
        self._makes_no_equal(to_be, affected)

    def _named_well(self, to_be: Terms) -> None:
        if to_be.acts_as not in ROLES:
            raise RoleRefused("请选择按哪个标准角色对待。")
        here = LEVELS.index(self.unit.level)
        if not any(LEVELS.index(level) >= here for level in to_be.levels):
            raise RoleRefused(f"按“{ROLES[to_be.acts_as].name}”对待的角色只能在上级单位任职，请换一个。")
        namesakes = [one for one in self.book.all_at(self.unit.path) if one.name == to_be.name and one.key != self.key]
        if namesakes:
            raise RoleRefused(f"已经有叫“{to_be.name}”的角色，请换一个名称。")

    def _makes_no_equal(self, to_be: Terms, affected: list[Appointment]) -> None:
        """A set that is harmless alone may with another role of the same person hold all that the actor holds."""
        changing = {one.pk for one in affected}
        held = holdings_of(one.user_id for one in affected)
        for one in affected:
            there = [each for each in held[one.user_id] if covers(each.path, one.unit.path)]
            before = frozenset().union(*(each.capabilities for each in there))
            kept = frozenset().union(*(each.capabilities for each in there if each.appointment not in changing))
            officer = standing_at(self.actor, one.unit.path)
            if makes_equal(officer, before=before, after=kept | to_be.capabilities):
                raise NotAllowed(
                    f"改后{one.user}在{one.unit}的权限不比您少（他还有别的任职），请少选一项，或由上一级组织部门办理。"
                )

    # ---- writing

    def _write(self, after: Terms | None) -> None:
        if after is None:
            key = self.row.pk
            self.row.delete()
            Role.history.filter(id=key, history_type="-").update(history_user=self.actor)
            return
        change = "~" if self.row else "+"
        row = self.row or Role(unit=self.unit, key=self.key)
        row.name, row.acts_as, row.retired = after.name, after.acts_as, after.retired
        row.grants = sorted(after.capabilities)
        try:
            row.full_clean()
        except ValidationError as error:
            raise RoleRefused(" ".join(error.messages)) from error
        row.save_without_historical_record()
        keep_history(Role, [row.pk], change=change, note=HistoryNote(self.actor, ""))

    def _rewrite(self, to_be: Terms, affected: list[Appointment]) -> None:
        write_permissions(affected, book_of(self.unit.path))
        renamed = [one for one in affected if one.title != to_be.name]
        for one in renamed:
            one.title = to_be.name
        if renamed:
            Appointment.objects.bulk_update(renamed, ["title"], batch_size=2_000)
            note = HistoryNote(self.actor, f"角色改名为{to_be.name}")
            keep_history(Appointment, [one.pk for one in renamed], change="~", note=note)


def _told(change: RoleChange) -> dict:
    """What the trail says of a change."""
    return {
        "role": change.key,
        "before": _said(change.before),
        "after": _said(change.after),
        "appointments": change.appointments,
        "people": change.people,
    }


def _said(role: Terms | None) -> dict | None:
    return role and {
        "name": role.name,
        "acts_as": role.acts_as,
        "capabilities": sorted(role.capabilities),
        "retired": role.retired,
    }
