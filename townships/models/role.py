"""What a role means at a unit."""

from django.core.exceptions import ValidationError
from django.db import models
from simple_history.models import HistoricalRecords

from townships.models.unit import AdministrativeUnit
from townships.querysets import UnitQuerySet
from townships.role_rules import Terms
from townships.roles import CAPABILITIES, role_choices


def known_capabilities(names: list[str]) -> None:
    if not isinstance(names, list) or any(name not in CAPABILITIES for name in names):
        raise ValidationError("权限里有不认识的项目。")


class Role(models.Model):
    """A role as a unit defines it for itself and everything below; the nearest definition of a key applies.

    The key is a standard role's, which is then defined otherwise here, or one of the unit's own.
    """

    unit_path = "unit__path"
    read_from_below = True
    capabilities = {
        "view": "manage_appointments",
        "add": "manage_appointments",
        "change": "manage_appointments",
        "delete": "manage_appointments",
    }

    unit = models.ForeignKey(AdministrativeUnit, verbose_name="单位", on_delete=models.PROTECT, related_name="roles")
    key = models.CharField("代码", max_length=40)
    name = models.CharField("名称", max_length=30)
    acts_as = models.CharField("按哪个标准角色对待", max_length=40, choices=role_choices())
    grants = models.JSONField("权限", default=list, blank=True, validators=[known_capabilities])
    retired = models.BooleanField("停用", default=False)

    objects = UnitQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "角色"
        verbose_name_plural = "角色"
        ordering = ["unit__path", "pk"]
        constraints = [models.UniqueConstraint(fields=["unit", "key"], name="one_definition_of_a_role_a_unit")]

    def __str__(self) -> str:
        return self.name

    @property
    def terms(self) -> Terms:
        return Terms(self.key, self.name, self.acts_as, frozenset(self.grants), retired=self.retired)
