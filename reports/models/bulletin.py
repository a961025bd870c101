"""Monthly bulletins and the weeks they lock."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from townships.model_fields import on_behalf_of
from townships.models import AdministrativeUnit
from townships.querysets import UnitQuerySet


class Bulletin(models.Model):
    """A unit's bulletin (通报) of a month, one row a revision. A published content is never altered."""

    unit_path = "unit__path"
    capabilities = {"view": "view_bulletins", "add": "draft_bulletin", "change": "publish_bulletin"}

    class Status(models.TextChoices):
        DRAFT = "draft", "草稿"
        PUBLISHED = "published", "已发布"
        SUPERSEDED = "superseded", "已被更正"

    unit = models.ForeignKey(
        AdministrativeUnit, verbose_name="单位", on_delete=models.PROTECT, related_name="bulletins"
    )
    month = models.CharField("月份", max_length=7)
    revision = models.PositiveSmallIntegerField("版次", default=1)
    status = models.CharField("状态", max_length=12, choices=Status.choices, default=Status.DRAFT)
    number = models.CharField("发文字号", max_length=60, blank=True)
    content = models.JSONField("内容")
    decisions = models.JSONField("人工决定", default=list, blank=True)
    compiled_at = models.DateTimeField("起草时间")
    compiled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="起草人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    published_at = models.DateTimeField("发布时间", null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="发布人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    published_for = on_behalf_of()
    revises = models.ForeignKey(
        "self", verbose_name="更正自", null=True, blank=True, on_delete=models.PROTECT, related_name="revised_by"
    )
    change_reason = models.CharField("更正原因", max_length=200, blank=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = "月通报"
        verbose_name_plural = "月通报"
        ordering = ["-month", "unit__path", "-revision"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "month", "revision"], name="one_bulletin_a_revision"),
            models.UniqueConstraint(
                fields=["unit", "month"], condition=Q(status="published"), name="one_published_bulletin_a_month"
            ),
            models.UniqueConstraint(fields=["unit", "month"], condition=Q(status="draft"), name="one_draft_a_month"),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.month} 通报"
