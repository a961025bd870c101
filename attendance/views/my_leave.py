"""A member's own leave: his requests, and asking for another."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone

from attendance import own
from attendance.actions.apply_for_leave import apply_for_leave
from attendance.models import LeaveRequest
from attendance.own_forms import LeaveForm
from townships.errors import NotAllowed, OutOfReach, Refused
from townships.periods import today
from townships.roles import label
from townships.templatetags.office import number

LATEST = 30


def _own_leaves(user):
    return LeaveRequest.objects.reachable_by(user, "view_attendance").filter(posting__cadre__user=user)


def my_leaves(request):
    rows = _own_leaves(request.user).select_related("posting__village").order_by("-begins_on", "-pk")[:LATEST]
    return render(request, "attendance/my_leaves.html", {"leaves": rows, "today": today()})


def apply(request):
    posting = own.posting_on(request.user, today())
    if posting is None:
        return render(request, "attendance/not_posted.html")
    extended = _extended(request)
    if request.method == "POST":
        form = LeaveForm(request.POST)
        if form.is_valid() and _filed(request, posting, form, extended):
            return redirect("attendance:my_leaves")
    else:
        begins = extended.ends_on if extended else today()
        form = LeaveForm(initial={"begins_on": begins, "ends_on": begins, "contact": posting.cadre.phone})
    return render(request, "attendance/apply.html", {"form": form, "posting": posting, "extended": extended})


def _extended(request) -> LeaveRequest | None:
    wanted = request.POST.get("extends") or request.GET.get("extends") or ""
    if not wanted:
        return None
    found = _own_leaves(request.user).filter(pk=wanted).first() if wanted.isdigit() else None
    if found is None:
        raise OutOfReach
    return found


def _filed(request, posting, form: LeaveForm, extended) -> bool:
    try:
        # Whoever moves meanwhile asks where he is posted when the leave begins.
        at_begin = own.posting_on(request.user, form.cleaned_data["begins_on"])
        leave = apply_for_leave(
            posting=at_begin or posting, actor=request.user, at=timezone.now(), extends=extended, **form.cleaned_data
        )
    except (OutOfReach, NotAllowed):
        raise
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return False
    messages.success(request, f"{number(leave.days)} 天请假已提交，等{label(leave.awaiting_role)}审批。")
    return True
