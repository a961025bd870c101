"""Asking for leave, and for more of it."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate

from attendance.approvers import Holders
from attendance.leave import EndsBeforeItBegins, Half, Span, adjoin, counted_days
from attendance.leave_rules import (
    RequiredDays,
    is_posted_until,
    judged,
    others_of,
    route_for,
    rules_for,
    span_of,
    standing_spans,
)
from attendance.models import LeaveRequest
from attendance.refusals import ExtensionApart, LeaveDatesWrong, LeaveOverlaps, LeaveTooLate, NoLeaveNeeded, NotPosted
from cadres.models import Posting
from townships.access import require
from townships.models import User

#: Paper may come later (a sick leave, edge case 13), but not after so long.
LATEST = timedelta(days=30)


@transaction.atomic
def apply_for_leave(
    *,
    posting: Posting,
    kind: str,
    begins_on: date,
    ends_on: date,
    actor: User | None,
    at: datetime,
    begins_half: str = Half.AM,
    ends_half: str = Half.PM,
    reason: str = "",
    destination: str = "",
    contact: str = "",
    handover: str = "",
    extends: LeaveRequest | None = None,
) -> LeaveRequest:
    """File a request and send it to whose turn it is.

    A member files his own; the office files for others. The length that decides the tier is that of the
    whole absence the request becomes part of (handbook edge cases 7 and 8). With `extends` it continues
    an approved leave of the same person.
    """
    if actor is None or posting.cadre.user_id != actor.pk:
        require(actor, "manage_evidence", posting)
    # One request of a person at a time: two halves sent at once must see each other.
    posting = Posting.objects.select_for_update(of=("self",)).select_related("cadre", "village").get(pk=posting.pk)
    span = _span(posting, begins_on, begins_half, ends_on, ends_half, localdate(at))
    required = RequiredDays(posting.village, begins_on, ends_on).at(posting.village.path)
    _refuse_clash(posting, span, extends, required)
    rules = rules_for(posting, localdate(at))
    days = counted_days(span, rules.count, required)
    if not days:
        raise NoLeaveNeeded
    counted = judged(posting, span, rules, required)
    holders = Holders([posting.village], localdate(at))
    way = route_for(posting, counted, rules, holders)
    return LeaveRequest.objects.create(
        posting=posting,
        kind=kind,
        begins_on=begins_on,
        begins_half=begins_half,
        ends_on=ends_on,
        ends_half=ends_half,
        days=days,
        counted_days=counted,
        reason=reason.strip()[:200],
        destination=destination.strip()[:100],
        contact=contact.strip()[:40],
        handover=handover.strip()[:60],
        awaiting_role=holders.awaited(way, posting.village.path, {posting.cadre.user_id, actor.pk if actor else None}),
        applied_at=at,
        applied_by=actor,
        extends=extends,
    )


def _span(posting: Posting, begins_on: date, begins_half: str, ends_on: date, ends_half: str, today: date) -> Span:
    try:
        span = Span(begins_on, Half(begins_half), ends_on, Half(ends_half))
    except EndsBeforeItBegins:
        raise LeaveDatesWrong from None
    if not (posting.is_active_on(begins_on) and is_posted_until(posting, ends_on)):
        raise NotPosted("请假时间不在驻村期内，请核对日期。")
    if today - begins_on > LATEST:
        raise LeaveTooLate
    return span


def _refuse_clash(posting: Posting, span: Span, extends: LeaveRequest | None, required) -> None:
    if any(span.overlaps(other) for other in standing_spans(others_of(posting, span))):
        raise LeaveOverlaps
    if extends is None:
        return
    same_person = extends.posting.cadre_id == posting.cadre_id
    approved = extends.state == LeaveRequest.State.APPROVED and extends.returned_on is None
    base = span_of(extends)
    if not (same_person and approved and base.last < span.first and adjoin(base, span, required)):
        raise ExtensionApart
