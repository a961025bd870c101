"""The four numbers at the top of a first page, each with last week beside it."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.urls import reverse

from attendance.leave_lists import away_on
from attendance.models import LeaveRequest
from cadres.models import Posting
from reports.dashboards import Days, Today
from townships.periods import week_of

A_WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class Stat:
    """One number: `whole` is what it is counted from, `before` the sentence with last week's."""

    label: str
    value: str
    whole: str = ""
    before: str = ""
    url: str = ""


def office_stats(unit, days: Days, whole: Today, averages: dict[str, Decimal]) -> list[Stat]:
    """In the village today, on leave today, absent this week, last week's average; from the loaded ledger."""
    day, week = days.day, week_of(days.day)
    then = days.by_path(day - A_WEEK, len(unit.path)).get(unit.path, {})
    absent = days.absent_days(week.monday, day - timedelta(days=1))
    before = days.absent_days(week.monday - A_WEEK, day - A_WEEK - timedelta(days=1))
    people = reverse("attendance:grid", args=[unit.division_code])
    leave_url = f"{reverse('attendance:leaves', args=[unit.division_code])}?show=away"
    return [
        Stat(
            "今天在村",
            str(whole.present),
            str(whole.whole),
            f"上周同日 {then.get('present', 0)} / {sum(then.values())}",
            people,
        ),
        Stat("今天请假", str(whole.leave), "", f"上周同日 {then.get('leave', 0)} 人", leave_url),
        Stat("本周缺勤", f"{absent:g} 天", "", f"上周同期 {before:g} 天", people),
        average_stat(unit, averages),
    ]


def average_stat(unit, averages: dict[str, Decimal]) -> Stat:
    """The latest scored week's average, and the one before."""
    weeks = list(averages)
    value = f"{averages[weeks[-1]]:.2f}" if weeks else "—"
    before = f"前一周 {averages[weeks[-2]]:.2f}" if len(weeks) > 1 else "还没有更早的周" if weeks else "还没有评过分"
    return Stat("上周平均分", value, "", before, reverse("reports:scores", args=[unit.division_code]))


def wide_stats(user, unit, day: date, averages: dict[str, Decimal]) -> list[Stat]:
    """Above a county: people posted, on leave, waiting for approval, last week's average; counted in the database."""
    postings = Posting.objects.reachable_by(user, "view_members").within(unit)
    leaves = LeaveRequest.objects.reachable_by(user, "view_attendance").within(unit)
    people = reverse("cadres:people", args=[unit.division_code])
    leave_url = reverse("attendance:leaves", args=[unit.division_code])
    return [
        Stat(
            "在派人数",
            str(postings.active_on(day).count()),
            "",
            f"上周同日 {postings.active_on(day - A_WEEK).count()} 人",
            people,
        ),
        Stat(
            "今天请假",
            str(away_on(leaves, day).count()),
            "",
            f"上周同日 {away_on(leaves, day - A_WEEK).count()} 人",
            f"{leave_url}?show=away",
        ),
        Stat(
            "待审批请假",
            str(leaves.filter(state=LeaveRequest.State.PENDING).count()),
            "",
            f"其中一周前提交 {leaves.filter(state=LeaveRequest.State.PENDING, applied_at__date__lte=day - A_WEEK).count()} 条",
            leave_url,
        ),
        average_stat(unit, averages),
    ]
