"""A row of every model at every place of the estate, each with the tokens of whoever owns it."""

from copy import deepcopy
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial

from attendance.models import (
    AttendancePolicy,
    CheckIn,
    DayReview,
    ExemptDay,
    Fence,
    LeaveDecision,
    LeavePolicy,
    LeaveRequest,
    Meeting,
    MeetingAbsence,
    OfficialTrip,
    SheetMark,
    SpotCheck,
    SpotCheckResult,
    WeeklySheet,
)
from attendance.policies import reference_policy
from cadres.models import Batch, Cadre, ColumnChoice, CorrectionRequest, ImportRow, ImportRun, Posting, Talk, WorkTeam
from reports.actions.compile_bulletin import compile_bulletin
from reports.models import Bulletin, ManualItem, ScoreChange, ScoringScheme, WeekLock, WeeklyScore
from reports.scoring import in_cents
from tests.leaks.estate import NOW, TODAY, Builder, Estate
from townships.models import (
    ApiToken,
    Appointment,
    AuditEntry,
    Facility,
    Job,
    Role,
    UnitChange,
    UnitName,
    UnitSuccession,
)
from townships.periods import SHANGHAI, Month, week_of

OCTOBER = Month.parse("2026-10")
SEPTEMBER = Month.parse("2026-09")


def build(seed: int) -> Estate:
    """The whole estate. Ask for it with the clock at `estate.NOW`."""
    builder = Builder(seed)
    builder.tree()
    builder.people()
    builder.cast()
    _Furniture(builder).fill()
    return builder.estate


