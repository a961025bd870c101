"""Weekly sheets: which villages have signed, and one village's table to mark and sign."""

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from attendance import own, sheets
from attendance.actions.mark_sheet import NewMark, mark_days
from attendance.actions.sign_sheet import attest, sign_as_leader
from attendance.policies import attendance_rules
from cadres.models import Posting
from townships.access import can
from townships.periods import Week, today, week_of
from townships.views.answer import attempt, back
from townships.views.scope import unit_at, unit_view, week_or_404


@unit_view("view_attendance")
def current(request, unit):
    return redirect("attendance:sheet", unit.division_code, str(week_of(today())))


@unit_view("view_attendance")
def sheet(request, unit, week: str):
    chosen = week_or_404(week)
    if request.method == "POST" and unit.is_village:
        return _write(request, unit, chosen)
    context = {"unit": unit, **_weeks(unit, chosen)}
    if not unit.is_village:
        context["may_import"] = can(request.user, "manage_evidence", unit)
        context["villages"] = sheets.villages_in(request.user, unit, chosen)
        return render(request, "attendance/sheets.html", context)
    postings = Posting.objects.reachable_by(request.user, "view_attendance").within(unit)
    may_sign, may_enter = can(request.user, "sign_sheet", unit), can(request.user, "manage_evidence", unit)
    return render(
        request,
        "attendance/sheet.html",
        {
            **context,
            "sheet": sheets.sheet_of(unit, chosen),
            "rows": sheets.table_of(postings, chosen),
            "days": chosen.days,
            "last_day": today(),
            "choices": sheets.choices(_signs(unit, chosen)),
            "may_write": may_sign or may_enter,
            "may_sign": may_sign and chosen.monday <= today(),
        },
    )


def _signs(unit, week: Week) -> list[str]:
    return list(attendance_rules(unit, week.monday).marks)


def _weeks(unit, week: Week) -> dict:
    later = week.shifted(1)
    return {
        "week": week,
        "is_over": week.is_over(today()),
        "earlier_url": reverse("attendance:sheet", args=[unit.division_code, str(week.shifted(-1))]),
        "later_url": reverse("attendance:sheet", args=[unit.division_code, str(later)])
        if later.monday <= today()
        else "",
    }


def _asked(request, table: list[dict], signs: list[str]) -> list[NewMark]:
    """The marks of the form that differ from what is in force."""
    asked = []
    for row in table:
        for day in row["days"]:
            value = request.POST.get(day["field"]) if day else None
            marks = sheets.read_value(value, signs) if value is not None and value != day["value"] else None
            if marks is not None:
                asked.append(NewMark(row["posting"], day["day"], marks.am, marks.pm))
    return asked


def _save(request, postings, unit, week: Week) -> None:
    asked = _asked(request, sheets.table_of(postings.select_related("village"), week), _signs(unit, week))
    mark_days(marks=asked, actor=request.user, at=timezone.now(), reason=request.POST.get("reason", ""))


def _write(request, unit, week: Week):
    postings = Posting.objects.reachable_by(request.user, "view_attendance").within(unit)
    saved = attempt(request, lambda: _save(request, postings, unit, week), f"{unit.name}{week.label}的考勤表已保存。")
    if saved and "sign" in request.POST:
        return _sign(request, unit, week)
    return back(request, reverse("attendance:sheet", args=[unit.division_code, str(week)]))


def _sign(request, unit, week: Week):
    found = sheets.sheet_or_blank(unit, week)
    attempt(
        request,
        lambda: sign_as_leader(sheet=found, actor=request.user, at=timezone.now()),
        f"{unit.name}{week.label}的考勤表已签字。",
    )
    return back(request, reverse("attendance:sheet", args=[unit.division_code, str(week)]))


@require_POST
def sign(request, code: str, week: str):
    return _sign(request, unit_at(request, code, "view_attendance"), week_or_404(week))


@require_POST
def attest_sheet(request, code: str, week: str):
    unit, chosen = unit_at(request, code, "view_attendance"), week_or_404(week)
    found = sheets.sheet_or_blank(unit, chosen)
    name = request.POST.get("name", "")
    attempt(
        request,
        lambda: attest(sheet=found, name=name, actor=request.user, at=timezone.now()),
        f"已登记{name.strip()}签字。",
    )
    return back(request, reverse("attendance:sheet", args=[code, week]))


def my_week(request):
    """The member's own line of this week's sheet (or `?week=` of an earlier one), and his check-ins."""
    day = today()
    week = week_or_404(request.GET["week"]) if "week" in request.GET else week_of(day)
    posting = own.posting_on(request.user, min(day, week.sunday)) or own.posting_on(request.user, max(week.monday, day))
    if posting is None:
        return render(request, "attendance/not_posted.html")
    mine = Posting.objects.reachable_by(request.user, "view_attendance").filter(pk=posting.pk)
    if request.method == "POST":
        attempt(request, lambda: _save(request, mine, posting.village, week), "本周考勤表已保存。")
        return redirect(f"{request.path}?week={week}")
    return render(
        request,
        "attendance/my_week.html",
        {
            "posting": posting,
            "week": week,
            "earlier": str(week.shifted(-1)),
            "later": str(week.shifted(1)) if week.shifted(1).monday <= day else "",
            "last_day": day,
            "rows": sheets.table_of(mine, week),
            "choices": sheets.choices(_signs(posting.village, week)),
            "sheet": sheets.sheet_of(posting.village, week),
            "check_ins": own.check_ins_of(request.user, posting, week),
            **own.week_strip(posting, week, day),
        },
    )
