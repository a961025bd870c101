"""Accounts."""

from collections import defaultdict
from dataclasses import dataclass

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.utils import timezone

from townships import periods, wall
from townships.delegation import acts_for
from townships.passwords import REMEMBERED
from townships.paths import covered, topmost
from townships.querysets import UnitQuerySet, kept_by_dated


@dataclass(frozen=True)
class Grants:
    """Capability → topmost paths, the institutions followed, the paths of his posts, and whether anything can be his own.

    `own` are the paths held in one's own right, `lent` by path whose delegate one is there.
    """

    paths: dict[str, tuple[str, ...]]
    own: dict[str, set[str]]
    lent: dict[str, dict[str, int]]
    institutions: tuple[int, ...]
    places: tuple[str, ...]
    may_be_posted: bool


class UserQuerySet(UnitQuerySet):
    def reachable_by(self, user, capability: str) -> "UserQuerySet":
        """Accounts of the people who are there: who was appointed elsewhere since is no longer one's own to look after."""
        if user.is_superuser and user.is_active:
            return self.all()
        appointments = self.model._meta.get_field("appointments").related_model
        there = kept_by_dated(appointments.objects.reachable_by(user, capability), "user", periods.today())
        return self.filter(pk__in=there)


class ScopedUserManager(UserManager.from_queryset(UserQuerySet)):
    """Django's user manager that can also be scoped."""


class User(AbstractUser):
    """A person who can log in. What he reaches comes from his appointments in force today."""

    unit_path = "appointments__unit__path"
    capabilities = {
        "view": "manage_appointments",
        "add": "manage_appointments",
        "change": "manage_appointments",
        "delete": "manage_appointments",
    }

    #: How a person who is posted links to his account (the one to one of a person, a floor above).
    person_link = "cadre"

    first_name = None
    last_name = None
    display_name = models.CharField("姓名", max_length=60)
    phone = models.CharField("联系电话", max_length=20, blank=True)
    is_demo = models.BooleanField("演示账号", default=False, editable=False)

    must_change_password = models.BooleanField("下次登录须改密码", default=False, editable=False)
    # Hashes, the newest first; whoever sets a password sees to it that the last ones are not used again.
    recent_passwords = models.JSONField("最近用过的密码", default=list, editable=False)

    password_set_at = models.DateTimeField("设密码的时间", null=True, editable=False)

    objects = ScopedUserManager()

    class Meta:
        verbose_name = "账号"
        verbose_name_plural = "账号"

    def __str__(self) -> str:
        return self.display_name or self.username

    def set_password(self, raw_password: str | None) -> None:
        super().set_password(raw_password)
        if raw_password is not None:
            self.recent_passwords = [self.password, *self.recent_passwords][:REMEMBERED]
            self.password_set_at = timezone.now()

    def get_full_name(self) -> str:
        return self.display_name

    def get_short_name(self) -> str:
        return self.display_name

    def _grants(self) -> Grants:
        """What his appointments of today give him; one query, kept for the request.

        The guardian rows are read through the appointment that gave them, so its dates decide.
        """
        if not hasattr(self, "_grants_kept"):
            rows = (
                self.appointments.in_force(periods.today())
                .order_by()
                .values_list(
                    "institution_id",
                    "unit__path",
                    "delegated_from__user_id",
                    "permissions__permission__codename",
                    "permissions__content_object__path",
                    f"user__{self.person_link}",
                )
            )
            found, own = defaultdict(set), defaultdict(set)
            lent: dict[str, dict[str, int]] = defaultdict(dict)
            institutions: set[int] = set()
            places: set[str] = set()
            people: set[int | None] = set()
            with wall.beyond("what somebody reaches is found before he reaches it"):
                for institution, place, principal, capability, path, person in rows:
                    places.add(place)
                    people.add(person)
                    if institution:
                        institutions.add(institution)
                    if not capability:
                        continue
                    found[capability].add(path)
                    if principal:
                        lent[capability][path] = principal
                    else:
                        own[capability].add(path)
            self._grants_kept = Grants(
                paths={capability: topmost(paths) for capability, paths in found.items()},
                own=own,
                lent=lent,
                institutions=tuple(sorted(institutions)),
                places=tuple(sorted(places)),
                # Without an appointment nothing was read of him; his own is all he has then, and costs nothing to look for.
                may_be_posted=people != {None},
            )
        return self._grants_kept

    def paths(self, capability: str) -> tuple[str, ...]:
        """The topmost paths at which this user holds the capability today."""
        return self._grants().paths.get(capability, ())

    def acts_for(self, capability: str, path: str) -> int | None:
        """The account on whose behalf he acts where he holds the capability by delegation alone; else None."""
        grants = self._grants()
        return acts_for(path, own=grants.own.get(capability, ()), lent=grants.lent.get(capability, {}))

    def reach(self) -> tuple[str, ...]:
        """The topmost paths at which he holds anything at all."""
        return topmost(path for paths in self._grants().paths.values() for path in paths)

    def reaches(self, path: str) -> bool:
        return self.is_superuser or covered(path, self.reach())

    def appointments_today(self) -> list:
        """Appointments in force today, units loaded, highest unit first; one query, kept for the request."""
        if not hasattr(self, "_appointments_kept"):
            with wall.beyond("one's own posts are read before one's reach is known"):
                self._appointments_kept = list(
                    self.appointments.in_force(periods.today())
                    .select_related("unit", "institution", "delegated_from__user")
                    .order_by("unit__path", "pk")
                )
        return self._appointments_kept

    def own_appointments_today(self) -> list:
        """Those given to himself, not lent to him for a time."""
        return [one for one in self.appointments_today() if not one.is_delegation]

    def roles_today(self) -> frozenset[str]:
        """The standard roles that he counts as today."""
        return frozenset(appointment.acts_as for appointment in self.appointments_today())

    def held_at(self, path: str) -> frozenset[str]:
        """The capabilities he holds at a unit today."""
        return frozenset(name for name, paths in self._grants().paths.items() if covered(path, paths))

    def held_himself_at(self, path: str) -> frozenset[str]:
        """Of these the ones that are his own, not lent to him for a time: what he may pass on, and be measured by."""
        return frozenset(name for name, paths in self._grants().own.items() if covered(path, tuple(paths)))

    def held_anywhere(self) -> frozenset[str]:
        return frozenset(self._grants().paths)

    def institution_ids(self) -> tuple[int, ...]:
        """Institutions whose people he follows, read only."""
        return self._grants().institutions

    def places(self) -> tuple[str, ...]:
        """The paths of the units he is appointed at, also where that gives him nothing over others."""
        return self._grants().places

    def may_be_posted(self) -> bool:
        """False when no person who is or was posted has this account, so that nothing can be his own."""
        return self._grants().may_be_posted
