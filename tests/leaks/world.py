"""One row of every model in the first county, each carrying a name that must never be seen in the second."""

from datetime import date, datetime

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
from cadres.models import Batch, ColumnChoice, CorrectionRequest, ImportRow, ImportRun, Posting, Talk, WorkTeam
from reports.models import Bulletin, ManualItem, ScoreChange, ScoringScheme, WeekLock, WeeklyScore
from townships.actions.issue_token import issue_token
from townships.models import Facility, Job, Role, UnitChange, UnitName, UnitSuccession
from townships.periods import SHANGHAI

SECRET = "密不外传"
DAY = date(2026, 11, 3)
WEEK = "2026-W45"
MOMENT = datetime(2026, 11, 3, 9, 0, tzinfo=SHANGHAI)


def fill(posting: Posting, *, actor) -> None:
    """Rows of every model around one posting (units, people, accounts and trail are there already)."""
    village, township = posting.village, posting.village.parent
    county = township.parent
    posting.cadre.name = f"甘雨{SECRET}"
    posting.cadre.save()
    Facility.objects.create(unit=village, kind=f"热水器{SECRET}")
    Job.objects.create(kind=f"评分{SECRET}", key="leak", unit=township)
    change = UnitChange.objects.create(unit=township, kind="rename", day=DAY, reason=SECRET, made_at=MOMENT)
    UnitSuccession.objects.create(change=change, unit=village, side="after")
    UnitName.objects.create(unit=village, name=f"旧{SECRET}村", division_code="459901101299", change=change)
    Batch.objects.create(unit=county, name=f"批次{SECRET}")
    WorkTeam.objects.create(village=village, name=f"工作队{SECRET}", begins=date(2026, 1, 1))
    Talk.objects.create(posting=posting, held_on=DAY, talker="书记", reason=SECRET)
    CorrectionRequest.objects.create(
        cadre=posting.cadre,
        field="major",
        value_wanted=SECRET,
        reason=SECRET,
        proof="proofs/none.png",
        requested_at=MOMENT,
    )
    DayReview.objects.create(posting=posting, day=DAY, conclusion="explained", note=SECRET, at=MOMENT)
    issue_token(user=actor, name=f"令牌{SECRET}", days=1, at=MOMENT)
    _imports(county, actor=actor)
    _days(posting, actor=actor)
    _rules(county)
    _judgement(posting, actor=actor)


def _imports(county, *, actor) -> None:
    run = ImportRun.objects.create(
        unit=county, kind="roster", file_name=f"花名册{SECRET}.xlsx", digest="d", uploaded_by=actor, at=MOMENT
    )
    ImportRow.objects.create(run=run, position=1, kind="new", cells=[["姓名", SECRET]])
    ColumnChoice.objects.create(unit=county, kind="roster", header=SECRET, key="village")


def _days(posting: Posting, *, actor) -> None:
    village = posting.village
    CheckIn.objects.create(
        posting=posting, client_id="leak", made_at=MOMENT, received_at=MOMENT, day=DAY, minute=540, place=SECRET
    )
    DayReview.objects.create(posting=posting, day=DAY, conclusion="explained", note=SECRET, at=MOMENT)
    sheet = WeeklySheet.objects.create(unit=village, week=WEEK, note=SECRET)
    SheetMark.objects.create(sheet=sheet, posting=posting, day=DAY, am="√", pm="√", reason=SECRET)
    leave = LeaveRequest.objects.create(
        posting=posting, begins_on=DAY, ends_on=DAY, days=1, counted_days=1, reason=SECRET, applied_at=MOMENT
    )
    LeaveDecision.objects.create(leave=leave, decided_by=actor, outcome="approved", reason=SECRET, at=MOMENT)
    OfficialTrip.objects.create(posting=posting, begins_on=DAY, ends_on=DAY, reason=SECRET)
    check = SpotCheck.objects.create(unit=village, day=DAY, seed=SECRET, commitment="c")
    SpotCheckResult.objects.create(
        check_round=check,
        posting=posting,
        checked_at=MOMENT,
        day=DAY,
        half="am",
        minute=540,
        method="onsite",
        finding="present",
        note=SECRET,
    )
    meeting = Meeting.objects.create(unit=village, day=DAY, name=f"例会{SECRET}")
    MeetingAbsence.objects.create(meeting=meeting, posting=posting, note=SECRET)
    Fence.objects.create(unit=village, latitude=23.0, longitude=108.0, name=SECRET)
    ExemptDay.objects.create(unit=village, day=DAY, reason=SECRET)


def _rules(county) -> None:
    for model in (AttendancePolicy, LeavePolicy):
        model.objects.create(unit=county, effective_from=DAY, document={"note": SECRET})
    Role.objects.create(unit=county, key="own_secret", name=f"角色{SECRET}", acts_as="auditor", grants=[])
    ScoringScheme.objects.create(
        unit=county, effective_from=DAY, document={"note": SECRET, "dimensions": []}, name=SECRET
    )


def _judgement(posting: Posting, *, actor) -> None:
    village, township = posting.village, posting.village.parent
    ManualItem.objects.create(posting=posting, day=DAY, rule="task", points=2, reason=SECRET)
    score = WeeklyScore.objects.create(
        cadre=posting.cadre,
        posting=posting,
        village=village,
        township=township,
        week=WEEK,
        total=98,
        dimensions={},
        scheme=ScoringScheme.objects.get(),
        fingerprint="f",
        computed_at=MOMENT,
    )
    ScoreChange.objects.create(score=score, at=MOMENT, by=actor, reason=SECRET, before={}, after={})
    bulletin = Bulletin.objects.create(
        unit=township, month="2026-11", content={"note": SECRET}, number=SECRET, compiled_at=MOMENT
    )
    WeekLock.objects.create(unit=township, week=WEEK, bulletin=bulletin)
