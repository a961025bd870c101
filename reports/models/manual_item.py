"""Points a person enters with a reason."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from cadres.models import Posting
from townships.model_fields import on_behalf_of
from townships.querysets import UnitQuerySet


class ManualItem(models.Model):
    """A manual deduction under a rule of the scheme; voided with a reason, never edited."""

    unit_path = "posting__village__path"
    member_path = "posting__cadre__user"
    institution_path = "posting__dispatching_institution"
    capabilities = {"view": "view_scores", "add": "adjust_score", "change": "adjust_score"}

    posting = models.ForeignKey(Posting, verbose_name="干部", on_delete=models.PROTECT, related_name="manual_items")
    day = models.DateField("日期", help_text="事实发生的日期，计入这一天所在的周。")
    rule = models.CharField("扣分项", max_length=40)
    points = models.DecimalField("扣分", max_digits=6, decimal_places=2)
    reason = models.CharField("事由", max_length=200)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="录入人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    on_behalf_of = on_behalf_of()
    at = models.DateTimeField("录入时间", auto_now_add=True)
    voided_at = models.DateTimeField("作废时间", null=True, blank=True)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="作废人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    void_reason = models.CharField("作废原因", max_length=200, blank=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = "手工扣分"
        verbose_name_plural = "手工扣分"
        ordering = ["-day", "-pk"]
        indexes = [models.Index(fields=["posting", "day"])]
        constraints = [
            models.CheckConstraint(
                name="manual_points_are_positive",
                condition=Q(points__gt=0),
                violation_error_message="扣分要大于 0。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.posting.cadre} {self.day} 扣 {self.points} 分"
