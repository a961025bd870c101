"""Agreeing to, approving and rejecting leave; taking an approval back."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from attendance.actions.leave_trail import keep_decision, locked
from attendance.approvers import Holders
from attendance.leave import Act, MoveNotAllowed, Route, move
from attendance.leave_rules import route_for, rules_for
from attendance.models import LeaveDecision, LeaveRequest
from attendance.refusals import AlreadyDecided, AlreadyReturned, NotYourStep, ReasonMissing
from townships.access import require, require_other, sees
from townships.errors import OutOfReach
from townships.models import User

Outcome = LeaveDecision.Outcome


@transaction.atomic
def decide_leave(
    *,
    leave: LeaveRequest,
    actor: User,
    approve: bool,
    at: datetime,
    reason: str = "",
) -> LeaveDecision:
    """Take the step whose turn it is: a reviewer agrees, the deciding role approves, either rejects.

    The row is locked, so of two approvers at once the second finds it decided. Nobody decides his own.
    A rejection says why. Where a deputy acts in the secretary's place, the decision says for whom.
    """
    leave = locked(leave)
    require_other(actor, leave.posting.cadre.user)
    if not sees(actor, leave):
        raise OutOfReach
    if leave.state != LeaveRequest.State.PENDING:
        raise AlreadyDecided
    holders = Holders([leave.posting.village], localdate(at))
    if not holders.may_decide(actor.pk, leave):
        raise NotYourStep
    if not approve and not reason.strip():
        raise ReasonMissing("请写明不批准的原因。")
    role, way = leave.awaiting_role, _route(leave, holders)
    following = ""
    if approve:
        following = holders.awaited(way, leave.posting.village.path, leave.posting.cadre.user_id, after=role)
    outcome = _move(leave, actor, approve=approve, following=following)
    return keep_decision(
        leave,
        actor=actor,
        outcome=outcome,
        at=at,
        role=role,
        reason=reason,
        on_behalf_of=holders.stood_in_for(actor.pk, role, leave.posting.village.path),
        inform=list(way.inform),
    )


def _route(leave: LeaveRequest, holders: Holders) -> Route:
    """The way of the request by the rules of the day it was filed."""
    rules = rules_for(leave.posting, localdate(leave.applied_at))
    return route_for(leave.posting, leave.counted_days, rules, holders)


def _move(leave: LeaveRequest, actor: User, *, approve: bool, following: str) -> str:
    if not approve:
        leave.state, leave.awaiting_role = move(leave.state, Act.REJECT), ""
        return Outcome.REJECTED
    if following:
        leave.state, leave.awaiting_role = move(leave.state, Act.REVIEW), following
        return Outcome.AGREED
    leave.state, leave.awaiting_role = move(leave.state, Act.APPROVE), ""
    leave.approver_name = str(actor)[:60]
    return Outcome.APPROVED


@transaction.atomic
def revoke_leave(*, leave: LeaveRequest, actor: User, reason: str, at: datetime) -> LeaveDecision:
    """Take back an approval that ought not to have been given: its days are required again, from the first.

    Whoever is only called back early is recorded as returned instead.
    """
    leave = locked(leave)
    require_other(actor, leave.posting.cadre.user)
    require(actor, "approve_leave", leave)
    if leave.returned_on is not None:
        raise AlreadyReturned("已经销假，不能收回；记录有误请联系组织部门。")
    if not reason.strip():
        raise ReasonMissing
    try:
        leave.state = move(leave.state, Act.REVOKE)
    except MoveNotAllowed:
        raise AlreadyDecided("只有已批准的请假可以收回，请刷新后查看。") from None
    holders = Holders([leave.posting.village], localdate(at))
    if not holders.may_overrule(actor.pk, _decided_by(leave, holders), leave.posting.village.path):
        raise NotYourStep("这次请假由上级批准，请由批准的一级收回。")
    return keep_decision(leave, actor=actor, outcome=Outcome.REVOKED, at=at, reason=reason)


def _decided_by(leave: LeaveRequest, holders: Holders) -> str:
    """The role that approved; of a leave approved on paper, the role it would go to."""
    approval = leave.decisions.filter(outcome=Outcome.APPROVED).order_by("-pk").first()
    return approval.role if approval else _route(leave, holders).role
