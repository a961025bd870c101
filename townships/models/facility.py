"""What a village has for the people who live in it."""

from django.db import models
from simple_history.models import HistoricalRecords

from townships.models.unit import AdministrativeUnit
from townships.querysets import UnitQuerySet


class Facility(models.Model):
    """A kind of equipment in a village, e.g. 电热水器."""

    unit_path = "unit__path"
    capabilities = {
        "view": "view_members",
        "add": "manage_roster",
        "change": "manage_roster",
        "delete": "manage_roster",
    }

    unit = models.ForeignKey(
        AdministrativeUnit, verbose_name="村(社区)", on_delete=models.PROTECT, related_name="facilities"
    )
    kind = models.CharField("设施", max_length=40)
    quantity = models.PositiveSmallIntegerField("数量", default=1)
    note = models.CharField("备注", max_length=200, blank=True)

    objects = UnitQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "村级设施"
        verbose_name_plural = "村级设施"
        ordering = ["unit__path", "kind", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "kind"],
                name="one_row_a_kind_of_facility",
                violation_error_message="这个村已登记过这种设施，请修改数量。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit}{self.kind}"
