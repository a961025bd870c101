"""Marks of the weekly sheet."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from attendance.models.weekly_sheet import WeeklySheet
from cadres.models import Posting
from townships.querysets import UnitQuerySet


class SheetMark(models.Model):
    """One person's signed marks of one day, as written; a later mark supersedes it, nothing is edited."""

    unit_path = "posting__village__path"
    member_path = "posting__cadre__user"
    institution_path = "posting__dispatching_institution"
    capabilities = {"view": "view_attendance", "add": "manage_evidence"}

    sheet = models.ForeignKey(WeeklySheet, verbose_name="周考勤表", on_delete=models.PROTECT, related_name="marks")
    posting = models.ForeignKey(Posting, verbose_name="派驻", on_delete=models.PROTECT, related_name="sheet_marks")
    day = models.DateField("日期")
    am = models.CharField("上午", max_length=4, blank=True)
    pm = models.CharField("下午", max_length=4, blank=True)
    made_at = models.DateTimeField("登记时间", auto_now_add=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="登记人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    reason = models.CharField("更改原因", max_length=200, blank=True)
    superseded_at = models.DateTimeField("被取代时间", null=True, blank=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = "考勤标记"
        verbose_name_plural = "考勤标记"
        ordering = ["day", "posting_id", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["posting", "day"], condition=Q(superseded_at__isnull=True), name="one_mark_in_force_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.am}{self.pm}"
