"""Days on which a unit is exempt."""

from django.db import models
from simple_history.models import HistoricalRecords

from townships.models import AdministrativeUnit
from townships.querysets import UnitQuerySet


class ExemptDay(models.Model):
    """A day on which a unit's people need not be in the village (typhoon, flood), with the reason."""

    unit_path = "unit__path"
    read_from_below = True
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
