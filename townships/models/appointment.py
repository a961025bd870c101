"""Who holds which role where, and from when to when."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from simple_history.models import HistoricalRecords

from townships.models.institution import Institution
from townships.models.unit import AdministrativeUnit
from townships.querysets import UnitQuerySet
from townships.roles import ROLES, role_choices


class AppointmentQuerySet(UnitQuerySet):
    def in_force(self, day) -> "AppointmentQuerySet":
        return self.filter(Q(ends__isnull=True) | Q(ends__gt=day), begins__lte=day)

    def still_with(self, capability: str) -> "AppointmentQuerySet":
        """Without those whose standard role holds the capability but who were left without it by their unit."""
        by_nature = [key for key, role in ROLES.items() if capability in role.capabilities]
        rows = self.model._meta.get_field("permissions").related_model.objects
        has_it = Exists(rows.filter(appointment=OuterRef("pk"), permission__codename=capability))
        return self.filter(~Q(acts_as__in=by_nature) | has_it)


class Appointment(models.Model):
    """A role at a unit for a half-open interval; its capabilities are guardian permissions on the unit's node.

    `acts_as` and `title` are what the role is there (models.Role), kept with the appointment so that no page looks them
    up; whoever changes the role changes them along (actions.set_role).
    """

    unit_path = "unit__path"
    member_path = "user"
    capabilities = {
        "view": "manage_appointments",
        "add": "manage_appointments",
        "change": "manage_appointments",
        "delete": "manage_appointments",
    }

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="账号", on_delete=models.PROTECT, related_name="appointments"
    )
    role = models.CharField("角色代码", max_length=40)
    acts_as = models.CharField("按哪个标准角色对待", max_length=40, choices=role_choices(), editable=False)
    title = models.CharField("角色", max_length=30, editable=False)
    unit = models.ForeignKey(
        AdministrativeUnit, verbose_name="单位", on_delete=models.PROTECT, related_name="appointments"
    )
    institution = models.ForeignKey(
        Institution,
        verbose_name="派出单位",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="appointments",
    )
    begins = models.DateField("开始日期")
    ends = models.DateField("结束日期", null=True, blank=True, help_text="从这一天起不再任职；留空表示一直有效。")

    objects = AppointmentQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "任职"
        verbose_name_plural = "任职"
        ordering = ["unit__path", "role", "pk"]
        constraints = [
            models.CheckConstraint(
                name="appointment_ends_after_it_begins",
                condition=Q(ends__isnull=True) | Q(ends__gt=F("begins")),
                violation_error_message="结束日期必须晚于开始日期。",
            ),
            models.CheckConstraint(
                name="an_institution_officer_has_an_institution",
                condition=Q(institution__isnull=False, acts_as="institution_officer")
                | (Q(institution__isnull=True) & ~Q(acts_as="institution_officer")),
                violation_error_message="派出单位联络员要选择派出单位，其他角色不选。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.unit}{self.title}"
