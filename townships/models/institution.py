"""Dispatching (派出) and sponsoring (后盾) institutions."""

from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from townships.models.unit import AdministrativeUnit
from townships.paths import ancestors
from townships.querysets import UnitQuerySet


class InstitutionQuerySet(UnitQuerySet):
    def offered_to(self, user, capability: str) -> "InstitutionQuerySet":
        """What a form offers: those in reach, and those of the units above, whose directory a township enters people from."""
        above = {path for reached in user.paths(capability) for path in ancestors(reached)}
        return self.filter(Q(pk__in=self.reachable_by(user, "view_members").values("pk")) | Q(unit__path__in=above))


class Institution(models.Model):
    """A body that sends people or backs a village; kept at the unit (mostly the county) that deals with it."""

    unit_path = "unit__path"
    read_from_below = True
    capabilities = {
        "view": "view_members",
        "add": "manage_institutions",
        "change": "manage_institutions",
        "delete": "manage_institutions",
    }

    name = models.CharField("名称", max_length=100)
    normalised_name = models.CharField("归一名称", max_length=100, editable=False)
    unit = models.ForeignKey(
        AdministrativeUnit, verbose_name="所属单位", on_delete=models.PROTECT, related_name="institutions"
    )
    contact = models.CharField("联系人", max_length=60, blank=True)
    phone = models.CharField("联系电话", max_length=20, blank=True)

    objects = InstitutionQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "派出(后盾)单位"
        verbose_name_plural = "派出(后盾)单位"
        ordering = ["unit__path", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "normalised_name"],
                name="one_institution_of_a_name_at_a_unit",
                violation_error_message="这里已有同名单位。",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:
        self.normalised_name = "".join(self.name.split())
        super().save(*args, **kwargs)
