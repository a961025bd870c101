"""What a spot check found."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from attendance.models.check_method import CheckMethod
from attendance.models.half import Half
from attendance.models.spot_check import SpotCheck
from cadres.models import Posting
from townships.model_fields import on_behalf_of
from townships.querysets import UnitQuerySet


class SpotCheckResult(models.Model):
    """What a check found about one person at one moment; superseded, never edited."""

    unit_path = "posting__village__path"
    member_path = "posting__cadre__user"
    institution_path = "posting__dispatching_institution"
    capabilities = {"view": "view_attendance", "add": "record_spot_check"}

    class Finding(models.TextChoices):
        PRESENT = "present", "在岗"
        ABSENT = "absent", "不在岗"
        LEAVE = "leave", "请假"
        OFFICIAL_TRIP = "official_trip", "公差"

    check_round = models.ForeignKey(
        SpotCheck, verbose_name="抽查", null=True, blank=True, on_delete=models.PROTECT, related_name="results"
    )
    posting = models.ForeignKey(
        Posting, verbose_name="被查人", on_delete=models.PROTECT, related_name="spot_check_results"
    )
    checked_at = models.DateTimeField("抽查时间")
    day = models.DateField("日期")
    half = models.CharField("半天", max_length=2, choices=Half.choices)
    minute = models.PositiveSmallIntegerField("当日分钟")
    method = models.CharField("方式", max_length=10, choices=CheckMethod.choices)
    finding = models.CharField("结果", max_length=15, choices=Finding.choices)
    checker = models.CharField("检查人", max_length=60, blank=True)
    note = models.CharField("现场情况", max_length=200, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="录入人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    on_behalf_of = on_behalf_of()
    recorded_at = models.DateTimeField("录入时间", auto_now_add=True)
    superseded_at = models.DateTimeField("被取代时间", null=True, blank=True)
    supersede_reason = models.CharField("取代原因", max_length=200, blank=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = "抽查结果"
        verbose_name_plural = "抽查结果"
        ordering = ["-checked_at", "-pk"]
        indexes = [models.Index(fields=["posting", "day"])]
        constraints = [
            models.UniqueConstraint(
                fields=["posting", "checked_at"], condition=Q(superseded_at__isnull=True), name="one_finding_a_moment"
            )
        ]

    def __str__(self) -> str:
        return f"{self.posting.cadre} {self.day} {self.get_finding_display()}"
