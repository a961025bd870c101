"""Agreeing to, approving and rejecting leave; taking an approval back."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from attendance.actions.leave_trail import keep_decision, locked
from attendance.approvers import Holders, parties_of
from attendance.leave import Act, MoveNotAllowed, Route, move
from attendance.leave_rules import route_for, rules_for
from attendance.models import LeaveDecision, LeaveRequest
from attendance.refusals import AlreadyDecided, AlreadyReturned, NotYourStep, ReasonMissing
from townships.access import require, require_other, sees
from townships.delegation import in_place_of
from townships.errors import OutOfReach, OwnMatter
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

    The row is locked, so of two approvers at once the second finds it decided. Nobody decides his own, nor what he
    filed for another. A rejection says why. Where a delegate or deputy decides, the decision says in whose place.
    """
    leave = locked(leave)
    require_other(actor, leave.posting.cadre.user)
    if not sees(actor, leave):
        raise OutOfReach
    if leave.applied_by_id == actor.pk:
        raise OwnMatter("这次请假由您代为提交，请由其他负责人审批。")
    if leave.state != LeaveRequest.State.PENDING:
        raise AlreadyDecided
    holders, path, parties = (
        Holders([leave.posting.village], localdate(at)),
        leave.posting.village.path,
        parties_of(leave),
    )
    role = holders.deciding(actor.pk, leave)
    if not role:
        raise NotYourStep
    if not approve and not reason.strip():
        raise ReasonMissing("请写明不批准的原因。")
    way, following = _route(leave, holders), ""
    if approve:
        following = holders.awaited(way, path, parties, after=leave.awaiting_role)
    principal = _user(holders.stood_in_for(actor.pk, role, path, parties))
    outcome = _move(leave, in_place_of(actor, principal), approve=approve, following=following)
    return keep_decision(
        leave,
        actor=actor,
        outcome=outcome,
        at=at,
        role=role,
        reason=reason,
        on_behalf_of=principal,
        inform=list(way.inform),
    )


def _route(leave: LeaveRequest, holders: Holders) -> Route:
    """The way of the request by the rules of the day it was filed."""
    rules = rules_for(leave.posting, localdate(leave.applied_at))
    return route_for(leave.posting, leave.counted_days, rules, holders)


def _user(key: int | None) -> User | None:
    return User.objects.get(pk=key) if key else None


def _move(leave: LeaveRequest, approver: str, *, approve: bool, following: str) -> str:
    if not approve:
        leave.state, leave.awaiting_role = move(leave.state, Act.REJECT), ""
        return Outcome.REJECTED
    if following:
        leave.state, leave.awaiting_role = move(leave.state, Act.REVIEW), following
        return Outcome.AGREED
    leave.state, leave.awaiting_role = move(leave.state, Act.APPROVE), ""
    leave.approver_name = approver[:60]
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
    path, parties = leave.posting.village.path, {leave.posting.cadre.user_id}
    role = holders.overruling(actor.pk, _decided_by(leave, holders), path, parties)
    if not role:
        raise NotYourStep("这次请假由上级批准，请由批准的一级收回。")
    principal = _user(holders.stood_in_for(actor.pk, role, path, parties))
    return keep_decision(
        leave, actor=actor, outcome=Outcome.REVOKED, at=at, role=role, reason=reason, on_behalf_of=principal
    )


def _decided_by(leave: LeaveRequest, holders: Holders) -> str:
    """The role that approved; of a leave approved on paper, the role it would go to."""
    approval = leave.decisions.filter(outcome=Outcome.APPROVED).order_by("-pk").first()
    return approval.role if approval else _route(leave, holders).role
