"""Public holidays and make-up workdays, and days a unit is exempt."""

from django.db import models
from simple_history.models import HistoricalRecords


class CalendarDay(models.Model):
    """A day that differs from its weekday: a holiday, or a weekend day worked (调休). Shared by all units."""

    class Kind(models.TextChoices):
        HOLIDAY = "holiday", "放假"
        WORKDAY = "workday", "上班"

    day = models.DateField("日期", unique=True)
    kind = models.CharField("类别", max_length=8, choices=Kind.choices)
    name = models.CharField("名称", max_length=40, blank=True)
    source = models.CharField("依据", max_length=100, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "节假日和调休"
        verbose_name_plural = "节假日和调休"
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"{self.day} {self.get_kind_display()}"
