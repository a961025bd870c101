"""Object permissions on units (django-guardian)."""

from django.db import models
from guardian.managers import UserObjectPermissionManager
from guardian.models import UserObjectPermissionBase

from townships.models.appointment import Appointment
from townships.models.unit import AdministrativeUnit
from townships.querysets import UnitQuerySet


class UnitPermission(UserObjectPermissionBase):
    """django-guardian's object permission on a unit; in force while the appointment that gave it is."""

    unit_path = "content_object__path"
    capabilities = {"view": "manage_appointments"}

    content_object = models.ForeignKey(AdministrativeUnit, on_delete=models.CASCADE)
    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="permissions")

    objects = UserObjectPermissionManager.from_queryset(UnitQuerySet)()

    class Meta(UserObjectPermissionBase.Meta):
        verbose_name = "单位权限"
        verbose_name_plural = "单位权限"
        # One permission may come from two appointments: each goes with its own.
        unique_together = ["user", "permission", "content_object", "appointment"]
