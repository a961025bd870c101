"""How a unit's own headers are to be understood."""

from django.db import models

from townships.models import AdministrativeUnit
from townships.querysets import UnitQuerySet


class ColumnChoice(models.Model):
    """A header that somebody of the unit corrected by hand; the next file with that header is read so at once."""

    unit_path = "unit__path"
    capabilities = {"view": "view_members"}

    unit = models.ForeignKey(
        AdministrativeUnit, verbose_name="单位", on_delete=models.CASCADE, related_name="column_choices"
    )
    kind = models.CharField("表的种类", max_length=40)
    header = models.CharField("表头", max_length=200)
    key = models.CharField("当作哪一列", max_length=60, blank=True, help_text="空着：不是我们的列，照原样留着。")

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = "列名对应"
        verbose_name_plural = "列名对应"
        ordering = ["unit", "kind", "header"]
        constraints = [models.UniqueConstraint(fields=["unit", "kind", "header"], name="column_chosen_once")]

    def __str__(self) -> str:
        return f"{self.header} → {self.key or '其他栏'}"
