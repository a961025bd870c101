"""Which roles an officer may give, and whose appointments and accounts he may touch, for any number of people.

The judgements are role_rules; here is what they are asked about: what the officer is at a unit, what a role means
there, and what a person holds there by his other appointments, running and to come. The operator (None) and superusers
are held to what a role is, not to what they are.
"""

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

from django.db.models import Q

from townships import periods
from townships.access import can, require
from townships.errors import NotAllowed, OwnMatter, Refused
from townships.models import AdministrativeUnit, Appointment, Institution, User
from townships.paths import covers
from townships.role_book import RoleBook, book_of
from townships.role_rules import Standing, Terms, against_giving, against_handling, unfit
from townships.roles import ROLES

_ASKED_AT_ONCE = 5_000
_STRANGER = "这个账号归系统管理员管，请联系系统管理员办理。"


class RoleUnfit(Refused):
    """The role cannot be held there: unknown, retired, or of another level."""

    code = "role.unfit"


class Holding:
    """What one appointment gives somebody: where, as which standard role, which capabilities."""

    __slots__ = ("acts_as", "appointment", "capabilities", "path")

    def __init__(self, appointment: int | None, path: str, acts_as: str, capabilities: set[str]) -> None:
        self.appointment, self.path, self.acts_as, self.capabilities = appointment, path, acts_as, capabilities


def not_over(day=None) -> Q:
    """Appointments that run or are to come."""
    return Q(ends__isnull=True) | Q(ends__gt=day or periods.today())


def holdings_of(users: Iterable[int]) -> dict[int, list[Holding]]:
    """By user what his appointments, running and to come, give him: the guardian rows, one query for 5,000 people."""
    keys, found = sorted(set(users)), defaultdict(list)
    for start in range(0, len(keys), _ASKED_AT_ONCE):
        rows = Appointment.objects.filter(not_over(), user__in=keys[start : start + _ASKED_AT_ONCE]).order_by("pk")
        last = None
        for pk, user, path, acts_as, name in rows.values_list(
            "pk", "user_id", "unit__path", "acts_as", "permissions__permission__codename"
        ):
            if last is None or last.appointment != pk:
                last = Holding(pk, path, acts_as, set())
                found[user].append(last)
            if name:
                last.capabilities.add(name)
    return found


def standing_at(actor: User, path: str, beside: Iterable[str] = ()) -> Standing:
    """What an officer is at a unit today, to somebody who holds something there by appointments at the paths `beside`.

    By what is his own: what was lent to him for a time is not his to give, and makes nobody less than he is.
    """
    places = {path, *beside}
    managing = actor.paths("manage_appointments")
    above = any(all(covers(each, place) and each != place for place in places) for each in managing)
    ranks = (ROLES[one.acts_as].rank for one in actor.own_appointments_today() if covers(one.unit.path, path))
    return Standing(actor.held_himself_at(path), above, max(ranks, default=0))


