"""One person at one unit for an interval."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from cadres.lifecycle import CHOICES, State
from cadres.models.batch import Batch
from cadres.models.cadre import Cadre
from townships import wall
from townships.models import AdministrativeUnit, Institution
from townships.periods import chinese_date
from townships.querysets import UnitQuerySet


class PostingQuerySet(UnitQuerySet):
    def active_on(self, day) -> "PostingQuerySet":
        return self.active_between(day, day)

    def active_between(self, first, last) -> "PostingQuerySet":
        """Postings with at least one day in [first, last], both included."""
        return self.filter(Q(ends__isnull=True) | Q(ends__gt=first), begins__lte=last)


class Posting(models.Model):
    """A posting (派驻): a person at a village from `begins` up to but without `ends`."""

    unit_path = "village__path"
    member_path = "cadre__user"
    institution_path = "dispatching_institution"
    leads_to_unit = True
    dated_by = "cadre"
    capabilities = {
        "view": "view_members",
        "add": "manage_roster",
        "change": "manage_roster",
        "delete": "manage_roster",
    }

    cadre = models.ForeignKey(Cadre, verbose_name="干部", on_delete=models.PROTECT, related_name="postings")
    village = models.ForeignKey(
        AdministrativeUnit, verbose_name="驻村", on_delete=models.PROTECT, related_name="postings"
    )
    dispatching_institution = models.ForeignKey(
        Institution, verbose_name="派出单位", null=True, blank=True, on_delete=models.PROTECT, related_name="dispatched"
    )
    position = models.CharField("单位职务", max_length=100, blank=True)
    dispatch_level = models.CharField("选派层级", max_length=20, blank=True)
    team_role = models.CharField("队内职务", max_length=40, blank=True)
    begins = models.DateField("驻村起始日期")
    ends = models.DateField("离村日期", null=True, blank=True, help_text="从这一天起不再驻村；留空表示仍在驻村。")
    state = models.CharField("状态", max_length=12, choices=CHOICES, default=State.POSTED.value)
    batch = models.ForeignKey(
        Batch, verbose_name="批次", null=True, blank=True, on_delete=models.PROTECT, related_name="postings"
    )
    lodging = models.CharField("住村地点", max_length=60, blank=True)
    portfolio = models.CharField("分管工作", max_length=100, blank=True)
    extra = models.JSONField("花名册其他栏", default=dict, blank=True)

    objects = PostingQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "派驻"
        verbose_name_plural = "派驻"
        ordering = ["village__path", "begins", "pk"]
        indexes = [models.Index(fields=["village", "begins", "ends"])]
        constraints = [
            models.CheckConstraint(
                name="posting_ends_after_it_begins",
                condition=Q(ends__isnull=True) | Q(ends__gt=F("begins")),
                violation_error_message="离村日期必须晚于驻村起始日期。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.cadre}({self.village})"

    def clean(self) -> None:
        if self.cadre_id and self.begins and self._is_posted_already():
            raise ValidationError("这个人在这段时间已有派驻，请先结束原来的派驻。", code="cadre.posted_elsewhere")
        ends = self.village.ends if self.village_id else None
        if ends is not None and (self.ends is None or self.ends > ends):
            raise ValidationError(
                f"{self.village}从{chinese_date(ends)}起停用，离村日期不能晚于那一天。", code="village.ended"
            )

    def _is_posted_already(self) -> bool:
        others = Posting.objects.filter(cadre_id=self.cadre_id).exclude(pk=self.pk)
        others = others.filter(Q(ends__isnull=True) | Q(ends__gt=self.begins))
        with wall.beyond("one person is at one place, also where it is another county's"):
            return (others.filter(begins__lt=self.ends) if self.ends else others).exists()

    def is_active_on(self, day) -> bool:
        return self.begins <= day and (self.ends is None or day < self.ends)

    @property
    def last_day(self):
        """The last day of the posting; None while it is open."""
        return self.ends - timedelta(days=1) if self.ends else None
