"""People sent together."""

from django.db import models
from simple_history.models import HistoricalRecords

from townships.models import AdministrativeUnit
from townships.querysets import UnitQuerySet


class Batch(models.Model):
    """A batch (批次) of dispatched people."""

    unit_path = "unit__path"
    read_from_below = True
    capabilities = {
        "view": "view_members",
        "add": "manage_roster",
        "change": "manage_roster",
        "delete": "manage_roster",
    }

    unit = models.ForeignKey(AdministrativeUnit, verbose_name="单位", on_delete=models.PROTECT, related_name="batches")
    name = models.CharField("批次", max_length=60)
    begins = models.DateField("开始日期", null=True, blank=True)

    objects = UnitQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "批次"
        verbose_name_plural = "批次"
        ordering = ["unit__path", "-begins", "name", "pk"]
        constraints = [models.UniqueConstraint(fields=["unit", "name"], name="one_batch_of_a_name_at_a_unit")]

    def __str__(self) -> str:
        return self.name
