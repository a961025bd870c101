"""Reporting back from leave (销假), and taking a request back."""

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from attendance.actions.leave_trail import is_own, keep_decision, locked
from attendance.leave import Act, Half, MoveNotAllowed, move
from attendance.models import LeaveDecision, LeaveRequest
from attendance.refusals import AlreadyBegun, AlreadyDecided, AlreadyReturned, ReturnDateWrong
from townships.access import can, require
from townships.acting import require_deciding
from townships.models import User
from townships.periods import SHANGHAI


@transaction.atomic
def return_from_leave(*, leave: LeaveRequest, returned_on: date, actor: User | None, at: datetime) -> LeaveDecision:
    """Record the day of return. Early, the rest of the leave is required again (edge case 12).

    A member reports himself, on the day itself; the office may record an earlier day it has verified.
    """
    leave = locked(leave)
    today, principal = localdate(at), None
    if is_own(leave, actor):
        returned_on = today
    elif actor is not None:
        right = "manage_evidence" if can(actor, "manage_evidence", leave) else "approve_leave"
        principal = require_deciding(actor, right, leave, about=leave.posting.cadre.user)
    try:
        move(leave.state, Act.RETURN)
    except MoveNotAllowed:
        raise AlreadyDecided("只有已批准的请假才能销假，请先看审批结果。") from None
    if leave.returned_on is not None:
        raise AlreadyReturned
    if not leave.begins_on <= returned_on <= today:
        raise ReturnDateWrong
    leave.returned_on, leave.return_recorded_by = returned_on, actor
    return keep_decision(
        leave,
        actor=actor,
        outcome=LeaveDecision.Outcome.RETURNED,
        at=at,
        on_behalf_of=principal,
        returned_on=returned_on.isoformat(),
    )


@transaction.atomic
def cancel_leave(*, leave: LeaveRequest, actor: User | None, at: datetime) -> LeaveDecision:
    """Take back a request that is pending, or approved and not begun. One that has begun is returned from instead."""
    leave = locked(leave)
    if not is_own(leave, actor):
        require(actor, "manage_evidence", leave)
    if leave.state == LeaveRequest.State.APPROVED and _has_begun(leave, at):
        raise AlreadyBegun
    try:
        leave.state, leave.awaiting_role = move(leave.state, Act.CANCEL), ""
    except MoveNotAllowed:
        raise AlreadyDecided from None
    return keep_decision(leave, actor=actor, outcome=LeaveDecision.Outcome.CANCELLED, at=at)


def _has_begun(leave: LeaveRequest, at: datetime) -> bool:
    local = at.astimezone(SHANGHAI)
    half = Half.AM if local.hour < 12 else Half.PM
    return (leave.begins_on, leave.begins_half) <= (local.date(), half)
