"""All that is on file about one person, as far as the reader's reach goes: a constant number of queries a part."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from attendance.day_evidence import DayEvidence
from attendance.ledgers import ledger_for
from attendance.models import LeaveRequest, OfficialTrip, SpotCheckResult
from attendance.signs import day_cell
from cadres.models import Posting, Talk
from reports.models import WeeklyScore
from townships.models import AdministrativeUnit
from townships.periods import Month, Week, chinese_date
from townships.templatetags.office import number, span

#: A part shows its latest rows; everything older is in the admin's lists and the exports.
LATEST = 60
TONES = {"present": "good", "absent": "danger", "leave": "warning", "official_trip": "info"}


@dataclass(frozen=True)
class Event:
    """One line of the timeline."""

    on: date
    title: str
    text: str = ""
    tone: str = ""

    @property
    def when(self) -> str:
        return chinese_date(self.on, weekday=True)

    @property
    def when_iso(self) -> str:
        return self.on.isoformat()


def postings(user, cadre, capability: str = "view_members") -> list[Posting]:
    """His postings within the reader's reach, the latest first."""
    rows = Posting.objects.reachable_by(user, capability).filter(cadre=cadre)
    return list(rows.select_related("village__parent", "dispatching_institution", "batch").order_by("-begins", "-pk"))


def leaves(user, cadre) -> list[LeaveRequest]:
    rows = LeaveRequest.objects.reachable_by(user, "view_attendance").filter(posting__cadre=cadre)
    return list(rows.select_related("posting__village").order_by("-begins_on", "-pk")[:LATEST])


def talks(user, cadre) -> list[Talk]:
    rows = Talk.objects.reachable_by(user, "view_attendance").filter(posting__cadre=cadre)
    return list(rows.select_related("on_behalf_of").order_by("-held_on", "-pk")[:LATEST])


def trips(user, cadre) -> list[OfficialTrip]:
    rows = OfficialTrip.objects.reachable_by(user, "view_attendance").filter(posting__cadre=cadre)
    return list(rows.filter(state=OfficialTrip.State.APPROVED).order_by("-begins_on", "-pk")[:LATEST])


def findings(user, cadre) -> list[SpotCheckResult]:
    rows = SpotCheckResult.objects.reachable_by(user, "view_attendance").filter(posting__cadre=cadre)
    return list(
        rows.filter(superseded_at__isnull=True).select_related("on_behalf_of").order_by("-checked_at", "-pk")[:LATEST]
    )


def scores(user, cadre) -> list[WeeklyScore]:
    rows = WeeklyScore.objects.reachable_by(user, "view_scores").filter(cadre=cadre)
    return list(rows.select_related("village", "scheme").order_by("-week", "-pk")[:LATEST])


def timeline(user, cadre) -> list[Event]:
    """What happened, the latest first."""
    events = [
        *_posting_events(postings(user, cadre)),
        *_leave_events(leaves(user, cadre)),
        *(Event(one.begins_on, f"公差：{one.reason}", span(one), "info") for one in trips(user, cadre)),
        *(
            Event(one.day, f"{one.get_method_display()}抽查：{one.get_finding_display()}", one.note, TONES[one.finding])
            for one in findings(user, cadre)
        ),
        *(Event(one.held_on, one.get_kind_display(), one.reason, "warning") for one in talks(user, cadre)),
    ]
    return sorted(events, key=lambda event: event.on, reverse=True)[:LATEST]


def _posting_events(rows: list[Posting]) -> Iterator[Event]:
    for one in rows:
        sent_by = one.dispatching_institution.name if one.dispatching_institution else ""
        yield Event(one.begins, f"到{one.village.name}驻村", "，".join(filter(None, (one.team_role, sent_by))), "good")
        if one.last_day:
            yield Event(one.last_day, f"在{one.village.name}驻村结束", one.get_state_display())


def _leave_events(rows: list[LeaveRequest]) -> Iterator[Event]:
    for one in rows:
        title = f"{one.get_kind_display()} {number(one.days)} 天（{one.get_state_display()}）"
        yield Event(one.begins_on, title, "，".join(filter(None, (span(one), one.reason))), "warning")


def month_days(user, cadre, month: Month, today: date) -> list[dict]:
    """His posting days of a month up to today, the latest first, each with what every source says."""
    rows = Posting.objects.reachable_by(user, "view_attendance").filter(cadre=cadre)
    mine = list(rows.active_between(month.first, month.last).select_related("village"))
    if not mine:
        return []
    evidence = DayEvidence(user, [one.pk for one in mine], month.first, month.last)
    found: dict[date, dict] = {}
    for township in {one.village.parent_id or one.village_id for one in mine}:
        unit = AdministrativeUnit.objects.get(pk=township)
        ledger = ledger_for(unit=unit, first=month.first, last=min(month.last, today), today=today, postings=rows)
        for member in ledger.members:
            for line in member.days():
                posting = next((one for one in mine if one.is_active_on(line.day)), mine[-1])
                found[line.day] = {
                    "cell": day_cell(line, today),
                    "posting": posting,
                    "proofs": evidence.of(posting.pk, line.day),
                }
    return [found[day] for day in sorted(found, reverse=True)]


def score_lines(rows: list[WeeklyScore]) -> list[dict]:
    """Weeks with their dimensions and deductions, in words of the scheme that made them."""
    return [
        {
            "week": Week.parse(row.week),
            "score": row,
            "dimensions": dimension_lines(row),
            "deductions": [
                {**deduction, "dimension": dimension["label"]}
                for dimension in dimension_lines(row)
                for deduction in dimension["deductions"]
            ],
        }
        for row in rows
    ]


def dimension_lines(row: WeeklyScore) -> list[dict]:
    labels = {one["key"]: one["label"] for one in row.scheme.document["dimensions"]}
    return [{"label": labels.get(key, key), **dimension} for key, dimension in row.dimensions.items()]
