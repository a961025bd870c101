"""Giving and ending a role."""

from copy import copy
from datetime import date

from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.db import transaction

from townships import audit
from townships.access import can, require
from townships.errors import NotAllowed, OwnMatter, Refused
from townships.models import AdministrativeUnit, Appointment, Institution, UnitPermission, User
from townships.roles import CAPABILITIES, capabilities, label


class AppointmentRefused(Refused):
    code = "appointment.refused"


def _require_right(*, actor: User | None, user: User, role: str, unit: AdministrativeUnit) -> None:
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
    permissions = Permission.objects.filter(
        content_type__app_label="townships", codename__in=capabilities(appointment.role)
    )
    UnitPermission.objects.bulk_create(
        UnitPermission(
            user_id=appointment.user_id,
            permission=permission,
            content_object_id=appointment.unit_id,
            appointment=appointment,
        )
        for permission in permissions
    )


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
    _require_right(actor=actor, user=user, role=role, unit=unit)
    appointment = Appointment(user=user, role=role, unit=unit, institution=institution, begins=begins, ends=ends)
    return _keep(appointment, actor=actor, act="appointment.given")


@transaction.atomic
def change_appointment(*, appointment: Appointment, actor: User | None = None) -> Appointment:
    """Store an edited appointment; the right is asked for the old unit and the new."""
    before = Appointment.objects.select_related("unit", "user").get(pk=appointment.pk)
    _require_right(actor=actor, user=before.user, role=before.role, unit=before.unit)
    _require_right(actor=actor, user=appointment.user, role=appointment.role, unit=appointment.unit)
    return _keep(appointment, actor=actor, act="appointment.changed", before=before)


@transaction.atomic
def end_appointment(*, appointment: Appointment, ends: date, actor: User | None = None) -> Appointment:
    """End a role: `ends` is the first day without it."""
    _require_right(actor=actor, user=appointment.user, role=appointment.role, unit=appointment.unit)
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
