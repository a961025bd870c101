"""Where a village's members are expected."""

from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from townships.models import AdministrativeUnit
from townships.querysets import UnitQuerySet


class Fence(models.Model):
    """A place of a village with a radius. A village may have several, and they may differ by season."""

    unit_path = "unit__path"
    read_from_below = True
    capabilities = {
        "view": "view_attendance",
        "add": "manage_policy",
        "change": "manage_policy",
        "delete": "manage_policy",
    }

    unit = models.ForeignKey(
        AdministrativeUnit, verbose_name="村(社区)", on_delete=models.PROTECT, related_name="fences"
    )
    name = models.CharField("地点", max_length=60, default="村委会")
    latitude = models.FloatField("纬度(WGS-84)")
    longitude = models.FloatField("经度(WGS-84)")
    radius_m = models.PositiveIntegerField("半径(米)", null=True, blank=True, help_text="留空按考勤办法的范围。")
    begins = models.DateField("启用日期", null=True, blank=True)
    ends = models.DateField("停用日期", null=True, blank=True)

    objects = UnitQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "打卡范围"
        verbose_name_plural = "打卡范围"
        ordering = ["unit__path", "pk"]
        constraints = [
            models.CheckConstraint(
                name="fence_ends_after_it_begins",
                condition=Q(ends__isnull=True) | Q(begins__isnull=True) | Q(ends__gt=F("begins")),
                violation_error_message="停用日期必须晚于启用日期。",
            ),
            models.CheckConstraint(
                name="fence_is_on_the_globe",
                condition=Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                violation_error_message="经纬度超出范围，请核对。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit}{self.name}"
