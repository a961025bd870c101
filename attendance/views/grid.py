"""The month of a unit: people × days, one sign for each half day."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header

from attendance.grid_xlsx import grid_workbook
from attendance.ledgers import ledger_for
from attendance.signs import SIGNS, WORDS, day_cell
from cadres.models import Posting
from townships.audit import record
from townships.cursor import page_of
from townships.models import AdministrativeUnit
from townships.periods import WEEKDAYS, Month, today
from townships.templatetags.office import moment
from townships.views.scope import month_or_404, unit_view

PAGE_SIZE = 60
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Above a county a month of everybody is no table for eyes: choose a county first.
TOO_WIDE = ("province", "city")
COUNTED = (("present", "在村"), ("official_trip", "公差"), ("leave", "请假"), ("absent", "缺勤"))


@unit_view("view_attendance")
def current(request, unit):
    return redirect("attendance:grid_month", unit.division_code, str(Month.of(today())))


@unit_view("view_attendance")
def grid(request, unit, month: str):
    chosen = month_or_404(month)
    if unit.level in TOO_WIDE:
        below = AdministrativeUnit.objects.reachable_by(request.user, "view_attendance").filter(parent=unit)
        below = below.active_between(chosen.first, chosen.last)
        return render(request, "attendance/grid_choose.html", {"unit": unit, "month": chosen, "below": below})
    people = Posting.objects.reachable_by(request.user, "view_attendance").within(unit)
    people = people.active_between(chosen.first, chosen.last)
    page = page_of(people.select_related("village"), ("village__path", "pk"), request.GET.get("after", ""), PAGE_SIZE)
    rows, notices = _rows(unit, chosen, people.filter(pk__in=[posting.pk for posting in page.rows]))
    here = reverse("attendance:grid_month", args=[unit.division_code, str(chosen)])
    return render(
        request,
        "attendance/grid.html",
        {
            "unit": unit,
            "month": chosen,
            "days": [
                {"day": day, "weekday": WEEKDAYS[day.weekday()][1], "today": day == today()} for day in chosen.days
            ],
            "rows": rows,
            "notices": notices,
            "counted": [words for _, words in COUNTED],
            "legend": [{"sign": SIGNS[key], "tone": key, "words": words} for key, words in WORDS.items()],
            "earlier": str(chosen.shifted(-1)),
            "later": str(chosen.shifted(1)) if chosen.last < today() else "",
            "summary": f"共 {people.count()} 人",
            "next_url": f"{here}?after={page.next}" if page.next else "",
            "first_url": here if request.GET.get("after") else "",
        },
    )


@unit_view("view_attendance")
def export(request, unit, month: str):
    """The month of the whole unit as a workbook that says who took it and when."""
    chosen = month_or_404(month)
    people = Posting.objects.reachable_by(request.user, "view_attendance").within(unit)
    rows, _ = _rows(unit, chosen, people.active_between(chosen.first, chosen.last))
    title = f"{unit.name}{chosen.label}考勤表"
    content = grid_workbook(
        title=title,
        days=chosen.days,
        counted=[words for _, words in COUNTED],
        rows=rows,
        footer=f"{request.user} {moment(timezone.now())}导出",
    )
    record(
        actor=request.user,
        act="attendance.exported",
        unit=unit,
        subject=title,
        details={"people": len(rows)},
    )
    disposition = content_disposition_header(as_attachment=True, filename=f"{title}.xlsx")
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": disposition})


def _rows(unit, month: Month, chosen) -> tuple[list[dict], tuple[str, ...]]:
    """A row for each member, in the order of villages; a day outside his posting is empty."""
    ledger = ledger_for(unit=unit, first=month.first, last=month.last, today=today(), postings=chosen)
    rows = []
    for member in sorted(ledger.members, key=lambda one: (one.service.path, one.service.id)):
        cells = {line.day: day_cell(line, today()) for line in member.days()}
        rows.append(
            {
                "service": member.service,
                "cells": [cells.get(day) for day in month.days],
                "counts": [f"{member.count(status) / 2:g}" for status, _ in COUNTED],
                "nights": f"{member.nights_kept} / {member.nights_required}",
            }
        )
    return rows, ledger.notices
