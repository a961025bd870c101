"""A new account with its first appointment."""

import secrets
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from townships import audit
from townships.actions.appoint import AppointmentRefused, appoint
from townships.models import AdministrativeUnit, Institution, User

#: Without look-alikes, because first passwords are read off paper.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def first_password() -> str:
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(3))


@transaction.atomic
def open_account(
    *,
    username: str,
    display_name: str,
    role: str,
    unit: AdministrativeUnit,
    begins: date,
    ends: date | None = None,
    phone: str = "",
    institution: Institution | None = None,
    actor: User | None = None,
) -> tuple[User, str]:
    """The account and its first password, which is stored nowhere: hand it over now."""
    password = first_password()
    user = User(username=username, display_name=display_name, phone=phone, must_change_password=True)
    user.set_password(password)
    try:
        user.full_clean()
    except ValidationError as error:
        raise AppointmentRefused(" ".join(error.messages)) from error
    user.save()
    appoint(user=user, role=role, unit=unit, institution=institution, begins=begins, ends=ends, actor=actor)
    audit.record(actor=actor, act="account.opened", unit=unit, subject=username)
    return user, password
