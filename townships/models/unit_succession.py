"""Which unit went on as which."""

from django.db import models

from townships.models.unit import AdministrativeUnit
from townships.models.unit_change import UnitChange
from townships.querysets import UnitQuerySet


class UnitSuccession(models.Model):
    """One unit's side of a change: it ended or gave something up (`before`), or began or took something over (`after`).

    A row belongs to one unit alone, so that a county reads what became of its village without reading of the other
    county; `other` is shown to whom it is in reach of.
    """

    unit_path = "unit__path"
    capabilities = {"view": "view_members"}

    class Side(models.TextChoices):
        BEFORE = "before", "由来"
        AFTER = "after", "去向"

    change = models.ForeignKey(UnitChange, verbose_name="变更", on_delete=models.PROTECT, related_name="successions")
    unit = models.ForeignKey(
        AdministrativeUnit, verbose_name="单位", on_delete=models.PROTECT, related_name="successions"
    )
    side = models.CharField("方向", max_length=6, choices=Side.choices)
    other = models.ForeignKey(
        AdministrativeUnit, verbose_name="对方单位", null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = "单位沿革"
        verbose_name_plural = "单位沿革"
        ordering = ["-change__day", "-pk"]

    def __str__(self) -> str:
        return f"{self.unit} {self.change}"
