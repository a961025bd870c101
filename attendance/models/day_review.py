"""What came out when a contradiction was looked into."""

from django.conf import settings
from django.db import models

from cadres.models import Posting
from townships.model_fields import on_behalf_of
from townships.querysets import UnitQuerySet


class DayReview(models.Model):
    """The finding (核查结论) about a day on which evidence disagrees. Append-only: the latest one counts.

    It explains, it proves nothing: the status of the day still comes from evidence alone.
    """

    unit_path = "posting__village__path"
    member_path = "posting__cadre__user"
    institution_path = "posting__dispatching_institution"
    capabilities = {"view": "view_attendance", "add": "record_talk"}

    class Conclusion(models.TextChoices):
        CONFIRMED = "confirmed", "属实，确不在岗"
        EXPLAINED = "explained", "情况已说明"
        MISTAKEN = "mistaken", "记录有误"

    posting = models.ForeignKey(Posting, verbose_name="派驻", on_delete=models.PROTECT, related_name="day_reviews")
    day = models.DateField("日期")
    conclusion = models.CharField("核查结论", max_length=12, choices=Conclusion.choices)
    note = models.CharField("说明", max_length=200)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="核查人", null=True, blank=True, editable=False,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    on_behalf_of = on_behalf_of()
    at = models.DateTimeField("核查时间")

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = "核查结论"
        verbose_name_plural = "核查结论"
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["posting", "day"])]

    def __str__(self) -> str:
        return f"{self.posting.cadre} {self.day} {self.get_conclusion_display()}"
