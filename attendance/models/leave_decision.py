"""How a request for leave was decided."""

from django.conf import settings
from django.db import models

from attendance.models.leave_request import LeaveRequest
from townships.querysets import UnitQuerySet
from townships.roles import role_choices


class LeaveDecision(models.Model):
    """One step of deciding a request; never edited."""

    unit_path = "leave__posting__village__path"
    member_path = "leave__posting__cadre__user"
    capabilities = {"view": "view_attendance"}

    class Outcome(models.TextChoices):
        AGREED = "agreed", "同意"
        APPROVED = "approved", "批准"
        REJECTED = "rejected", "不批准"
        CANCELLED = "cancelled", "撤回"
        REVOKED = "revoked", "收回"
        RETURNED = "returned", "销假"

    leave = models.ForeignKey(LeaveRequest, verbose_name="请假", on_delete=models.PROTECT, related_name="decisions")
    role = models.CharField("以何身份", max_length=40, blank=True, choices=role_choices())
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="办理人", null=True, on_delete=models.PROTECT, related_name="+"
    )
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="受谁委托",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    outcome = models.CharField("结论", max_length=10, choices=Outcome.choices)
    reason = models.CharField("意见", max_length=200, blank=True)
    at = models.DateTimeField("时间")

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = "请假办理"
        verbose_name_plural = "请假办理"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} {self.at:%Y-%m-%d %H:%M}"
