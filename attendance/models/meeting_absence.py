"""Who missed a meeting."""

from django.db import models
from simple_history.models import HistoricalRecords

from attendance.models.meeting import Meeting
from cadres.models import Posting
from townships.querysets import UnitQuerySet


class MeetingAbsence(models.Model):
    """Somebody missed a meeting, with or without leave."""

    unit_path = "posting__village__path"
    member_path = "posting__cadre__user"
    capabilities = {
        "view": "view_attendance",
        "add": "manage_evidence",
        "change": "manage_evidence",
        "delete": "manage_evidence",
    }

    meeting = models.ForeignKey(Meeting, verbose_name="会议", on_delete=models.PROTECT, related_name="absences")
    posting = models.ForeignKey(
        Posting, verbose_name="缺席人", on_delete=models.PROTECT, related_name="meeting_absences"
    )
    excused = models.BooleanField("已请假", default=False)
    note = models.CharField("备注", max_length=200, blank=True)

    objects = UnitQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "缺席"
        verbose_name_plural = "缺席"
        ordering = ["meeting_id", "posting_id"]
        constraints = [models.UniqueConstraint(fields=["meeting", "posting"], name="one_absence_a_meeting")]

    def __str__(self) -> str:
        return f"{self.posting.cadre} 缺席"
