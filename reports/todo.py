"""What is waiting for one person at one unit, oldest first; each thing with the page or the button that settles it."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse
from django.utils.timezone import localdate

from attendance.approvers import waiting_for
from attendance.contradictions import open_days
from attendance.leave_lists import overdue_on
from attendance.ledgers import UnitLedger
from attendance.models import LeaveRequest, WeeklySheet
from cadres.models import CorrectionRequest, Posting
from reports.models import Bulletin, WeekLock, WeeklyScore
from townships.access import can
from townships.models import AdministrativeUnit
from townships.paths import covers
from townships.periods import Month, Week, chinese_date, week_of
from townships.templatetags.office import number, span

#: Sheets of so many past weeks are asked for.
SHEET_WEEKS = 3
MOST = 30
NEAR = ("township", "village")


@dataclass(frozen=True)
class Todo:
    """One thing to do: waiting since a day, in words, with where to do it; a leave is decided in place."""

    since: date
    title: str
    text: str
    url: str
    action: str
    badge: str = ""
    tone: str = "warning"
    leave: LeaveRequest | None = None


def waiting(user, unit, day: date, ledger: UnitLedger | None = None) -> list[Todo]:
    """Everything waiting for the user at the unit; contradictions are those of `ledger`, where it is given."""
    found = [
        *_leaves(user, unit, day),
        *(_returns(user, unit, day) if unit.level in (*NEAR, "county") else ()),
        *(_sheets(user, unit, day) if unit.level in NEAR else ()),
        *(_contradictions(user, unit, ledger) if ledger and unit.level in NEAR else ()),
        *(_corrections(user, unit) if unit.level in (*NEAR, "county") else ()),
        *_scores(user, unit, day),
        *_drafts(user, unit, day),
    ]
    return sorted(found, key=lambda todo: todo.since)


def _leaves(user, unit, day: date) -> Iterator[Todo]:
    for leave in waiting_for(user, day):
        if covers(unit.path, leave.posting.village.path):
            yield leave_todo(leave)


def leave_todo(leave: LeaveRequest) -> Todo:
    joined = f"，与相连的假合计 {number(leave.counted_days)} 天" if leave.counted_days != leave.days else ""
    return Todo(
        since=leave.applied_at.date(),
        title=f"{leave.posting.cadre.name} 请{leave.get_kind_display()} {number(leave.days)} 天",
        text=f"{leave.posting.village.name} · {span(leave)}{joined} · {leave.reason}".removesuffix(" · "),
        url=reverse("attendance:leave", args=[leave.pk]),
        action="查看",
        badge="等您审批",
        leave=leave,
    )


def _returns(user, unit, day: date) -> Iterator[Todo]:
    if not (can(user, "manage_evidence", unit) or can(user, "approve_leave", unit)):
        return
    leaves = LeaveRequest.objects.reachable_by(user, "view_attendance").within(unit)
    rows = overdue_on(leaves, day).select_related("posting__cadre", "posting__village").order_by("ends_on", "pk")
    for leave in rows[:MOST]:
        late = (day - leave.ends_on).days
        yield Todo(
            since=leave.ends_on,
            title=f"{leave.posting.cadre.name} 假满 {late} 天还没有销假",
            text=f"{leave.posting.village.name} · {span(leave)}的{leave.get_kind_display()}",
            url=reverse("attendance:leave", args=[leave.pk]),
            action="联系并登记销假",
            badge="逾期未归",
            tone="danger",
        )


def _sheets(user, unit, day: date) -> Iterator[Todo]:
    """One line for each past week, naming the villages whose leader has not signed."""
    if not (can(user, "sign_sheet", unit) or can(user, "manage_evidence", unit)):
        return
    weeks = [week_of(day).shifted(-back) for back in range(1, SHEET_WEEKS + 1)]
    postings = Posting.objects.reachable_by(user, "view_attendance").within(unit)
    rows = postings.active_between(weeks[-1].monday, weeks[0].sunday).order_by("village__path", "pk")
    signed = set(
        WeeklySheet.objects.reachable_by(user, "view_attendance")
        .within(unit)
        .filter(week__in=[str(week) for week in weeks], leader_signed_at__isnull=False)
        .values_list("unit_id", "week")
    )
    missing: dict[Week, dict[int, str]] = defaultdict(dict)
    for village, name, begins, ends in rows.values_list("village_id", "village__name", "begins", "ends"):
        for week in weeks:
            active = begins <= week.sunday and (ends is None or ends > week.monday)
            if active and (village, str(week)) not in signed:
                missing[week][village] = name
    for week, villages in missing.items():
        names = list(villages.values())
        yield Todo(
            since=week.sunday + timedelta(days=1),
            title=f"{week.label}有 {len(names)} 个村的考勤表队长没有签字"
            if not unit.is_village
            else f"{week.label}的考勤表没有签字",
            text="" if unit.is_village else "、".join(names[:6]) + ("等" if len(names) > 6 else ""),
            url=reverse("attendance:sheet", args=[unit.division_code, str(week)]),
            action="去签字" if unit.is_village else "去督促",
            badge="考勤表",
        )


def _contradictions(user, unit, ledger: UnitLedger) -> Iterator[Todo]:
    if not can(user, "record_talk", unit):
        return
    found = open_days(user, ledger)
    if found:
        names = list(dict.fromkeys(one.service.name for one in reversed(found)))
        yield Todo(
            since=min(one.line.day for one in found),
            title=f"有 {len(found)} 处考勤说法对不上，还没有核查",
            text="、".join(names[:6]) + ("等" if len(names) > 6 else ""),
            url=reverse("attendance:contradictions", args=[unit.division_code]),
            action="去核查",
            badge="对不上",
            tone="danger",
        )


def _corrections(user, unit) -> Iterator[Todo]:
    """Members' wishes to have something put right, one line for all."""
    if not can(user, "manage_roster", unit):
        return
    rows = CorrectionRequest.objects.to_decide(user).within(unit).select_related("cadre").order_by("requested_at", "pk")
    if wishes := list(rows[:MOST]):
        about = list(dict.fromkeys(f"{one.cadre.name}（{one.get_field_display()}）" for one in wishes))
        count = f"{len(wishes)} 条" if len(wishes) < MOST else f"{MOST} 条以上"
        yield Todo(
            since=localdate(wishes[0].requested_at),
            title=f"有 {count}资料更正申请等您核对",
            text="、".join(about[:4]) + ("等" if len(about) > 4 else ""),
            url=reverse("cadres:corrections", args=[unit.division_code]),
            action="去核对",
            badge="更正",
            tone="info",
        )


