"""Leave."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from attendance.models.half import Half
from cadres.models import Posting
from townships.masking import masked_phone
from townships.querysets import UnitQuerySet
from townships.roles import role_choices


class LeaveRequest(models.Model):
    """A request for leave (请假审批表) from a half day to a half day, both included."""

    unit_path = "posting__village__path"
    member_path = "posting__cadre__user"
    institution_path = "posting__dispatching_institution"
    capabilities = {"view": "view_attendance", "add": "manage_evidence", "change": "approve_leave"}

    class Kind(models.TextChoices):
        PERSONAL = "personal", "事假"
        SICK = "sick", "病假"
        ANNUAL = "annual", "年休假"
        MARRIAGE = "marriage", "婚假"
        MATERNITY = "maternity", "产假"
        PATERNITY = "paternity", "陪产假"
        BEREAVEMENT = "bereavement", "丧假"
        HOME_VISIT = "home_visit", "探亲假"
        OTHER = "other", "其他"

    class State(models.TextChoices):
        PENDING = "pending", "待审批"
        APPROVED = "approved", "已批准"
        REJECTED = "rejected", "未批准"
        CANCELLED = "cancelled", "已撤回"
        REVOKED = "revoked", "已收回"

    posting = models.ForeignKey(Posting, verbose_name="请假人", on_delete=models.PROTECT, related_name="leaves")
    kind = models.CharField("请假类别", max_length=12, choices=Kind.choices, default=Kind.PERSONAL)
    begins_on = models.DateField("开始日期")
    begins_half = models.CharField("开始半天", max_length=2, choices=Half.choices, default=Half.AM)
    ends_on = models.DateField("结束日期")
    ends_half = models.CharField("结束半天", max_length=2, choices=Half.choices, default=Half.PM)
    days = models.DecimalField("天数", max_digits=5, decimal_places=1, editable=False)
    counted_days = models.DecimalField(
        "合并计算天数",
        max_digits=5,
        decimal_places=1,
        editable=False,
        help_text="与相连的请假合并后的天数，按它定审批层级。",
    )
    reason = models.CharField("事由", max_length=200, blank=True)
    destination = models.CharField("去向", max_length=100, blank=True)
    contact = models.CharField("联系电话", max_length=40, blank=True)
    handover = models.CharField("工作交接人", max_length=60, blank=True)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.PENDING)
    awaiting_role = models.CharField("等待审批", max_length=40, blank=True, choices=role_choices())
    applied_at = models.DateTimeField("申请时间")
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="提交人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    approver_name = models.CharField("审批人", max_length=60, blank=True)
    extends = models.ForeignKey(
        "self", verbose_name="续假自", null=True, blank=True, on_delete=models.PROTECT, related_name="extensions"
    )
    returned_on = models.DateField("销假日期", null=True, blank=True)
    return_recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="销假核实人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    on_paper = models.BooleanField("纸质审批补录", default=False)

    objects = UnitQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "请假"
        verbose_name_plural = "请假"
        ordering = ["-begins_on", "-pk"]
        indexes = [models.Index(fields=["posting", "begins_on"]), models.Index(fields=["state", "awaiting_role"])]
        constraints = [
            models.CheckConstraint(
                name="leave_ends_after_it_begins",
                condition=Q(ends_on__gt=F("begins_on"))
                | (Q(ends_on=F("begins_on")) & ~Q(begins_half="pm", ends_half="am")),
                violation_error_message="请假结束时间不能早于开始时间。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.posting.cadre} {self.get_kind_display()} {self.days.normalize():f} 天"

    @property
    def masked_contact(self) -> str:
        return masked_phone(self.contact)
