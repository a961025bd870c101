"""Phone check-ins."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from cadres.models import Posting
from townships.querysets import UnitQuerySet


class CheckIn(models.Model):
    """One check-in (打卡). Append-only: a wrong one is voided with a reason.

    `day` is the business day (before 04:00 it is the evening before) and `minute` the minutes after
    that day's midnight, so 00:30 is 1470: the ledger reads these two and never parses a time.
    """

    unit_path = "posting__village__path"
    member_path = "posting__cadre__user"
    institution_path = "posting__dispatching_institution"
    capabilities = {"view": "view_attendance", "add": "manage_evidence", "change": "manage_evidence"}

    class Source(models.TextChoices):
        PHONE = "phone", "手机打卡"
        IMPORT = "import", "文件导入"
        OFFICE = "office", "办公室补录"

    class Datum(models.TextChoices):
        WGS84 = "WGS84", "WGS-84"
        GCJ02 = "GCJ02", "GCJ-02"

    posting = models.ForeignKey(Posting, verbose_name="派驻", on_delete=models.PROTECT, related_name="check_ins")
    client_id = models.CharField("客户端编号", max_length=80, unique=True)
    made_at = models.DateTimeField("打卡时间")
    received_at = models.DateTimeField("收到时间")
    day = models.DateField("所属日期")
    minute = models.PositiveSmallIntegerField("当日分钟")
    latitude = models.FloatField("纬度(WGS-84)", null=True, blank=True)
    longitude = models.FloatField("经度(WGS-84)", null=True, blank=True)
    datum = models.CharField("原坐标系", max_length=6, choices=Datum.choices, blank=True)
    accuracy_m = models.FloatField("精度(米)", null=True, blank=True)
    place = models.CharField("地点", max_length=200, blank=True)
    source = models.CharField("来源", max_length=10, choices=Source.choices, default=Source.PHONE)
    late_upload = models.BooleanField("补传", default=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="录入人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    voided_at = models.DateTimeField("作废时间", null=True, blank=True)
    void_reason = models.CharField("作废原因", max_length=200, blank=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = "打卡记录"
        verbose_name_plural = "打卡记录"
        ordering = ["-made_at", "-pk"]
        indexes = [
            models.Index(fields=["posting", "day"], condition=Q(voided_at__isnull=True), name="check_in_in_force")
        ]

    def __str__(self) -> str:
        return f"{self.posting.cadre} {self.day} 打卡"