def _scores(user, unit, day: date) -> Iterator[Todo]:
    """Last week: not scored yet in some township, or scored with deductions and still open to review."""
    if not can(user, "score_week", unit) or unit.is_village:
        return
    week = week_of(day).shifted(-1)
    postings = Posting.objects.reachable_by(user, "view_scores").within(unit).active_between(week.monday, week.sunday)
    scores = WeeklyScore.objects.reachable_by(user, "view_scores").within(unit).filter(week=str(week), final=True)
    parents = set(postings.order_by().values_list("village__parent_id", flat=True).distinct())
    scored = set(scores.order_by().values_list("township_id", flat=True).distinct())
    since = week.sunday + timedelta(days=1)
    url = reverse("reports:scores_week", args=[unit.division_code, str(week)])
    if missing := parents - scored:
        names = AdministrativeUnit.objects.filter(pk__in=missing).order_by("path").values_list("name", flat=True)
        yield Todo(since, f"{week.label}还没有评分", "、".join(names[:6]), url, "去评分", "周评分")
    elif unit.level == "township":
        yield from _review(scores, unit, week, since, url)


def _review(scores, unit, week: Week, since: date, url: str) -> Iterator[Todo]:
    if WeekLock.objects.filter(unit__path__in=unit.ancestor_paths, week=str(week)).exists():
        return
    lowered = sum(1 for dimensions in scores.values_list("dimensions", flat=True) if _has_deduction(dimensions))
    if lowered:
        yield Todo(
            since, f"{week.label}得分请复核", f"{lowered} 人被扣分", f"{url}?week={week}", "去复核", "周评分", "info"
        )


def _has_deduction(dimensions: dict) -> bool:
    return any(one["deductions"] for one in dimensions.values())


def _drafts(user, unit, day: date) -> Iterator[Todo]:
    """Drafts of months that are over for whoever may publish; no draft at all for whoever may draft."""
    drafts = Bulletin.objects.reachable_by(user, "publish_bulletin").within(unit).filter(status=Bulletin.Status.DRAFT)
    current = Month.of(week_of(day).thursday)
    for draft in drafts.filter(month__lt=str(current)).select_related("unit").order_by("month", "pk"):
        month = Month.parse(draft.month)
        yield Todo(
            since=month.shifted(1).first,
            title=f"{draft.unit.name}{month.label}通报草稿等您发布",
            text=f"{chinese_date(draft.compiled_at.date())}起草",
            url=reverse("reports:bulletin", args=[draft.pk]),
            action="审阅并发布",
            badge="月通报",
            tone="info",
        )
    last = current.shifted(-1)
    if unit.level == "township" and can(user, "draft_bulletin", unit):
        made = Bulletin.objects.reachable_by(user, "view_bulletins").filter(unit=unit, month=str(last))
        scored = WeeklyScore.objects.reachable_by(user, "view_scores").within(unit)
        if not made.exists() and scored.filter(week__in=[str(week) for week in last.weeks]).exists():
            url = reverse("reports:bulletins", args=[unit.division_code])
            yield Todo(last.shifted(1).first, f"{last.label}通报还没有起草", "", url, "去起草", "月通报")
