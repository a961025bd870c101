"""Meetings and trainings, and who missed them."""

from django.db import models
from simple_history.models import HistoricalRecords

from townships.models import AdministrativeUnit
from townships.querysets import UnitQuerySet


class Meeting(models.Model):
    """A briefing (周汇报会), meeting or training of a unit."""

    unit_path = "unit__path"
    capabilities = {
        "view": "view_attendance",
        "add": "manage_evidence",
        "change": "manage_evidence",
        "delete": "manage_evidence",
    }

    unit = models.ForeignKey(AdministrativeUnit, verbose_name="单位", on_delete=models.PROTECT, related_name="meetings")
    day = models.DateField("日期", db_index=True)
    name = models.CharField("会议或培训", max_length=100)

    objects = UnitQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "会议和培训"
        verbose_name_plural = "会议和培训"
        ordering = ["-day", "-pk"]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