class _Furniture:
    def __init__(self, builder: Builder) -> None:
        self.builder, self.estate = builder, builder.estate
        self.said = builder.unit_token
        self.schemes: dict[str, ScoringScheme] = {}

    def fill(self) -> None:
        for county in self.estate.below("county"):
            self._county(county)
        for township in self.estate.below("township"):
            self._township(township)
        for village in self.estate.below("village"):
            self._village(village)
        for posting in self.estate.postings:
            self._days(posting)
            self._scores(posting)
        for township in self.estate.below("township"):
            self._bulletins(township)
        self._corrections()
        for unit in self.estate.units:
            AuditEntry.objects.create(act="list.exported", unit=unit, subject=self.said(unit), address="127.0.0.1")
            Job.objects.create(kind="score_week", key=self.said(unit), unit=unit, problems=[self.said(unit)])
        for city in self.estate.below("city"):
            self._changes(city)
        self._tokens()

    def _corrections(self) -> None:
        """What everybody asked to have put right: about himself it goes along with him, about a posting it stays."""
        for cadre in Cadre.objects.order_by("pk"):
            said = self.builder.token(), self.builder.token()
            self.estate.of_person |= dict.fromkeys(said, (cadre.pk, True))
            CorrectionRequest.objects.create(
                cadre=cadre,
                field="major",
                value_then=cadre.major,
                value_wanted=said[0],
                reason=said[1],
                requested_at=NOW,
            )
        for posting in self.estate.postings:
            say = partial(self.builder.posting_token, posting, sender=False)
            CorrectionRequest.objects.create(
                cadre_id=posting.cadre_id, posting=posting, field="position", value_wanted=say(), reason=say(),
                requested_at=NOW,
            )  # fmt: skip

    def _changes(self, city) -> None:
        """A village of one county went to a village of the other; neither county reads of the other's."""
        villages = self.estate.below("village", city.path)
        gone = next(one for one in villages if one.ends)
        heir = next(one for one in villages if one.path[:12] != gone.path[:12])
        change = UnitChange.objects.create(
            unit=city,
            kind="move",
            day=gone.ends,
            document_number="民函〔2026〕1号",
            reason=self.said(city),
            made_at=NOW,
        )
        for unit, side, other in ((gone, "before", heir), (heir, "after", gone)):
            UnitSuccession.objects.create(change=change, unit=unit, side=side, other=other)
            former = self.said(unit, directory=True)
            code = f"99{unit.path[-4:]}{unit.pk:06d}"
            UnitName.objects.create(unit=unit, name=former, division_code=code, taken_up_at=NOW)

    def _tokens(self) -> None:
        """A token of the API for everybody with an appointment."""
        for one in Appointment.objects.order_by("pk").select_related("user", "unit"):
            name = self.said(one.unit)
            self.estate.of_account[name] = one.user_id
            ApiToken.objects.create(
                user=one.user, name=name, digest=f"{name}{one.pk}", created_at=NOW, expires_at=NOW + timedelta(days=30)
            )

    def _county(self, county) -> None:
        policy = reference_policy()
        name = self.said(county, directory=True)
        document = {**deepcopy(policy["scoring"]), "name": f"办法{name}"}
        self.schemes[county.path] = ScoringScheme.objects.create(
            unit=county, effective_from=date(2026, 1, 1), document=document, name=f"办法{name}"
        )
        for model, key in ((AttendancePolicy, "attendance"), (LeavePolicy, "leave")):
            # A policy has no words of its own: that its row is there must not show in any count.
            model.objects.create(unit=county, effective_from=date(2026, 1, 1), document=policy[key])
        # Of one key in every county, so that a wrong one would be taken for one's own.
        said = f"角色{self.said(county)}"
        Role.objects.create(unit=county, key="own_first", name=said, acts_as="auditor", grants=["view_members"])
        batch = Batch.objects.create(unit=county, name=f"批次{self.said(county, directory=True)}")
        inside = [one for one in self.estate.postings if one.village.path.startswith(county.path)]
        Posting.objects.filter(pk__in=[one.pk for one in inside]).update(batch=batch)

    def _township(self, township) -> None:
        run = ImportRun.objects.create(
            unit=township,
            kind="roster",
            file_name=f"{self.said(township)}.xlsx",
            digest=self.said(township),
            at=NOW,
            upload="0" * 32,
        )
        ImportRow.objects.create(run=run, position=1, kind="new", cells=[["姓名", self.said(township)]])
        ColumnChoice.objects.create(unit=township, kind="roster", header=self.said(township), key="village")
        meeting = self.said(township)
        self.estate.of_members[meeting] = township.pk
        Meeting.objects.create(unit=township, day=date(2026, 11, 10), name=f"例会{meeting}")
        ExemptDay.objects.create(unit=township, day=date(2026, 9, 2), reason=self.said(township))

    def _village(self, village) -> None:
        Facility.objects.create(unit=village, kind=f"水器{self.said(village)}", note=self.said(village))
        team = self.said(village)
        self.estate.of_members[team] = village.pk
        WorkTeam.objects.create(village=village, name=f"工作队{team}", begins=date(2026, 1, 1))
        Fence.objects.create(unit=village, name=self.said(village), latitude=23.0, longitude=108.0)
        WeeklySheet.objects.create(unit=village, week="2026-W46", note=self.said(village))
        SpotCheck.objects.create(unit=village, day=TODAY, seed=self.said(village), commitment=self.said(village))
        Meeting.objects.create(unit=village, day=date(2026, 11, 11), name=f"村会{self.said(village)}")

    def _days(self, posting: Posting) -> None:
        """Evidence on two days of the posting: near its end, or now."""
        village = posting.village
        last = min(posting.ends or TODAY, TODAY) - timedelta(days=1)
        say = partial(self.builder.posting_token, posting)
        # His institution follows days and scores, not what was said to him or decided about him.
        say_here = partial(self.builder.posting_token, posting, sender=False)
        moment = datetime(last.year, last.month, last.day, 9, 0, tzinfo=SHANGHAI)
        spell = {"begins_on": last - timedelta(days=3), "ends_on": last - timedelta(days=2)}
        CheckIn.objects.create(
            posting=posting, client_id=say(), made_at=moment, received_at=moment, day=last, minute=540, place=say()
        )
        Talk.objects.create(
            posting=posting, held_on=last, about_day=last, talker=say_here(), reason=say_here(), place=say_here(),
            content=say_here(), statement=say_here(),
        )  # fmt: skip
        DayReview.objects.create(posting=posting, day=last, conclusion="explained", note=say(), at=moment)
        leave = LeaveRequest.objects.create(
            posting=posting, days=Decimal(2), counted_days=Decimal(2), reason=say(), destination=say(), contact=say(),
            handover=say(), approver_name=say(), applied_at=moment, state="pending" if not posting.ends else "approved",
            awaiting_role="" if posting.ends else "township_secretary", **spell,
        )  # fmt: skip
        LeaveDecision.objects.create(leave=leave, outcome="agreed", reason=say_here(), at=moment)
        OfficialTrip.objects.create(
            posting=posting, reason=say(), destination=say(), ordered_by=say(),
            begins_on=last - timedelta(days=5), ends_on=last - timedelta(days=5),
        )  # fmt: skip
        SpotCheckResult.objects.create(
            check_round=SpotCheck.objects.get(unit=village), posting=posting, checked_at=moment, day=last, half="am",
            minute=540, method="onsite", finding="absent", checker=say(), note=say(),
        )  # fmt: skip
        sheet, _ = WeeklySheet.objects.get_or_create(unit=village, week=str(week_of(last)))
        SheetMark.objects.create(sheet=sheet, posting=posting, day=last, am="√", pm="√", reason=say())
        meeting = Meeting.objects.get(unit=village.parent)
        MeetingAbsence.objects.create(meeting=meeting, posting=posting, note=say_here())
        ManualItem.objects.create(posting=posting, day=last, rule="task", points=Decimal(1), reason=say())

    def _scores(self, posting: Posting) -> None:
        """Every week of October that touches the posting; the note of a deduction says where."""
        village = posting.village
        scheme = next(row for path, row in self.schemes.items() if village.path.startswith(path))
        for week in OCTOBER.weeks:
            if not (posting.begins <= week.sunday and (posting.ends is None or posting.ends > week.monday)):
                continue
            note = self.builder.posting_token(posting)
            cut = {
                "rule": "x",
                "label": "少住一夜",
                "points": in_cents(Decimal(1)),
                "count": 1,
                "dates": [],
                "note": note,
            }
            dimensions = {
                one["key"]: {"base": one["base"], "score": one["base"], "deductions": [cut] if not number else []}
                for number, one in enumerate(scheme.document["dimensions"])
            }
            score, made = WeeklyScore.objects.get_or_create(
                cadre_id=posting.cadre_id, township=village.parent, week=str(week),
                defaults={
                    "posting": posting, "village": village, "total": Decimal(99), "dimensions": dimensions,
                    "facts": {"posted_days": 7, "halves_on_duty": 10}, "final": True, "scheme": scheme,
                    "fingerprint": "", "computed_at": NOW,
                },
            )  # fmt: skip
            if made:
                ScoreChange.objects.create(
                    score=score,
                    at=NOW,
                    reason=self.builder.posting_token(posting),
                    before={"total": "98"},
                    after={"total": "99"},
                )

    def _bulletins(self, township) -> None:
        draft = compile_bulletin(unit=township, month=OCTOBER, now=NOW)
        Bulletin.objects.filter(pk=draft.pk).update(number=self.said(township))
        old = Bulletin.objects.create(
            unit=township, month=str(SEPTEMBER), status="published", number=self.said(township), content=draft.content,
            compiled_at=NOW, published_at=NOW, change_reason=self.said(township),
        )  # fmt: skip
        WeekLock.objects.create(unit=township, week="2026-W37", bulletin=old)
