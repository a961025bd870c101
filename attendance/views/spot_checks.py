"""Spot checks of today: draw, tick off what was found."""

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from attendance.actions.draw_spot_check import draw_spot_check
from attendance.actions.record_spot_check import record_spot_check
from attendance.models import CheckMethod, SpotCheck, SpotCheckResult
from attendance.rounds import rounds_of
from cadres.models import Posting
from townships.access import can
from townships.errors import OutOfReach
from townships.periods import today
from townships.views.answer import attempt, back
from townships.views.scope import unit_at, unit_view


@unit_view("view_attendance")
def spot_checks(request, unit):
    """The draws of a unit, today's to tick off."""
    day = today()
    earlier = SpotCheck.objects.reachable_by(request.user, "view_attendance").within(unit).filter(day__lt=day)
    return render(
        request,
        "attendance/spot_checks.html",
        {
            "unit": unit,
            "day": day,
            "rounds": rounds_of(request.user, day, unit),
            "earlier": earlier.select_related("unit", "drawn_by", "on_behalf_of").order_by("-day", "-pk")[:20],
            "may_record": can(request.user, "record_spot_check", unit),
            "methods": CheckMethod.choices,
            "findings": SpotCheckResult.Finding.choices,
        },
    )


@require_POST
def draw(request, code: str):
    unit = unit_at(request, code, "record_spot_check")
    wanted = request.POST.get("villages", "")
    count = int(wanted) if wanted.isdigit() and 0 < int(wanted) <= 100 else 1
    method = request.POST.get("method", CheckMethod.ONSITE)
    method = method if method in CheckMethod.values else CheckMethod.ONSITE
    attempt(
        request,
        lambda: draw_spot_check(unit=unit, villages=count, day=today(), actor=request.user, method=method),
        f"已抽出 {count} 个村，名单在下面。",
    )
    return back(request, reverse("attendance:spot_checks", args=[code]))


@require_POST
def finding(request, pk: int):
    """What was found about one person of a draw, now."""
    posting = Posting.objects.reachable_by(request.user, "record_spot_check").filter(pk=pk)
    posting = posting.select_related("cadre", "village").first()
    if posting is None:
        raise OutOfReach
    wanted = request.POST.get("round", "")
    rounds = SpotCheck.objects.reachable_by(request.user, "view_attendance")
    check = rounds.filter(pk=wanted).first() if wanted.isdigit() else None
    found = request.POST.get("finding", "")
    if found not in SpotCheckResult.Finding.values:
        raise OutOfReach
    now = timezone.now()
    words = SpotCheckResult.Finding(found).label
    attempt(
        request,
        lambda: record_spot_check(
            posting=posting,
            checked_at=now,
            method=check.method if check else CheckMethod.ONSITE,
            finding=found,
            actor=request.user,
            at=now,
            note=request.POST.get("note", ""),
            check_round=check,
        ),
        f"已记下：{posting.cadre.name}{words}。",
    )
    return back(request, reverse("attendance:spot_checks", args=[posting.village.division_code]))
