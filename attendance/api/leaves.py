"""Leave: asking, deciding, reporting back, taking back."""

from datetime import date
from decimal import Decimal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema, Status
from pydantic import model_validator

from attendance import own
from attendance.actions.apply_for_leave import apply_for_leave
from attendance.actions.decide_leave import decide_leave
from attendance.actions.return_from_leave import cancel_leave, return_from_leave
from attendance.api.reach import leave_named, posting_named
from attendance.leave_lists import ORDERS, SHOWN, shown
from attendance.models import Half, LeaveDecision, LeaveRequest
from attendance.refusals import NotPosted
from cadres.api.people import PostingRef
from townships.api.answers import REFUSALS
from townships.api.fields import Day, Moment, text, wrong
from townships.api.lists import ListQuery, PageOut, page, rows_for
from townships.periods import today
from townships.roles import label

router = Router(tags=["请假"])
LONGEST_DAYS = 366


class LeaveAsk(Schema):
    kind: LeaveRequest.Kind = LeaveRequest.Kind.PERSONAL
    begins_on: Day
    begins_half: Half = Half.AM
    ends_on: Day
    ends_half: Half = Half.PM
    reason: text(200, 1)
    destination: text(100) = ""
    contact: text(40) = ""
    handover: text(60) = ""
    posting: int | None = Field(None, description="替别人申请时填派驻编号；本人申请不填")
    extends: int | None = Field(None, description="续假时填原请假的编号")

    @model_validator(mode="after")
    def not_too_long(self) -> "LeaveAsk":
        if (self.ends_on - self.begins_on).days > LONGEST_DAYS:
            raise wrong("span", "一次请假不能超过一年，请核对日期。")
        return self


class ReasonAsk(Schema):
    reason: text(200) = Field("", description="意见；不批准时必须写明原因")


class ReturnAsk(Schema):
    returned_on: Day | None = Field(None, description="哪天回村，不填为今天；本人销假一律记今天")


#: What a request without a body means.
NO_WORDS, TODAY = ReasonAsk(), ReturnAsk()


class LeaveOut(Schema):
    id: int
    posting: PostingRef
    kind: str
    kind_label: str
    begins_on: date
    begins_half: str
    ends_on: date
    ends_half: str
    days: Decimal
    counted_days: Decimal = Field(description="与相连的请假合并后的天数，按它定审批层级")
    reason: str
    destination: str
    contact: str = Field(description="只给本人看全，别人看到首尾")
    handover: str
    state: str
    state_label: str
    awaiting_role: str = Field(description="等谁审批；不在审批中为空")
    awaiting_label: str
    applied_at: Moment
    approver_name: str
    extends: int | None
    returned_on: date | None
    on_paper: bool

    @staticmethod
    def resolve_contact(leave, context) -> str:
        own = leave.posting.cadre.user_id == context["request"].user.pk
        return leave.contact if own else leave.masked_contact

    @staticmethod
    def resolve_kind_label(leave) -> str:
        return leave.get_kind_display()

    @staticmethod
    def resolve_state_label(leave) -> str:
        return leave.get_state_display()

    @staticmethod
    def resolve_awaiting_label(leave) -> str:
        return label(leave.awaiting_role) if leave.awaiting_role else ""

    @staticmethod
    def resolve_extends(leave) -> int | None:
        return leave.extends_id


class DecisionOut(Schema):
    outcome: str
    outcome_label: str
    role: str
    decided_by: str
    on_behalf_of: str = Field(description="代谁办理；本人职权内办理的为空")
    reason: str
    at: Moment

    @staticmethod
    def resolve_outcome_label(decision) -> str:
        return decision.get_outcome_display()

    @staticmethod
    def resolve_decided_by(decision) -> str:
        return str(decision.decided_by or "")

    @staticmethod
    def resolve_on_behalf_of(decision) -> str:
        return str(decision.on_behalf_of or "")


