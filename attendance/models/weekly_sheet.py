"""The weekly sheet of a village and its marks."""

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from townships.model_fields import on_behalf_of
from townships.models import AdministrativeUnit
from townships.querysets import UnitQuerySet


class WeeklySheet(models.Model):
    """A village's 周考勤表 of one ISO week, with who attested and who signed it."""

    unit_path = "unit__path"
    read_from_below = True
    capabilities = {"view": "view_attendance", "add": "manage_evidence", "change": "manage_evidence"}

    unit = models.ForeignKey(
        AdministrativeUnit, verbose_name="村(社区)", on_delete=models.PROTECT, related_name="weekly_sheets"
    )
    week = models.CharField("周", max_length=8, help_text="如 2026-W45")
    attested_by = models.CharField("村党组织书记签字", max_length=60, blank=True)
    attested_at = models.DateTimeField("签字时间", null=True, blank=True)
    leader_signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="队长签字",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    leader_signed_for = on_behalf_of()
    leader_signed_at = models.DateTimeField("队长签字时间", null=True, blank=True)
    note = models.CharField("备注", max_length=200, blank=True)

    objects = UnitQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "周考勤表"
        verbose_name_plural = "周考勤表"
        ordering = ["-week", "unit__path", "pk"]
        constraints = [models.UniqueConstraint(fields=["unit", "week"], name="one_sheet_a_village_and_week")]

    def __str__(self) -> str:
        return f"{self.unit} {self.week}"
