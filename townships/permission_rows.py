"""The guardian rows of appointments."""

from collections.abc import Sequence

from django.contrib.auth.models import Permission

from townships.delegation import delegable
from townships.models import Appointment, UnitPermission
from townships.role_book import RoleBook
from townships.roles import CAPABILITIES

_AT_ONCE = 2_000


def granted(appointment: Appointment, book: RoleBook) -> frozenset[str] | None:
    """What an appointment gives: the one answer that its guardian rows are written from. A delegation gives less.

    None: there is no such role there any more (its unit has moved), and what was given stays as it is.
    """
    role = book.at(appointment.role, appointment.unit.path)
    if role is None:
        return None
    return delegable(role.capabilities) if appointment.is_delegation else role.capabilities


def write_permissions(appointments: Sequence[Appointment], book: RoleBook) -> None:
    """Make the guardian rows of appointments say what their roles say: a few statements for any number of them."""
    permissions = Permission.objects.filter(content_type__app_label="townships", codename__in=CAPABILITIES)
    number_of = dict(permissions.values_list("codename", "pk"))
    wanted = {
        (one.pk, one.user_id, one.unit_id, number_of[name]) for one in appointments for name in granted(one, book) or ()
    }
    settled = [one.pk for one in appointments if granted(one, book) is not None]
    stale = []
    for start in range(0, len(settled), _AT_ONCE):
        rows = UnitPermission.objects.filter(appointment__in=settled[start : start + _AT_ONCE]).order_by()
        for pk, *row in rows.values_list("pk", "appointment_id", "user_id", "content_object_id", "permission_id"):
            if tuple(row) in wanted:
                wanted.remove(tuple(row))
            else:
                stale.append(pk)
    for start in range(0, len(stale), _AT_ONCE):
        UnitPermission.objects.filter(pk__in=stale[start : start + _AT_ONCE]).delete()
    missing = [
        UnitPermission(appointment_id=appointment, user_id=user, content_object_id=unit, permission_id=permission)
        for appointment, user, unit, permission in sorted(wanted)
    ]
    UnitPermission.objects.bulk_create(missing, batch_size=_AT_ONCE)
