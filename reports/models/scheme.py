"""Scoring schemes."""

from django.db import models

from attendance.models import PolicyVersion


class ScoringScheme(PolicyVersion):
    """How a week is scored; a score keeps the version that made it."""

    capabilities = {"view": "view_scores", "add": "manage_policy"}

    name = models.CharField("名称", max_length=100)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta(PolicyVersion.Meta):
        verbose_name = "考评办法"
        verbose_name_plural = "考评办法"

    def __str__(self) -> str:
        return f"{self.name} 第 {self.version} 版"
