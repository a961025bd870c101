"""Whoever is no longer posted loses his account: first what he may do, later the account itself."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from cadres.models import Posting
from townships.account_trail import tell
from townships.actions.appoint import end_appointment
from townships.models import Appointment, User

#: Roles that only a posting gives.
POSTED_ROLES = ("member", "team_leader")


@dataclass(frozen=True)
class Closed:
    """How many appointments ended, and how many accounts were deactivated."""

    appointments: int
    accounts: int


@transaction.atomic
def close_accounts(*, day: date, keep_days: int, actor: User | None = None) -> Closed:
    """End the posted roles of people without a posting on `day`; deactivate accounts that held none for `keep_days`.

    Accounts with any other role, accounts that no person of the roster has, and people whose next posting has been
    written down already are left alone. So are demonstration accounts.
    """
    appointments = _without_posting(day)
    for appointment in appointments:
        end_appointment(appointment=appointment, ends=day, actor=actor)
    accounts = list(_long_without_role(day - timedelta(days=keep_days), day))
    for user in accounts:
        user.is_active = False
        user.save(update_fields=["is_active"])
        tell("account.closed", about=user, actor=actor, before={"is_active": True}, after={"is_active": False})
    return Closed(len(appointments), len(accounts))


def _people(day: date) -> QuerySet[User]:
    """Accounts of people of the roster with no posting on `day` or later and no other office."""
    postings = Posting.objects.filter(Q(ends__isnull=True) | Q(ends__gt=day), cadre__user=OuterRef("pk"))
    offices = Appointment.objects.filter(user=OuterRef("pk")).exclude(acts_as__in=POSTED_ROLES)
    return User.objects.filter(
        ~Exists(postings),
        ~Exists(offices.filter(Q(ends__isnull=True) | Q(ends__gt=day))),
        cadre__isnull=False,
        is_active=True,
        is_demo=False,
        is_superuser=False,
    )


def _without_posting(day: date) -> list[Appointment]:
    rows = Appointment.objects.in_force(day).filter(user__in=_people(day), acts_as__in=POSTED_ROLES, begins__lt=day)
    return list(rows.select_related("user", "unit", "institution").order_by("pk"))


def _long_without_role(since: date, day: date) -> QuerySet[User]:
    """Of these people those whose last role ended on `since` or before."""
    later = Appointment.objects.filter(Q(ends__isnull=True) | Q(ends__gt=since), user=OuterRef("pk"))
    had_one = Appointment.objects.filter(user=OuterRef("pk"))
    return _people(day).filter(~Exists(later), Exists(had_one)).order_by("pk")
