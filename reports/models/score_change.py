"""How a stored score changed."""

from django.conf import settings
from django.db import models

from reports.models.weekly_score import WeeklyScore
from townships.querysets import UnitQuerySet


class ScoreChange(models.Model):
    """A stored score that new evidence or a correction changed: what it was, what it is, why."""

    unit_path = "score__village__path"
    member_path = "score__cadre__user"
    institution_path = "score__posting__dispatching_institution"
    capabilities = {"view": "view_scores"}

    score = models.ForeignKey(WeeklyScore, verbose_name="周得分", on_delete=models.PROTECT, related_name="changes")
    at = models.DateTimeField("时间")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="操作人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    reason = models.CharField("原因", max_length=200)
    before = models.JSONField("变更前")
    after = models.JSONField("变更后")

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = "得分变更"
        verbose_name_plural = "得分变更"
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.score} {self.reason}"
