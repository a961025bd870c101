"""Giving and ending a role."""

from collections.abc import Sequence
from copy import copy
from datetime import date

from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.db import transaction

from townships import audit
from townships.access import can, require
from townships.errors import NotAllowed, OwnMatter, Refused
from townships.history import HistoryNote, keep_history
from townships.models import AdministrativeUnit, Appointment, AuditEntry, Institution, UnitPermission, User
from townships.roles import CAPABILITIES, capabilities, label


class AppointmentRefused(Refused):
    code = "appointment.refused"


def require_appointing(*, actor: User | None, user: User, role: str, unit: AdministrativeUnit) -> None:
    """manage_appointments at the unit, not for himself, and nothing granted that he lacks there."""
    require(actor, "manage_appointments", unit)
    if actor is None or actor.is_superuser:
        return
    if actor.pk == user.pk:
        raise OwnMatter("不能给本人任职，请由上一级组织部门办理。")
    lacking = [CAPABILITIES[name] for name in sorted(capabilities(role)) if not can(actor, name, unit)]
    if lacking:
        raise NotAllowed(f"您没有“{'、'.join(lacking)}”的权限，不能任命{label(role)}。")


def write_permissions(appointment: Appointment) -> None:
    """Make the guardian rows of an appointment say what its role says."""
    appointment.permissions.all().delete()
    grant([appointment])


def grant(appointments: Sequence[Appointment]) -> None:
    """The guardian rows of appointments that have none."""
    permissions = Permission.objects.filter(content_type__app_label="townships", codename__in=CAPABILITIES)
    by_name = {permission.codename: permission for permission in permissions}
    rows = [
        UnitPermission(
            user_id=appointment.user_id,
            permission=by_name[name],
            content_object_id=appointment.unit_id,
            appointment=appointment,
        )
        for appointment in appointments
        for name in sorted(capabilities(appointment.role))
    ]
    UnitPermission.objects.bulk_create(rows, batch_size=2_000)


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
    require_appointing(actor=actor, user=user, role=role, unit=unit)
    appointment = Appointment(user=user, role=role, unit=unit, institution=institution, begins=begins, ends=ends)
    return _keep(appointment, actor=actor, act="appointment.given")


@transaction.atomic
def change_appointment(*, appointment: Appointment, actor: User | None = None) -> Appointment:
    """Store an edited appointment; the right is asked for the old unit and the new."""
    before = Appointment.objects.select_related("unit", "user").get(pk=appointment.pk)
    require_appointing(actor=actor, user=before.user, role=before.role, unit=before.unit)
    require_appointing(actor=actor, user=appointment.user, role=appointment.role, unit=appointment.unit)
    return _keep(appointment, actor=actor, act="appointment.changed", before=before)


@transaction.atomic
def end_appointment(*, appointment: Appointment, ends: date, actor: User | None = None) -> Appointment:
    """End a role: `ends` is the first day without it."""
    require_appointing(actor=actor, user=appointment.user, role=appointment.role, unit=appointment.unit)
    before = copy(appointment)
    appointment.ends = ends
    return _keep(appointment, actor=actor, act="appointment.ended", before=before)


def _told(appointment: Appointment) -> dict:
    """What the trail says of an appointment."""
    return {
        "role": appointment.role,
        "unit": appointment.unit.division_code,
        "begins": appointment.begins.isoformat(),
        "ends": appointment.ends.isoformat() if appointment.ends else None,
    }


def _keep(appointment: Appointment, *, actor: User | None, act: str, before: Appointment | None = None) -> Appointment:
    try:
        appointment.full_clean()
    except ValidationError as error:
        raise AppointmentRefused(" ".join(error.messages)) from error
    appointment.save()
    write_permissions(appointment)
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
    for appointment in (*given, *changed):
        require_appointing(actor=actor, user=appointment.user, role=appointment.role, unit=appointment.unit)
    Appointment.objects.bulk_create(given, batch_size=2_000)
    Appointment.objects.bulk_update(changed, ["begins", "ends"], batch_size=2_000)
    grant(given)
    for appointments, change, act in ((given, "+", "appointment.given"), (changed, "~", "appointment.changed")):
        keep_history(Appointment, [one.pk for one in appointments], change=change, note=note)
        entries = [
            AuditEntry(actor=actor, act=act, unit=one.unit, subject=str(one.user), details=_told(one))
            for one in appointments
        ]
        audit.record_all(entries)
