"""Spot checks: the draw and what was found."""

from django.conf import settings
from django.db import models

from attendance.models.check_method import CheckMethod
from townships.model_fields import on_behalf_of
from townships.models import AdministrativeUnit
from townships.querysets import UnitQuerySet


class SpotCheck(models.Model):
    """One draw (抽查) of a unit: which villages and people, and the seed that proves it."""

    unit_path = "unit__path"
    capabilities = {"view": "view_attendance", "add": "record_spot_check"}

    unit = models.ForeignKey(
        AdministrativeUnit, verbose_name="单位", on_delete=models.PROTECT, related_name="spot_checks"
    )
    day = models.DateField("日期")
    seed = models.CharField("随机种子", max_length=64)
    commitment = models.CharField("承诺值", max_length=64)
    method = models.CharField("方式", max_length=10, choices=CheckMethod.choices, default=CheckMethod.ONSITE)
    villages = models.JSONField("抽中的村", default=list)
    people = models.JSONField("抽中的人", default=list)
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="抽取人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    on_behalf_of = on_behalf_of()
    drawn_at = models.DateTimeField("抽取时间", auto_now_add=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = "抽查"
        verbose_name_plural = "抽查"
        ordering = ["-day", "-pk"]

    def __str__(self) -> str:
        return f"{self.unit} {self.day} 抽查"
