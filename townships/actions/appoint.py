"""Giving and ending a role."""

from collections.abc import Sequence
from copy import copy
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from townships import audit
from townships.appointing import Appointing, not_over
from townships.errors import Refused
from townships.history import HistoryNote, keep_history
from townships.models import AdministrativeUnit, Appointment, AuditEntry, Institution, User
from townships.permission_rows import write_permissions
from townships.role_book import RoleBook
from townships.role_lock import while_appointing
from townships.role_rules import Terms


class AppointmentRefused(Refused):
    code = "appointment.refused"


@transaction.atomic
def appoint(
    *,
    user: User,
    role: str,
    unit: AdministrativeUnit,
    begins: date,
    ends: date | None = None,
    institution: Institution | None = None,
    actor: User | None = None,
) -> Appointment:
    """Give `user` a role at `unit` for [begins, ends)."""
    while_appointing([user])
    rights = Appointing(actor, users=[user], units=[unit])
    terms = rights.require_giving(user=user, role=role, unit=unit, institution=institution)
    appointment = Appointment(user=user, role=role, unit=unit, institution=institution, begins=begins, ends=ends)
    wear(appointment, terms)
    return _keep(appointment, rights.book, actor=actor, act="appointment.given")


@transaction.atomic
def change_appointment(*, appointment: Appointment, actor: User | None = None) -> Appointment:
    """Store an edited appointment; the right is asked for what it was and for what it becomes."""
    before = Appointment.objects.select_related("unit", "user", "institution").get(pk=appointment.pk)
    if before.is_delegation:
        raise AppointmentRefused("这是委托代理，不能修改：请收回后重新委托。")
    while_appointing([before.user, appointment.user])
    rights = Appointing(actor, users=[before.user, appointment.user], units=[before.unit, appointment.unit])
    rights.require_handling(user=before.user, unit=before.unit)
    if before.user_id != appointment.user_id and before.delegations.filter(not_over(), withdrawn_on__isnull=True):
        raise AppointmentRefused("这项任职正委托他人代理，不能换人：请先收回委托。")
    kept = _post(before) == _post(appointment) and rights.is_running(before)
    terms = rights.require_giving(**_post(appointment), besides=before.pk, kept=kept)
    wear(appointment, terms)
    return _keep(appointment, rights.book, actor=actor, act="appointment.changed", before=before)


@transaction.atomic
def end_appointment(*, appointment: Appointment, ends: date, actor: User | None = None) -> Appointment:
    """End a role: `ends` is the first day without it."""
    while_appointing([appointment.user])
    rights = Appointing(actor, users=[appointment.user], units=[appointment.unit])
    rights.require_handling(user=appointment.user, unit=appointment.unit)
    before = copy(appointment)
    if before.ends is not None and before.ends <= ends:
        raise AppointmentRefused(f"{before}已经结束，不用再办。")
    appointment.ends = ends
    return _keep(appointment, rights.book, actor=actor, act="appointment.ended", before=before)


def _post(appointment: Appointment) -> dict:
    """Who holds what where. While it is the same, an appointment goes on as it is; a new holder is a new giving."""
    return {name: getattr(appointment, name) for name in ("user", "role", "unit", "institution")}


def wear(appointment: Appointment, terms: Terms | None) -> None:
    """What the role is called at the unit, and which standard role it counts as; None leaves what was kept."""
    if terms is not None:
        appointment.title, appointment.acts_as = terms.name, terms.acts_as


def _told(appointment: Appointment) -> dict:
    """What the trail says of an appointment."""
    return {
        "role": appointment.role,
        "title": appointment.title,
        "unit": appointment.unit.division_code,
        "begins": appointment.begins.isoformat(),
        "ends": appointment.ends.isoformat() if appointment.ends else None,
    }


def _keep(
    appointment: Appointment, book: RoleBook, *, actor: User | None, act: str, before: Appointment | None = None
) -> Appointment:
    try:
        appointment.full_clean()
    except ValidationError as error:
        raise AppointmentRefused(" ".join(error.messages)) from error
    appointment.save()
    write_permissions([appointment], book)
    audit.record(
        actor=actor,
        act=act,
        unit=appointment.unit,
        subject=str(appointment.user),
        details=_told(appointment) | ({"before": _told(before)} if before else {}),
    )
    return appointment


@transaction.atomic
def appoint_all(
    *, given: Sequence[Appointment], changed: Sequence[Appointment], actor: User | None, note: HistoryNote
) -> None:
    """Give new roles and keep changed dates of others, a constant number of queries for any number of them.

    Each asks the right that `appoint` asks. Dates and institutions must be in order (cadres.actions.import_accounts
    has judged them row by row; the database keeps the rule).
    """
    every = [*given, *changed]
    while_appointing([one.user for one in every])
    rights = Appointing(actor, users=[one.user for one in every], units=[one.unit for one in every])
    for one in changed:
        rights.require_handling(user=one.user, unit=one.unit)
    for one in every:
        kept = rights.is_running(one)
        wear(one, rights.require_giving(**_post(one), besides=one.pk, kept=kept))
    Appointment.objects.bulk_create(given, batch_size=2_000)
    Appointment.objects.bulk_update(changed, ["begins", "ends", "acts_as", "title"], batch_size=2_000)
    write_permissions(every, rights.book)
    for appointments, change, act in ((given, "+", "appointment.given"), (changed, "~", "appointment.changed")):
        keep_history(Appointment, [one.pk for one in appointments], change=change, note=note)
        entries = [
            AuditEntry(actor=actor, act=act, unit=one.unit, subject=str(one.user), details=_told(one))
            for one in appointments
        ]
        audit.record_all(entries)
