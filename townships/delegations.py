"""Delegations as they stand: what somebody can give away, to whom, and what he has given and been given."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from django.db.models import Q

from townships import wall
from townships.delegation import can_be_delegated, may_stand_in, office_path
from townships.models import AdministrativeUnit, Appointment, User
from townships.querysets import in_ranges

Level = AdministrativeUnit.Level
#: Whose office is a whole township; above, it is the unit's own node.
NEAR = (Level.TOWNSHIP, Level.VILLAGE)


@dataclass(frozen=True)
class Post:
    """One role of one person within an office: a squad leader of six villages gives all six away at once."""

    appointments: tuple[Appointment, ...]
    capabilities: frozenset[str]

    @property
    def first(self) -> Appointment:
        return self.appointments[0]

    @property
    def label(self) -> str:
        return f"{self.first.title}（{'、'.join(one.unit.name for one in self.appointments)}）"


@dataclass(frozen=True)
class Candidate:
    user: User
    title: str

    def __str__(self) -> str:
        return f"{self.user}（{self.title}）"


@dataclass(frozen=True)
class Delegation:
    """What was given away in one act: one row a unit, told as one thing."""

    rows: tuple[Appointment, ...]

    @property
    def first(self) -> Appointment:
        return self.rows[0]

    @property
    def delegate(self) -> User:
        return self.first.user

    @property
    def principal(self) -> User:
        return self.first.delegated_from.user

    @property
    def post(self) -> str:
        return f"{self.first.title}（{'、'.join(row.unit.name for row in self.rows)}）"

    @property
    def last_day(self) -> date:
        return self.first.ends - timedelta(days=1)

    @property
    def reason(self) -> str:
        return self.first.delegation_reason

    def standing(self, day: date) -> str:
        """现在代理, 还没有开始, 已收回 or 已到期."""
        if self.first.withdrawn_on is not None and self.first.withdrawn_on <= day:
            return "withdrawn"
        if self.first.ends <= day:
            return "over"
        return "future" if self.first.begins > day else "current"

    @classmethod
    def of(cls, rows: Iterable[Appointment]) -> list[Self]:
        """Rows of one act together: the same two people, role, time and reason."""
        found = defaultdict(list)
        with wall.beyond("a delegation is told to both, also where one of them does not reach yet"):
            rows = list(rows)
        for row in rows:
            key = (row.delegated_from.user_id, row.user_id, row.role, row.begins, row.ends, row.withdrawn_on)
            found[*key, row.delegation_reason].append(row)
        return [cls(tuple(group)) for group in found.values()]


def capabilities_of(appointments: Sequence[Appointment]) -> dict[int, frozenset[str]]:
    """What each appointment gives, as its guardian rows say."""
    found = defaultdict(set)
    rows = Appointment.objects.filter(pk__in=[one.pk for one in appointments], permissions__isnull=False)
    for pk, capability in rows.order_by().values_list("pk", "permissions__permission__codename"):
        found[pk].add(capability)
    return {one.pk: frozenset(found[one.pk]) for one in appointments}


def posts_of(user: User, day: date) -> list[Post]:
    """What a person holds himself today and may give away."""
    rows = Appointment.objects.own().in_force(day).filter(user=user, institution__isnull=True)
    return _posts(rows.select_related("unit__parent", "user").order_by("unit__path", "pk"))


def post_of(appointment: Appointment, day: date) -> Post | None:
    """The post that an appointment is part of; None where it is over, itself a delegation, or nothing to give away."""
    return next((post for post in posts_of(appointment.user, day) if appointment in post.appointments), None)


def _posts(rows: Iterable[Appointment]) -> list[Post]:
    appointments = list(rows)
    held = capabilities_of(appointments)
    groups = defaultdict(list)
    for one in appointments:
        if can_be_delegated(held[one.pk]):
            groups[one.role, _office(one)].append(one)
    return [Post(tuple(group), frozenset.union(*(held[one.pk] for one in group))) for group in groups.values()]


def _office(appointment: Appointment) -> str:
    unit = appointment.unit
    return office_path(unit.path, unit.level, unit.parent.path if unit.parent else "")


def candidates(post: Post, day: date) -> list[Candidate]:
    """Who may act for a post: people of the same office with appointments of their own, not himself."""
    office, first = _office(post.first), post.first
    rows = Appointment.objects.own().in_force(day).filter(institution__isnull=True, user__is_active=True)
    near = in_ranges("unit__path", [office]) if first.unit.level in NEAR else Q(unit=first.unit_id)
    rows = rows.filter(near).exclude(user=first.user_id)
    held: dict[tuple[int, str, str], set[str]] = defaultdict(set)
    with wall.beyond("whoever may stand in is of the same office, also where one does not reach"):
        for user, title, path, capability in rows.order_by("unit__path", "pk").values_list(
            "user_id", "title", "unit__path", "permissions__permission__codename"
        ):
            held[user, title, path].add(capability)
    able = {}
    for (user, title, path), own in held.items():
        if user not in able and _stands_in(post, own - {None}, path):
            able[user] = title
    people = User.objects.in_bulk(able)
    return [Candidate(people[pk], title) for pk, title in able.items()]


def _stands_in(post: Post, own: set[str], path: str) -> bool:
    return all(
        may_stand_in(
            principal=post.capabilities,
            at=one.unit.path,
            level=one.unit.level,
            parent=one.unit.parent.path if one.unit.parent else "",
            own=own,
            own_at=path,
        )
        for one in post.appointments
    )


def given_by(user: User) -> list[Delegation]:
    """Everything a person has given away, the latest first."""
    return Delegation.of(_rows().filter(delegated_from__user=user))


def received_by(user: User) -> list[Delegation]:
    return Delegation.of(_rows().filter(user=user))


def ending(user: User, keys: Iterable[int]) -> list[Appointment]:
    """Of these delegations those that the user may see in order to end them; the action asks the right again."""
    managed = Appointment.objects.reachable_by(user, "manage_appointments").order_by().values("pk")
    own = Q(user=user) | Q(delegated_from__user=user)
    with wall.beyond("a delegation is ended by either, also where one of them does not reach yet"):
        return list(_rows().filter(own | Q(pk__in=managed), pk__in=keys))


def in_force_for(user: User, day: date) -> list[Delegation]:
    """What acts today of what he has given away."""
    return Delegation.of(_rows().in_force(day).filter(delegated_from__user=user))


def _rows():
    rows = Appointment.objects.delegations().select_related("user", "unit", "delegated_from__user")
    return rows.order_by("-begins", "unit__path", "pk")