class Appointing:
    """An officer's rights over some people at some units: two queries for any number of them."""

    def __init__(
        self,
        actor: User | None,
        *,
        users: Iterable[User],
        units: Iterable[AdministrativeUnit],
        book: RoleBook | None = None,
    ) -> None:
        self.actor = actor
        self.book = book or book_of(*(unit.path for unit in units))
        self._users = [user.pk for user in users if user.pk]
        self._given: dict[str, list[Holding]] = defaultdict(list)

    @property
    def _is_free(self) -> bool:
        return self.actor is None or self.actor.is_superuser

    @cached_property
    def _holdings(self) -> dict[int, list[Holding]]:
        return holdings_of(self._users)

    def is_running(self, appointment: Appointment) -> bool:
        """Whether the appointment, as it is stored, runs or is to come."""
        kept = self._holdings.get(appointment.user_id, []) if appointment.pk else []
        return any(one.appointment == appointment.pk for one in kept)

    def role(self, key: str, unit: AdministrativeUnit) -> Terms:
        """The role as it is at the unit. Another county's own role does not exist here."""
        role = self.book.at(key, unit.path)
        if role is None:
            raise RoleUnfit(f"{unit.name}没有这个角色，请重新选择。")
        return role

    def require_giving(
        self,
        *,
        user: User,
        role: str,
        unit: AdministrativeUnit,
        institution: Institution | None = None,
        besides: int | None = None,
        kept: bool = False,
    ) -> Terms | None:
        """The role, where the actor may give it: manage_appointments there, not to himself, nothing that he lacks,
        nobody above or beside him.

        Whoever follows an institution sees its people wherever they are: it must be within the actor's own charge.
        `besides` is the appointment that this one takes the place of; with `kept` it is the same role at the same unit,
        which may be retired, or gone (None), and goes on.
        """
        self._require_managing(user, unit)
        terms = self.book.at(role, unit.path) if kept else self.role(role, unit)
        if not kept and (reason := unfit(terms, unit.level)):
            raise RoleUnfit(reason)
        if self._is_free or terms is None:
            return terms
        if institution is not None and not kept and not can(self.actor, "manage_appointments", institution):
            raise NotAllowed(f"“{institution}”由上级管，它派出的人不只在您这里，联络员请由上一级组织部门任命。")
        over = [one for one in self._over(user, unit.path) if besides is None or one.appointment != besides]
        officer = standing_at(self.actor, unit.path, [one.path for one in over])
        if reason := against_giving(officer, terms, _together(over)):
            raise NotAllowed(reason)
        self._given[user.username].append(Holding(None, unit.path, terms.acts_as, set(terms.capabilities)))
        return terms

    def require_handling(self, *, user: User, unit: AdministrativeUnit) -> None:
        """That the actor may change or end what this person holds at the unit: he is below the actor there."""
        self._require_managing(user, unit)
        if self._is_free:
            return
        over = self._over(user, unit.path)
        officer = standing_at(self.actor, unit.path, [one.path for one in over])
        if reason := against_handling(
            officer, _together(over), max((ROLES[one.acts_as].rank for one in over), default=0)
        ):
            raise NotAllowed(reason)

    def _require_managing(self, user: User, unit: AdministrativeUnit) -> None:
        require(self.actor, "manage_appointments", unit)
        if self._is_free:
            return
        if self.actor.pk == user.pk:
            raise OwnMatter("不能给本人办理任职，请由上一级组织部门办理。")
        if user.is_superuser:
            raise NotAllowed(_STRANGER)

    def _over(self, user: User, path: str) -> list[Holding]:
        """What he holds at a unit: by appointments there or above it, and by what was just given."""
        known = self._holdings.get(user.pk, []) if user.pk else []
        return [one for one in [*known, *self._given.get(user.username, [])] if covers(one.path, path)]


def _together(holdings: Iterable[Holding]) -> frozenset[str]:
    return frozenset().union(*(one.capabilities for one in holdings))


def require_account_below(actor: User | None, account: User) -> None:
    """That an officer may do to an account what would let him act as its owner: set its password, take away its second
    factor, change its name or number, close it, end its tokens.

    All that the account holds, now or later, must be at units where the actor manages appointments, and less there than
    what the actor holds: else a reset password would be a way up, or into a colleague's name.
    """
    if actor is None or actor.is_superuser:
        return
    if actor.pk == account.pk:
        raise OwnMatter("不能在这里办理本人的账号，请在右上角“我的菜单”里办，或请上一级组织部门办理。")
    if account.is_superuser:
        raise NotAllowed(_STRANGER)
    held = account.appointments.filter(not_over()).select_related("unit").order_by("unit__path", "pk")
    units = {one.unit.pk: one.unit for one in held}.values()
    rights = Appointing(actor, users=[account], units=[], book=RoleBook(()))
    for unit in units:
        rights.require_handling(user=account, unit=unit)


def may_handle(actor: User, account: User) -> bool:
    try:
        require_account_below(actor, account)
    except Refused:
        return False
    return True
