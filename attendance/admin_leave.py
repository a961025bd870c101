"""Leave in the admin: asked for somebody, or entered from paper; decided, returned from, taken back."""

from django.contrib import admin
from django.utils import timezone
from unfold.decorators import display

from attendance.actions.apply_for_leave import apply_for_leave
from attendance.actions.decide_leave import decide_leave, revoke_leave
from attendance.actions.record_paper_leave import record_paper_leave
from attendance.actions.return_from_leave import return_from_leave
from attendance.admin_acts import ActingMixin
from attendance.admin_days import WHEN_ROWS, OfPostingMixin
from attendance.forms import LeaveForm
from attendance.models import LeaveDecision, LeaveRequest
from townships.access import can
from townships.admin_base import HistoryAdmin, ScopedTabularInline, UnitFilter
from townships.periods import today


class DecisionInline(ScopedTabularInline):
    model = LeaveDecision
    fields = ["outcome", "role", "decided_by", "on_behalf_of", "reason", "at"]
    readonly_fields = fields
    can_delete = False
    hide_title = True
    ordering = ["at", "pk"]

    def has_add_permission(self, request, obj=None) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False


@admin.register(LeaveRequest)
class LeaveRequestAdmin(OfPostingMixin, ActingMixin, HistoryAdmin):
    import_kind, import_capability = "leaves", "manage_evidence"
    form = LeaveForm
    list_display = ["person", "village", "kind", "when", "length", "state_label", "awaiting_role", "returned_on"]
    list_filter = [
        ("posting__village", UnitFilter),
        "state",
        "awaiting_role",
        "kind",
        ("returned_on", admin.EmptyFieldListFilter),
        "begins_on",
    ]
    date_hierarchy = "begins_on"
    inlines = [DecisionInline]
    actions = ["approve", "reject", "report_return", "revoke"]

    @display(description="天数", ordering="days")
    def length(self, leave) -> str:
        return f"{leave.days.normalize():f}"

    @display(
        description="状态",
        ordering="state",
        label={"待审批": "warning", "已批准": "success", "未批准": "danger", "已收回": "danger"},
    )
    def state_label(self, leave) -> str:
        return leave.get_state_display()

    def get_fields(self, request, obj=None):
        contact = "contact" if obj is None or can(request.user, "view_identity", obj) else "masked_contact"
        asked = ["posting", "kind", *WHEN_ROWS, "reason", ("destination", contact), "handover"]
        if obj is None:
            return [*asked, "on_paper", ("approver_name", "returned_on")]
        done = [("state", "awaiting_role"), ("days", "counted_days"), ("approver_name", "on_paper")]
        filed = [("applied_at", "applied_by"), "extends", ("returned_on", "return_recorded_by")]
        return [*asked, *done, *filed]

    def get_readonly_fields(self, request, obj=None):
        return ["days", "counted_days", "masked_contact"] if obj else []

    @display(description="联系电话")
    def masked_contact(self, leave) -> str:
        return leave.masked_contact

    def get_inlines(self, request, obj):
        return self.inlines if obj else []

    def perform(self, request, form) -> LeaveRequest:
        given = dict(form.cleaned_data)
        on_paper, approver, returned = (given.pop(name) for name in ("on_paper", "approver_name", "returned_on"))
        given |= {"actor": request.user, "at": timezone.now()}
        if on_paper:
            return record_paper_leave(approver_name=approver, returned_on=returned, **given)
        return apply_for_leave(**given)

    def has_decide_permission(self, request) -> bool:
        return bool(request.user.is_superuser or request.user.paths("approve_leave"))

    def has_return_permission(self, request) -> bool:
        return self.has_decide_permission(request) or self.has_add_permission(request)

    @admin.action(description="批准所选请假", permissions=["decide"])
    def approve(self, request, queryset):
        def act(row):
            decide_leave(leave=row, actor=request.user, approve=True, at=timezone.now())

        self.act_on_each(request, queryset, act, "已批准 {} 条请假。")

    @admin.action(description="驳回所选请假", permissions=["decide"])
    def reject(self, request, queryset):
        return self.with_reason(
            request,
            queryset,
            name="reject",
            title="驳回请假",
            button=f"驳回 {queryset.count()} 条请假",
            act=lambda row, reason: decide_leave(
                leave=row, actor=request.user, approve=False, reason=reason, at=timezone.now()
            ),
            done="已驳回 {} 条请假。",
        )

    @admin.action(description="登记所选人员今天销假", permissions=["return"])
    def report_return(self, request, queryset):
        def act(row):
            return_from_leave(leave=row, returned_on=today(), actor=request.user, at=timezone.now())

        self.act_on_each(request, queryset, act, "已登记 {} 人销假。")

    @admin.action(description="收回所选请假的批准", permissions=["decide"])
    def revoke(self, request, queryset):
        return self.with_reason(
            request,
            queryset,
            name="revoke",
            title="收回批准",
            button=f"收回 {queryset.count()} 条请假的批准",
            act=lambda row, reason: revoke_leave(leave=row, actor=request.user, reason=reason, at=timezone.now()),
            done="已收回 {} 条请假的批准。",
        )
