"""Who holds which role where, and from when to when."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from simple_history.models import HistoricalRecords

from townships.models.institution import Institution
from townships.models.unit import AdministrativeUnit
from townships.querysets import UnitQuerySet
from townships.roles import ROLES, role_choices


def _standing(day, prefix: str = "") -> Q:
    """The dates of an appointment, or of the one it was delegated from, cover the day."""
    not_over = Q(**{f"{prefix}ends__isnull": True}) | Q(**{f"{prefix}ends__gt": day})
    return not_over & Q(**{f"{prefix}begins__lte": day})


class AppointmentQuerySet(UnitQuerySet):
    def in_force(self, day) -> "AppointmentQuerySet":
        """Those that act on the day: a delegation only while what it came from does, and is still the same role there,
        and while its holder has an office of his own near it: whoever is dismissed or moved away stands in for nobody.
        """
        kept = Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gt=day)
        principal = Q(
            delegated_from__role=F("role"), delegated_from__unit=F("unit"), delegated_from__user__is_active=True
        )
        lent = principal & _standing(day, "delegated_from__") & Q(Exists(self._offices_near(day)))
        stands = Q(delegated_from__isnull=True) | lent
        return self.filter(_standing(day), kept, stands)

    def _offices_near(self, day) -> models.QuerySet:
        """The same person's own roles within the office, as townships.delegation says it: a township and its villages."""
        village, township = AdministrativeUnit.Level.VILLAGE, AdministrativeUnit.Level.TOWNSHIP
        near = (
            Q(unit=OuterRef("unit"))
            | Q(unit__parent=OuterRef("unit"), unit__level=village)
            | Q(unit=OuterRef("unit__parent"), unit__level=township)
            | Q(unit__parent=OuterRef("unit__parent"), unit__level=village)
        )
        return self.model.objects.own().filter(_standing(day), near, user=OuterRef("user"))

    def with_acting(self, day) -> "AppointmentQuerySet":
        """Each with `acts_today`: whether it is in force on the day."""
        return self.annotate(acts_today=Exists(self.model.objects.in_force(day).filter(pk=OuterRef("pk"))))

    def own(self) -> "AppointmentQuerySet":
        """Those given to the holder himself."""
        return self.filter(delegated_from__isnull=True)

    def delegations(self) -> "AppointmentQuerySet":
        return self.filter(delegated_from__isnull=False)

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

    # A delegation is an appointment too: same role, same unit, for a time within the principal's own.
    delegated_from = models.ForeignKey(
        "self",
        verbose_name="代理谁的任职",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="delegations",
    )
    delegation_reason = models.CharField("委托原因", max_length=200, blank=True, editable=False)
    withdrawn_on = models.DateField("委托收回日期", null=True, blank=True, editable=False)

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
            models.CheckConstraint(
                name="a_delegation_has_an_end",
                condition=Q(delegated_from__isnull=True) | Q(ends__isnull=False, institution__isnull=True),
                violation_error_message="委托代理要写明结束日期。",
            ),
            models.CheckConstraint(
                name="only_a_delegation_is_withdrawn",
                condition=Q(delegated_from__isnull=False) | Q(withdrawn_on__isnull=True, delegation_reason=""),
                violation_error_message="只有委托代理可以收回。",
            ),
            # Overlapping times are refused by the action under a lock; this stops two that begin together.
            models.UniqueConstraint(
                name="one_delegate_at_a_time",
                fields=["delegated_from", "begins"],
                condition=Q(delegated_from__isnull=False, withdrawn_on__isnull=True),
                violation_error_message="这段时间已经委托他人代理。",
            ),
        ]

    def __str__(self) -> str:
        acting = "代理" if self.delegated_from_id else ""
        return f"{self.user} {acting}{self.unit}{self.title}"

    @property
    def is_delegation(self) -> bool:
        return self.delegated_from_id is not None
