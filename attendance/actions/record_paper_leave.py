"""A leave that was approved on paper, entered by the office."""

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from attendance.leave import EndsBeforeItBegins, Half, Span, counted_days
from attendance.leave_rules import RequiredDays, is_posted_until, judged, others_of, rules_for, standing_spans
from attendance.models import LeaveRequest
from attendance.refusals import LeaveDatesWrong, LeaveOverlaps, NotPosted, ReasonMissing, ReturnDateWrong
from cadres.models import Posting
from townships.acting import require_deciding
from townships.models import User


@transaction.atomic
def record_paper_leave(
    *,
    posting: Posting,
    kind: str,
    begins_on: date,
    ends_on: date,
    approver_name: str,
    actor: User | None,
    at: datetime,
    begins_half: str = Half.AM,
    ends_half: str = Half.PM,
    reason: str = "",
    destination: str = "",
    contact: str = "",
    handover: str = "",
    returned_on: date | None = None,
) -> LeaveRequest:
    """Keep a leave as approved, with who approved it on paper. Nobody enters his own."""
    require_deciding(actor, "manage_evidence", posting, about=posting.cadre.user)
    posting = Posting.objects.select_for_update(of=("self",)).select_related("cadre", "village").get(pk=posting.pk)
    try:
        span = Span(begins_on, Half(begins_half), ends_on, Half(ends_half))
    except EndsBeforeItBegins:
        raise LeaveDatesWrong from None
    if not (posting.is_active_on(begins_on) and is_posted_until(posting, ends_on)):
        raise NotPosted("请假时间不在驻村期内，请核对日期。")
    if not approver_name.strip():
        raise ReasonMissing("请填写在纸上批准的人。")
    if returned_on is not None and not begins_on <= returned_on <= localdate(at):
        raise ReturnDateWrong
    if any(span.overlaps(other) for other in standing_spans(others_of(posting, span))):
        raise LeaveOverlaps
    rules = rules_for(posting, begins_on)
    required = RequiredDays(posting.village, begins_on, ends_on).at(posting.village.path)
    return LeaveRequest.objects.create(
        posting=posting,
        kind=kind,
        begins_on=begins_on,
        begins_half=begins_half,
        ends_on=ends_on,
        ends_half=ends_half,
        days=counted_days(span, rules.count, required),
        counted_days=judged(posting, span, rules, required),
        reason=reason.strip()[:200],
        destination=destination.strip()[:100],
        contact=contact.strip()[:40],
        handover=handover.strip()[:60],
        state=LeaveRequest.State.APPROVED,
        approver_name=approver_name.strip()[:60],
        returned_on=returned_on,
        return_recorded_by=actor if returned_on else None,
        on_paper=True,
        applied_at=at,
        applied_by=actor,
    )
