"""Weeks that a published bulletin froze."""

from django.db import models

from reports.models.bulletin import Bulletin
from townships.models import AdministrativeUnit
from townships.querysets import UnitQuerySet


class WeekLock(models.Model):
    """A week of a unit's subtree that a published bulletin froze; unique, so two publications cannot both win."""

    unit_path = "unit__path"
    read_from_below = True
    capabilities = {"view": "view_bulletins"}

    unit = models.ForeignKey(
        AdministrativeUnit, verbose_name="单位", on_delete=models.PROTECT, related_name="week_locks"
    )
    week = models.CharField("周", max_length=8)
    bulletin = models.ForeignKey(Bulletin, verbose_name="月通报", on_delete=models.PROTECT, related_name="locks")

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = "锁定的周"
        verbose_name_plural = "锁定的周"
        ordering = ["unit__path", "week"]
        constraints = [models.UniqueConstraint(fields=["unit", "week"], name="one_lock_a_unit_and_week")]

    def __str__(self) -> str:
        return f"{self.unit} {self.week}"
