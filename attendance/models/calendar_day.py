"""Public holidays and make-up workdays, and days a unit is exempt."""

from django.db import models
from simple_history.models import HistoricalRecords

from townships.models import AdministrativeUnit
from townships.querysets import UnitQuerySet


class CalendarDay(models.Model):
    """A day that differs from its weekday: a holiday, or a weekend day worked (调休). Shared by all units."""

    class Kind(models.TextChoices):
        HOLIDAY = "holiday", "放假"
        WORKDAY = "workday", "上班"

    day = models.DateField("日期", unique=True)
    kind = models.CharField("类别", max_length=8, choices=Kind.choices)
    name = models.CharField("名称", max_length=40, blank=True)
    source = models.CharField("依据", max_length=100, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "节假日和调休"
        verbose_name_plural = "节假日和调休"
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"{self.day} {self.get_kind_display()}"


class ExemptDay(models.Model):
    """A day on which a unit's people need not be in the village (typhoon, flood), with the reason."""

    unit_path = "unit__path"
    capabilities = {
        "view": "view_attendance",
        "add": "manage_policy",
        "change": "manage_policy",
        "delete": "manage_policy",
    }

    unit = models.ForeignKey(
        AdministrativeUnit, verbose_name="单位", on_delete=models.PROTECT, related_name="exempt_days"
    )
    day = models.DateField("日期")
    reason = models.CharField("原因", max_length=200)

    objects = UnitQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "免考勤日"
        verbose_name_plural = "免考勤日"
        ordering = ["-day", "unit__path"]
        constraints = [models.UniqueConstraint(fields=["unit", "day"], name="one_exemption_a_unit_and_day")]

    def __str__(self) -> str:
        return f"{self.unit} {self.day}"