class LeaveWithDecisions(LeaveOut):
    decisions: list[DecisionOut]

    @staticmethod
    def resolve_decisions(leave, context) -> list:
        user = context["request"].user
        rows = LeaveDecision.objects.reachable_by(user, "view_attendance").filter(leave=leave.pk)
        return list(rows.select_related("decided_by", "on_behalf_of").order_by("at", "pk"))


class LeaveQuery(ListQuery):
    show: str = Field(
        "all", pattern=f"^({'|'.join(SHOWN)})$", description="、".join(f"{k} {v}" for k, v in SHOWN.items())
    )
    state: LeaveRequest.State | None = Field(None, description="只要这个状态的")
    mine: bool = Field(default=False, description="只要本人的")


@router.post("", response={201: LeaveWithDecisions, **REFUSALS}, summary="申请请假")
def apply(request: HttpRequest, asked: LeaveAsk):
    """本人申请，或由管理考勤材料的人代为申请；按请假办法送给该审批的人。"""
    fields = asked.dict(exclude={"posting", "extends"})
    extended = leave_named(request.user, asked.extends) if asked.extends is not None else None
    leave = apply_for_leave(
        posting=_posting(request, asked), actor=request.user, at=timezone.now(), extends=extended, **fields
    )
    return Status(201, leave_named(request.user, leave.pk))


def _posting(request: HttpRequest, asked: LeaveAsk):
    if asked.posting is not None:
        return posting_named(request.user, asked.posting)
    found = own.posting_on(request.user, asked.begins_on)
    if found is None:
        raise NotPosted
    return found


@router.get("", response={200: PageOut[LeaveOut], **REFUSALS}, summary="请假")
def leaves(request: HttpRequest, query: Query[LeaveQuery]):
    """范围内的请假。"""
    rows = rows_for(request, LeaveRequest, "view_attendance", query.unit)
    rows = shown(rows, query.show, today())
    rows = rows.filter(state=query.state) if query.state else rows
    rows = rows.filter(posting__cadre__user=request.user) if query.mine else rows
    return page(rows.select_related("posting__cadre", "posting__village"), ORDERS[query.show], query)


@router.get("{int:leave_id}", response={200: LeaveWithDecisions, **REFUSALS}, summary="一次请假")
def leave(request: HttpRequest, leave_id: int):
    """请假和每一步的办理。"""
    return leave_named(request.user, leave_id)


@router.post("{int:leave_id}/approve", response={200: LeaveWithDecisions, **REFUSALS}, summary="批准")
def approve(request: HttpRequest, leave_id: int, asked: ReasonAsk = NO_WORDS):
    """轮到自己时批准，或同意后送上一级。"""
    return _decided(request, leave_id, asked.reason, approve=True)


@router.post("{int:leave_id}/reject", response={200: LeaveWithDecisions, **REFUSALS}, summary="不批准")
def reject(request: HttpRequest, leave_id: int, asked: ReasonAsk = NO_WORDS):
    """轮到自己时不批准，要写明原因。"""
    return _decided(request, leave_id, asked.reason, approve=False)


def _decided(request: HttpRequest, leave_id: int, reason: str, *, approve: bool) -> LeaveRequest:
    found = leave_named(request.user, leave_id)
    decide_leave(leave=found, actor=request.user, approve=approve, at=timezone.now(), reason=reason)
    return leave_named(request.user, leave_id)


@router.post("{int:leave_id}/return", response={200: LeaveWithDecisions, **REFUSALS}, summary="销假")
def come_back(request: HttpRequest, leave_id: int, asked: ReturnAsk = TODAY):
    """登记回村。"""
    found = leave_named(request.user, leave_id)
    return_from_leave(leave=found, returned_on=asked.returned_on or today(), actor=request.user, at=timezone.now())
    return leave_named(request.user, leave_id)


@router.post("{int:leave_id}/cancel", response={200: LeaveWithDecisions, **REFUSALS}, summary="撤回申请")
def cancel(request: HttpRequest, leave_id: int):
    """撤回还没有批准的，或批准了还没有开始的。"""
    cancel_leave(leave=leave_named(request.user, leave_id), actor=request.user, at=timezone.now())
    return leave_named(request.user, leave_id)
