"""Official trips."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from attendance.models.half import Half
from cadres.models import Posting
from townships.model_fields import on_behalf_of
from townships.querysets import UnitQuerySet


class OfficialTrip(models.Model):
    """A trip on duty (公差: 出差, 开会, 培训) from a half day to a half day, both included."""

    unit_path = "posting__village__path"
    member_path = "posting__cadre__user"
    institution_path = "posting__dispatching_institution"
    capabilities = {"view": "view_attendance", "add": "manage_evidence", "change": "manage_evidence"}

    class State(models.TextChoices):
        APPROVED = "approved", "已批准"
        REVOKED = "revoked", "已收回"

    posting = models.ForeignKey(Posting, verbose_name="出差人", on_delete=models.PROTECT, related_name="trips")
    begins_on = models.DateField("开始日期")
    begins_half = models.CharField("开始半天", max_length=2, choices=Half.choices, default=Half.AM)
    ends_on = models.DateField("结束日期")
    ends_half = models.CharField("结束半天", max_length=2, choices=Half.choices, default=Half.PM)
    reason = models.CharField("事由", max_length=200)
    destination = models.CharField("地点", max_length=100, blank=True)
    ordered_by = models.CharField("派差人", max_length=60, blank=True)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.APPROVED)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="录入人", null=True, blank=True, editable=False,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    on_behalf_of = on_behalf_of()

    objects = UnitQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "公差"
        verbose_name_plural = "公差"
        ordering = ["-begins_on", "-pk"]
        indexes = [models.Index(fields=["posting", "begins_on"])]
        constraints = [
            models.CheckConstraint(
                name="trip_ends_after_it_begins",
                condition=Q(ends_on__gt=F("begins_on"))
                | (Q(ends_on=F("begins_on")) & ~Q(begins_half="pm", ends_half="am")),
                violation_error_message="公差结束时间不能早于开始时间。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.posting.cadre} 公差 {self.begins_on}"
