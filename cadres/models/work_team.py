"""The team of a village."""

from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from townships.models import AdministrativeUnit, Institution
from townships.querysets import UnitQuerySet


class WorkTeam(models.Model):
    """A village's team (驻村工作队); its members are the village's postings of the day."""

    unit_path = "village__path"
    capabilities = {
        "view": "view_members",
        "add": "manage_roster",
        "change": "manage_roster",
        "delete": "manage_roster",
    }

    village = models.ForeignKey(
        AdministrativeUnit, verbose_name="村(社区)", on_delete=models.PROTECT, related_name="work_teams"
    )
    name = models.CharField("名称", max_length=80)
    sponsoring_institution = models.ForeignKey(
        Institution,
        verbose_name="后盾单位",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="sponsored_teams",
    )
    begins = models.DateField("成立日期")
    ends = models.DateField("撤销日期", null=True, blank=True)

    objects = UnitQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "驻村工作队"
        verbose_name_plural = "驻村工作队"
        ordering = ["village__path", "-begins", "pk"]
        constraints = [
            models.CheckConstraint(
                name="team_ends_after_it_begins",
                condition=Q(ends__isnull=True) | Q(ends__gt=F("begins")),
                violation_error_message="撤销日期必须晚于成立日期。",
            ),
            models.UniqueConstraint(
                fields=["village"],
                condition=Q(ends__isnull=True),
                name="one_team_a_village",
                violation_error_message="这个村已有工作队，请先撤销原来的。",
            ),
        ]

    def __str__(self) -> str:
        return self.name
