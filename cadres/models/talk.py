"""Talks: a reminder first, then rising steps."""

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from cadres.models.posting import Posting
from townships.model_fields import on_behalf_of
from townships.querysets import UnitQuerySet


class Talk(models.Model):
    """A talk held with a member (谈话提醒记录表)."""

    unit_path = "posting__village__path"
    member_path = "posting__cadre__user"
    capabilities = {"view": "view_attendance", "add": "record_talk", "change": "record_talk", "delete": "record_talk"}

    class Kind(models.TextChoices):
        REMINDER = "reminder_talk", "谈话提醒"
        INTERVIEW = "formal_interview", "约谈"
        CRITICISM = "public_criticism", "通报批评"

    posting = models.ForeignKey(Posting, verbose_name="谈话对象", on_delete=models.PROTECT, related_name="talks")
    kind = models.CharField("类别", max_length=20, choices=Kind.choices, default=Kind.REMINDER)
    held_on = models.DateField("谈话日期", db_index=True)
    place = models.CharField("地点", max_length=100, blank=True)
    talker = models.CharField("谈话人", max_length=60)
    recorder = models.CharField("记录人", max_length=60, blank=True)
    reason = models.CharField("事由", max_length=200)
    content = models.TextField("谈话内容", blank=True)
    statement = models.TextField("本人表态", blank=True)
    about_day = models.DateField("所涉日期", null=True, blank=True, help_text="由考勤矛盾发起时，是哪一天的矛盾。")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="录入人", null=True, blank=True, editable=False,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    on_behalf_of = on_behalf_of()

    objects = UnitQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "谈话提醒"
        verbose_name_plural = "谈话提醒"
        ordering = ["-held_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.posting.cadre} {self.held_on} {self.get_kind_display()}"
