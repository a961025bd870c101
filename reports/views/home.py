"""First pages after login, by role."""

from django.shortcuts import redirect, render
from django.utils import timezone

from attendance.approvers import waiting_for
from attendance.leave_lists import away_on, overdue_on
from attendance.ledgers import ledger_for
from attendance.models import CheckMethod, LeaveRequest, SpotCheckResult
from attendance.rounds import rounds_of
from attendance.sheets import villages_in
from attendance.signs import day_cell, standing
from cadres.correction_lists import news_for
from cadres.models import Posting
from reports import dashboards, todo
from reports.dashboards import Days
from reports.home_numbers import office_stats, wide_stats
from reports.models import WeeklyScore
from townships.cursor import page_of
from townships.periods import Month, today, week_of
from townships.views.scope import unit_view

#: Up to a county the ledger of everybody is read; above it, numbers come from the database alone.
LEDGER_LEVELS = ("county", "township", "village")
PAGE_SIZE = 50
#: A township looks into contradictions of so many weeks; a county leaves them to its townships.
WEEKS_BACK = 5
STANDING_WORDS = {"present": "在村", "official_trip": "公差", "leave": "请假", "rest": "休息", "unknown": "未明"}


@unit_view("view_members")
def unit_home(request, unit):
    """The first page of an office, and of any unit within reach."""
    user, day = request.user, today()
    below = dashboards.units_below(user, unit, day)
    averages = dashboards.weekly_averages(user, unit, day)
    month = str(Month.of(week_of(day).thursday))
    context = {
        "unit": unit,
        "day": day,
        "week": week_of(day),
        "reference": dashboards.reference(user, unit, day),
        "chart": dashboards.deductions_chart(averages, dashboards.full_mark(user, unit), month),
    }
    ledger = None
    if unit.level in LEDGER_LEVELS:
        days = Days.of(user, unit, day, weeks_back=1 if unit.level == "county" else WEEKS_BACK)
        ledger = days.ledger
        whole, rows = dashboards.today_by_unit(days, unit, below)
        context |= {"whole": whole, "rows": rows, "stats": office_stats(unit, days, whole, averages)}
    else:
        context["stats"] = wide_stats(user, unit, day, averages)
    context["todos"] = todo.waiting(user, unit, day, ledger)
    if not unit.is_village and unit.level != "township":
        context["lines"] = dashboards.lines_below(user, unit, below, day)
    return render(request, "reports/home_unit.html", context)


def _places(user, role: str) -> list:
    """The units at which a user holds a role today."""
    return [one.unit for one in user.appointments_today() if one.acts_as == role]


def _people_today(user, unit, day) -> list[dict]:
    """Everybody the user sees below a unit, with his standing today, in the order of villages."""
    postings = Posting.objects.reachable_by(user, "view_members")
    ledger = ledger_for(unit=unit, first=day, last=day, today=day, postings=postings)
    rows = [
        {
            "service": member.service,
            "standing": (word := standing(line)),
            "words": STANDING_WORDS[word],
            "cell": day_cell(line, day),
        }
        for member in ledger.members
        for line in member.days()
    ]
    return sorted(rows, key=lambda row: (row["service"].path, row["service"].id))


def squad_home(request):
    """The squad leader's phone: what waits for him as cards, today's checks to tick off, his people today."""
    places = _places(request.user, "squad_leader")
    if not places:
        return redirect("townships:home")
    user, day = request.user, today()
    request.unit = places[0]
    whole = places[0].parent if places[0].is_village else places[0]
    people = _people_today(user, whole, day)
    leaves = LeaveRequest.objects.reachable_by(user, "approve_leave")
    overdue = overdue_on(leaves, day).select_related("posting__cadre", "posting__village").order_by("ends_on", "pk")
    return render(
        request,
        "reports/home_squad.html",
        {
            "unit": places[0],
            "places": places,
            "township": whole,
            "day": day,
            "leaves": waiting_for(user, day),
            "overdue": overdue[:20],
            "rounds": rounds_of(user, day),
            "people": people,
            "present": sum(1 for row in people if row["standing"] == "present"),
            "may_record": True,
            "methods": CheckMethod.choices,
            "findings": SpotCheckResult.Finding.choices,
        },
    )


def team_home(request):
    """The team leader's (and the village clerk's) first page: the team today, the sheets to sign."""
    places = _places(request.user, "team_leader") or _places(request.user, "village_clerk")
    if not places:
        return redirect("townships:home")
    user, day, unit = request.user, today(), places[0]
    request.unit = unit
    this_week = week_of(day)
    weeks = [this_week, this_week.shifted(-1), this_week.shifted(-2)]
    people = _people_today(user, unit, day)
    return render(
        request,
        "reports/home_team.html",
        {
            "unit": unit,
            "day": day,
            "people": people,
            "present": sum(1 for row in people if row["standing"] == "present"),
            "sheets": [
                {"week": week, "this": week == this_week, "village": next(iter(villages_in(user, unit, week)), None)}
                for week in weeks
            ],
            "leaves": waiting_for(user, day),
            "news": news_for(user, timezone.now()),
        },
    )


def institution_home(request):
    """The people an institution has sent: read only, nobody else."""
    user, day = request.user, today()
    if not user.institution_ids():
        return redirect("townships:home")
    sent = Posting.objects.reachable_by(user, "view_members").active_on(day)
    lines = sent.select_related("cadre", "village__parent", "dispatching_institution")
    page = page_of(lines, ("village__path", "pk"), request.GET.get("after", ""), PAGE_SIZE)
    shown = [posting.pk for posting in page.rows]
    # A leave may have been granted at the village he was posted to before.
    people = {posting.cadre_id for posting in page.rows}
    leaves = LeaveRequest.objects.reachable_by(user, "view_attendance").filter(posting__cadre__in=people)
    away = set(away_on(leaves, day).values_list("posting__cadre_id", flat=True))
    week = week_of(day).shifted(-1)
    scores = WeeklyScore.objects.reachable_by(user, "view_scores").filter(posting__in=shown, week=str(week))
    totals = dict(scores.values_list("posting_id", "total"))
    return render(
        request,
        "reports/home_institution.html",
        {
            "day": day,
            "week": week,
            "institutions": [one.institution for one in user.appointments_today() if one.institution_id],
            "rows": [{"posting": one, "away": one.cadre_id in away, "total": totals.get(one.pk)} for one in page.rows],
            "next_url": f"?after={page.next}" if page.next else "",
            "first_url": "?" if request.GET.get("after") else "",
            "summary": f"共 {sent.count()} 人",
        },
    )
