"""What a unit was called, and from when."""

from django.db import models

from townships.models.unit import AdministrativeUnit
from townships.models.unit_change import UnitChange
from townships.querysets import UnitQuerySet


class UnitNameQuerySet(UnitQuerySet):
    def in_turn(self) -> "UnitNameQuerySet":
        """A unit's names one after another; the first has no day, which databases put at different ends."""
        return self.order_by("unit", models.F("begins").asc(nulls_first=True), "pk")


class UnitName(models.Model):
    """A name and code of a unit from `begins` on (None: from the beginning) until its next one begins.

    The unit's own row bears those of today: a name of a day to come is put there on its day (`taken_up_at`).
    """

    unit_path = "unit__path"
    read_from_below = True
    capabilities = {"view": "view_members"}

    unit = models.ForeignKey(AdministrativeUnit, verbose_name="单位", on_delete=models.PROTECT, related_name="names")
    name = models.CharField("名称", max_length=60)
    division_code = models.CharField("区划代码", max_length=12, db_index=True)
    begins = models.DateField("开始日期", null=True)
    change = models.ForeignKey(
        UnitChange, verbose_name="变更", null=True, on_delete=models.PROTECT, related_name="names"
    )
    taken_up_at = models.DateTimeField("启用时间", null=True)

    objects = UnitNameQuerySet.as_manager()

    class Meta:
        verbose_name = "单位名称"
        verbose_name_plural = "单位名称"
        ordering = ["unit__path", "begins", "pk"]
        constraints = [models.UniqueConstraint(fields=["unit", "begins"], name="one_name_a_unit_and_day")]

    def __str__(self) -> str:
        return self.name
