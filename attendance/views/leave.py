"""Leave: a unit's lists, one request with its decisions, and the acts on it."""

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_POST

from attendance.actions.decide_leave import decide_leave, revoke_leave
from attendance.actions.leave_trail import show_contact
from attendance.actions.return_from_leave import cancel_leave, return_from_leave
from attendance.approvers import Holders, waiting_for
from attendance.leave_lists import ORDERS, SHOWN, shown
from attendance.models import LeaveDecision, LeaveRequest
from townships.access import can
from townships.cursor import page_of
from townships.errors import OutOfReach
from townships.periods import today
from townships.templatetags.office import number
from townships.views.answer import attempt, back
from townships.views.scope import unit_view

PAGE_SIZE = 50
State = LeaveRequest.State


@unit_view("view_attendance")
def leaves(request, unit):
    day = today()
    mine = [leave for leave in waiting_for(request.user, day) if leave.posting.village.path.startswith(unit.path)]
    which = request.GET.get("show", "pending")
    which = which if which in SHOWN else "pending"
    reachable = LeaveRequest.objects.reachable_by(request.user, "view_attendance").within(unit)
    lines = shown(reachable, which, day)
    text = request.GET.get("q", "").strip()
    if text:
        lines = lines.filter(posting__cadre__name__icontains=text)
    page = page_of(
        lines.select_related("posting__cadre", "posting__village"),
        ORDERS[which],
        request.GET.get("after", ""),
        PAGE_SIZE,
    )
    query = f"?show={which}" + (f"&q={text}" if text else "")
    return render(
        request,
        "attendance/leaves.html",
        {
            "unit": unit,
            "day": day,
            "mine": mine,
            "page": page,
            "which": which,
            "text": text,
            "chips": [
                {"text": words, "on": key == which, "url": f"?show={key}", "removable": False}
                for key, words in SHOWN.items()
            ],
            "next_url": f"{query}&after={page.next}" if page.next else "",
            "first_url": query if request.GET.get("after") else "",
            "summary": f"共 {lines.count()} 条",
            "empty": f"没有“{SHOWN[which]}”的请假",
        },
    )


def _reachable(user, pk: int) -> LeaveRequest:
    rows = LeaveRequest.objects.reachable_by(user, "view_attendance").filter(pk=pk)
    leave = rows.select_related("posting__cadre", "posting__village__parent", "extends", "return_recorded_by").first()
    if leave is None:
        raise OutOfReach
    return leave


def _open_acts(user, request_: LeaveRequest) -> dict[str, bool]:
    """Which acts the page offers; the actions decide again."""
    own = request_.posting.cadre.user_id == user.pk
    office = can(user, "manage_evidence", request_)
    approver = can(user, "approve_leave", request_)
    approved, pending = request_.state == State.APPROVED, request_.state == State.PENDING
    begun = request_.begins_on <= today()
    holders = Holders([request_.posting.village], today())
    return {
        "decide": pending and not own and bool(holders.deciding(user.pk, request_)),
        "report_return": approved and request_.returned_on is None and begun and (own or office or approver),
        "cancel": (own or office) and (pending or (approved and not begun)),
        "extend": own and approved and request_.returned_on is None,
        "revoke": approved and approver and not own and request_.returned_on is None,
    }


def leave(request, pk: int):
    """One request. POST shows whoever may see numbers the telephone in full, which the trail keeps."""
    found = _reachable(request.user, pk)
    own = found.posting.cadre.user_id == request.user.pk
    asked = request.method == "POST" and not own
    if asked:
        show_contact(leave=found, actor=request.user)
    if not own and can(request.user, "view_attendance", found):
        request.place = found.posting.village
    decisions = LeaveDecision.objects.reachable_by(request.user, "view_attendance").filter(leave=found)
    return render(
        request,
        "attendance/leave.html",
        {
            "leave": found,
            "own": own,
            "whole": own or asked,
            "may_unmask": bool(found.contact) and can(request.user, "view_identity", found),
            "acts": _open_acts(request.user, found),
            "decisions": decisions.select_related("decided_by", "on_behalf_of").order_by("at", "pk"),
            "today": today(),
        },
    )


@require_POST
def leave_decide(request, pk: int):
    found = _reachable(request.user, pk)
    approve = request.POST.get("outcome") == "approve"
    name, days = found.posting.cadre.name, number(found.days)
    attempt(
        request,
        lambda: decide_leave(
            leave=found,
            actor=request.user,
            approve=approve,
            at=timezone.now(),
            reason=request.POST.get("reason", ""),
        ),
        f"已批准{name} {days} 天请假。" if approve else f"没有批准{name}的请假，原因已告诉本人。",
    )
    return back(request, reverse("attendance:leave", args=[pk]))


@require_POST
def leave_return(request, pk: int):
    found = _reachable(request.user, pk)
    returned_on = parse_date(request.POST.get("returned_on", "")) or today()
    attempt(
        request,
        lambda: return_from_leave(leave=found, returned_on=returned_on, actor=request.user, at=timezone.now()),
        f"已登记{found.posting.cadre.name}销假。",
    )
    return back(request, reverse("attendance:leave", args=[pk]))


@require_POST
def leave_cancel(request, pk: int):
    found = _reachable(request.user, pk)
    attempt(request, lambda: cancel_leave(leave=found, actor=request.user, at=timezone.now()), "请假申请已撤回。")
    return back(request, reverse("attendance:leave", args=[pk]))


@require_POST
def leave_revoke(request, pk: int):
    found = _reachable(request.user, pk)
    attempt(
        request,
        lambda: revoke_leave(leave=found, actor=request.user, reason=request.POST.get("reason", ""), at=timezone.now()),
        "批准已收回，这几天重新计入应在村的日子。",
    )
    return back(request, reverse("attendance:leave", args=[pk]))
