"""Rules that differ from place to place, as versioned documents."""

from django.conf import settings
from django.db import models

from townships.models import AdministrativeUnit
from townships.querysets import UnitQuerySet


class PolicyQuerySet(UnitQuerySet):
    def reachable_by(self, user, capability: str) -> "PolicyQuerySet":
        """Also the nation's versions, for whoever may read any: they bind everybody and tell about nobody."""
        reach = super().reachable_by(user, capability)
        if capability == self.model.capabilities["view"] and user.is_active and user.paths(capability):
            return reach | self.filter(unit__isnull=True)
        return reach


class PolicyVersion(models.Model):
    """One version of a unit's rules; never edited. The nearest ancestor's newest version in force applies."""

    unit_path = "unit__path"
    read_from_below = True
    capabilities = {"view": "view_attendance", "add": "manage_policy"}

    unit = models.ForeignKey(
        AdministrativeUnit, verbose_name="单位", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    effective_from = models.DateField("生效日期")
    revision = models.PositiveSmallIntegerField("修订", default=1)
    document = models.JSONField("内容")
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="设定人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    set_at = models.DateTimeField("设定时间", auto_now_add=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["unit__path", "-effective_from", "-revision"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "effective_from", "revision"], name="one_%(class)s_a_revision"),
            # A row without a unit is the nation's; null differs from null in the constraint above.
            models.UniqueConstraint(
                fields=["effective_from", "revision"],
                condition=models.Q(unit__isnull=True),
                name="one_national_%(class)s",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit or '通用'} {self.effective_from} 第 {self.revision} 版"
