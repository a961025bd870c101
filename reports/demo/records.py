"""Writes a told story as evidence, in bulk: marks, check-ins, leave, trips, checks, talks, meetings, manual items."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import F

from attendance.models import (
    CheckIn,
    LeaveDecision,
    LeaveRequest,
    Meeting,
    MeetingAbsence,
    OfficialTrip,
    SheetMark,
    SpotCheck,
    SpotCheckResult,
    WeeklySheet,
)
from cadres.models import Talk
from reports.demo.accounts import Account
from reports.demo.facts import LeaveFact, Punch, Round, Story, moment
from reports.demo.places import Place
from reports.demo.span import Span
from reports.models import ManualItem
from townships.models import AdministrativeUnit, User
from townships.periods import Week

SIGNING_MINUTE = 17 * 60 + 30
#: Villages (by their place in the list) whose sheet of last week still waits for the leader's signature.
UNSIGNED = frozenset({0, 5, 11})
PARTY_SECRETARIES = ("黄德福", "韦家旺", "覃桂生", "陆有福", "蒙春华", "农国强")
TASK_POINTS = Decimal(2)


@dataclass
class Writer:
    """One township's evidence on its way into the database. `now` is when the demo is loaded: nothing is later."""

    place: Place
    accounts: dict[str, Account]
    span: Span
    now: datetime

    def __post_init__(self) -> None:
        self.leader_of = {one.units[0].pk: one.user for one in self.accounts.values() if one.role == "team_leader"}
        self.squad_of = {
            unit.pk: one.user for one in self.accounts.values() if one.role == "squad_leader" for unit in one.units
        }
        self.office = {one.role: one.user for one in self.accounts.values() if one.role != "squad_leader"}

    def write(self, story: Story) -> None:
        self._sheets(story)
        self._check_ins(story.punches)
        self._leaves(story.leaves)
        self._trips(story)
        for round_ in story.rounds:
            self._round(round_)
        SpotCheckResult.objects.within(self.place.unit).update(recorded_at=F("checked_at") + timedelta(minutes=10))
        self._talks(story)
        self._meetings(story)
        self._manual(story)

    # ---- sheets ----

    def _sheets(self, story: Story) -> None:
        by_sheet: dict[tuple[str, str], WeeklySheet] = {}
        villages = {person.number: person.village.code for person in self.place.people}
        for mark in story.marks:
            key = villages[mark.person], str(Week.of(mark.day))
            if key not in by_sheet:
                by_sheet[key] = self._sheet(*key)
        WeeklySheet.objects.bulk_create(by_sheet.values())
        SheetMark.objects.bulk_create(
            SheetMark(
                sheet=by_sheet[villages[mark.person], str(Week.of(mark.day))],
                posting=self.place.postings[mark.person],
                day=mark.day,
                am=mark.am,
                pm=mark.pm,
            )
            for mark in story.marks
        )
        for week in {week for _, week in by_sheet}:
            signed = min(moment(Week.parse(week).sunday - timedelta(days=2), SIGNING_MINUTE), self.now)
            sheets = WeeklySheet.objects.within(self.place.unit).filter(week=week)
            # By the sheet: an UPDATE that looks for its own rows again takes minutes where PostgreSQL thinks them none.
            SheetMark.objects.filter(sheet__in=sheets).update(made_at=signed)

    def _sheet(self, code: str, week: str) -> WeeklySheet:
        unit, index = self.place.villages[code], list(self.place.villages).index(code)
        sheet = WeeklySheet(unit=unit, week=week)
        if Week.parse(week) > self.span.last_week:
            return sheet
        signed = moment(Week.parse(week).sunday - timedelta(days=2), SIGNING_MINUTE)
        sheet.attested_by, sheet.attested_at = PARTY_SECRETARIES[index % len(PARTY_SECRETARIES)], signed
        if not (week == str(self.span.last_week) and index in UNSIGNED):
            sheet.leader_signed_by, sheet.leader_signed_at = self.leader_of[unit.pk], signed + timedelta(minutes=20)
        return sheet

    # ---- check-ins ----

    def _check_ins(self, punches: Iterable[Punch]) -> None:
        CheckIn.objects.bulk_create(
            self._check_in(number, punch)
            for number, punch in enumerate(punches, start=1)
            if moment(punch.day, punch.minute) <= self.now
        )

    def _check_in(self, number: int, punch: Punch) -> CheckIn:
        posting = self.place.postings[punch.person]
        made = moment(punch.day, punch.minute)
        received = made + (timedelta(days=1, hours=3) if punch.late else timedelta(seconds=2))
        by_phone = posting.cadre.user_id is not None
        return CheckIn(
            posting=posting,
            client_id=f"demo-{self.place.unit.division_code}-{number}",
            made_at=made,
            received_at=min(received, self.now),
            day=punch.day,
            minute=punch.minute,
            latitude=punch.latitude,
            longitude=punch.longitude,
            datum=CheckIn.Datum.WGS84 if by_phone else CheckIn.Datum.GCJ02,
            accuracy_m=8 + number % 30,
            place=punch.place,
            source=CheckIn.Source.PHONE if by_phone else CheckIn.Source.IMPORT,
            late_upload=punch.late,
        )

    # ---- leave and trips ----

    def _decider(self, role: str, unit: AdministrativeUnit) -> User:
        return self.squad_of[unit.pk] if role == "squad_leader" else self.office[role]

    def _leaves(self, leaves: list[LeaveFact]) -> None:
        rows = LeaveRequest.objects.bulk_create(self._leave(leave) for leave in leaves)
        decisions = []
        for row, leave in zip(rows, leaves, strict=True):
            decisions += self._decisions(row, leave)
        LeaveDecision.objects.bulk_create(decisions)

    def _leave(self, leave: LeaveFact) -> LeaveRequest:
        posting = self.place.postings[leave.person]
        pending = leave.state == "pending"
        decider = self._decider(leave.role, posting.village)
        returned = leave.returned_on if leave.returned_on and leave.returned_on <= self.span.today else None
        asked = min(moment(leave.begins_on - timedelta(days=2), 16 * 60), moment(self.span.today, -7 * 60))
        return LeaveRequest(
            posting=posting,
            kind=leave.kind,
            begins_on=leave.begins_on,
            begins_half=leave.begins_half,
            ends_on=leave.ends_on,
            ends_half=leave.ends_half,
            days=leave.days,
            counted_days=leave.days,
            reason=leave.reason,
            destination=leave.destination,
            contact=posting.cadre.phone,
            handover=self._colleague(leave.person),
            state=leave.state,
            awaiting_role=leave.role if pending else "",
            applied_at=asked,
            applied_by=posting.cadre.user,
            approver_name="" if pending or leave.state == "cancelled" else decider.display_name,
            returned_on=returned,
            return_recorded_by=self.squad_of[posting.village_id] if returned else None,
        )

    def _colleague(self, number: int) -> str:
        """Somebody of the same team who takes over meanwhile."""
        village = self.place.postings[number].village_id
        others = (p for n, p in self.place.postings.items() if n != number and p.village_id == village)
        return next((posting.cadre.name for posting in others), "")

    def _decisions(self, row: LeaveRequest, leave: LeaveFact) -> Iterable[LeaveDecision]:
        unit = row.posting.village
        if leave.state in {"approved", "rejected"}:
            decider = self._decider(leave.role, unit)
            at = row.applied_at + timedelta(hours=3)
            yield LeaveDecision(
                leave=row, role=leave.role, decided_by=decider, outcome=leave.state, reason=leave.note, at=at
            )
        if leave.state == "cancelled":
            at = row.applied_at + timedelta(hours=1)
            yield LeaveDecision(leave=row, decided_by=row.applied_by, outcome="cancelled", reason=leave.note, at=at)
        if row.returned_on:
            at = min(moment(row.returned_on, SIGNING_MINUTE), self.now)
            squad = self.squad_of[unit.pk]
            yield LeaveDecision(leave=row, role="squad_leader", decided_by=squad, outcome="returned", at=at)

    def _trips(self, story: Story) -> None:
        OfficialTrip.objects.bulk_create(
            OfficialTrip(
                posting=self.place.postings[trip.person],
                begins_on=trip.day,
                ends_on=trip.day,
                reason=trip.reason,
                destination=trip.destination,
                ordered_by=self.office["township_secretary"].display_name,
                recorded_by=self.office["township_clerk"],
            )
            for trip in story.trips
        )

    # ---- checks, talks, meetings, manual items ----

    def _round(self, told: Round) -> None:
        squad = self.squad_of[self.place.villages[told.villages[0]].pk]
        drawn = self._draw(told) if told.seed else None
        SpotCheckResult.objects.bulk_create(
            SpotCheckResult(
                check_round=drawn,
                posting=self.place.postings[finding.person],
                checked_at=moment(told.day, finding.minute),
                day=told.day,
                half="am" if finding.minute < 12 * 60 else "pm",
                minute=finding.minute,
                method=told.method,
                finding=finding.finding,
                checker=squad.display_name,
                note=finding.note,
                recorded_by=squad,
            )
            for finding in told.findings
        )

    def _draw(self, told: Round) -> SpotCheck:
        villages = [self.place.villages[code] for code in told.villages]
        posted = [person for person in self.place.people if person.village.code in told.villages]
        drawn = SpotCheck.objects.create(
            unit=self.place.unit,
            day=told.day,
            seed=told.seed,
            commitment=told.commitment,
            method=told.method,
            villages=[{"code": unit.division_code, "name": unit.name} for unit in villages],
            people=[
                {"id_number": one.id_number, "name": one.name, "village": one.village.name, "code": one.village.code}
                for one in posted
                if self.place.postings[one.number].begins <= told.day
            ],
            drawn_by=self.office["township_secretary"],
        )
        SpotCheck.objects.filter(pk=drawn.pk).update(drawn_at=moment(told.day, 8 * 60))
        return drawn

    def _talks(self, story: Story) -> None:
        Talk.objects.bulk_create(
            Talk(
                posting=self.place.postings[talk.person],
                held_on=talk.day,
                place=f"{self.place.unit.name}党委会议室",
                talker=self.office["township_deputy"].display_name,
                recorder=self.office["township_clerk"].display_name,
                reason=talk.reason,
                content="核对考勤表、打卡和抽查记录，指出问题，重申驻村纪律和请销假制度。",
                statement="情况属实，今后按时到岗、在村住宿、按规定请假。",
                about_day=talk.about,
                recorded_by=self.office["township_clerk"],
            )
            for talk in story.talks
        )

    def _meetings(self, story: Story) -> None:
        for told in story.meetings:
            meeting = Meeting.objects.create(unit=self.place.unit, day=told.day, name=told.name)
            MeetingAbsence.objects.bulk_create(
                MeetingAbsence(meeting=meeting, posting=self.place.postings[number], excused=excused)
                for number, excused in told.missed
            )

    def _manual(self, story: Story) -> None:
        rows = ManualItem.objects.bulk_create(
            ManualItem(
                posting=self.place.postings[item.person],
                day=item.day,
                rule="task",
                points=TASK_POINTS,
                reason=item.reason,
                entered_by=self.office["township_secretary"],
            )
            for item in story.manual
        )
        for row, item in zip(rows, story.manual, strict=True):
            row.at = moment(item.day, SIGNING_MINUTE)
        ManualItem.objects.bulk_update(rows, ["at"])


def first_day(span: Span) -> date:
    """When the accounts' appointments begin: before anything happens."""
    return span.arrival - timedelta(days=30)
