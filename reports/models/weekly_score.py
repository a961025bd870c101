"""Scores of a week, and how they changed."""

from django.db import models

from cadres.models import Cadre, Posting
from reports.models.scheme import ScoringScheme
from townships.models import AdministrativeUnit
from townships.querysets import UnitQuerySet


class WeeklyScore(models.Model):
    """One member's score of one ISO week at one township.

    Two postings of a person in one week in one township are one member: his days are united and the
    row hangs on the later posting. `dimensions` holds base, score and every deduction with rule,
    points, dates and evidence; `facts` the counted halves and nights that ranking asks for.
    """

    unit_path = "village__path"
    member_path = "cadre__user"
    institution_path = "posting__dispatching_institution"
    capabilities = {"view": "view_scores"}

    cadre = models.ForeignKey(Cadre, verbose_name="干部", on_delete=models.PROTECT, related_name="weekly_scores")
    posting = models.ForeignKey(Posting, verbose_name="派驻", on_delete=models.PROTECT, related_name="weekly_scores")
    village = models.ForeignKey(
        AdministrativeUnit, verbose_name="驻村", on_delete=models.PROTECT, related_name="weekly_scores"
    )
    township = models.ForeignKey(AdministrativeUnit, verbose_name="乡镇", on_delete=models.PROTECT, related_name="+")
    week = models.CharField("周", max_length=8)
    total = models.DecimalField("得分", max_digits=7, decimal_places=2)
    dimensions = models.JSONField("明细")
    facts = models.JSONField("考勤事实", default=dict)
    final = models.BooleanField("已满周", default=False)
    scheme = models.ForeignKey(ScoringScheme, verbose_name="考评办法", on_delete=models.PROTECT, related_name="+")
    fingerprint = models.CharField(max_length=64)
    computed_at = models.DateTimeField("计算时间")

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = "周得分"
        verbose_name_plural = "周得分"
        ordering = ["-week", "village__path", "cadre_id"]
        indexes = [models.Index(fields=["week", "village"])]
        constraints = [
            models.UniqueConstraint(fields=["cadre", "township", "week"], name="one_score_a_member_and_week")
        ]

    def __str__(self) -> str:
        return f"{self.cadre} {self.week} {self.total}"
