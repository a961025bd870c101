"""Writing marks on the weekly sheet: by the person himself, by the team leader, by the office, from a file."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from attendance.models import SheetMark, WeeklySheet
from attendance.refusals import FutureTime, NotPosted, ReasonMissing, SheetSigned
from cadres.models import Posting
from townships import wall
from townships.access import can, require
from townships.models import AdministrativeUnit, User
from townships.periods import Week, week_of

BATCH = 2000


@dataclass(frozen=True)
class NewMark:
    """Signs of one person's day as the policy writes them; both blank takes the marks back."""

    posting: Posting
    day: date
    am: str
    pm: str


NEW, CHANGED, SAME = "new", "changed", "same"


@transaction.atomic
def mark_days(*, marks: Sequence[NewMark], actor: User | None, at: datetime, reason: str = "") -> list[str]:
    """Sign days on the sheet. A member signs his own days until the leader has signed the sheet.

    Others need the right to sign or to enter evidence at the village; on a sheet the leader signed they must
    say why. Nobody signs for a day to come (edge case 16).
    """
    sheets = sheets_for({(mark.posting.village, week_of(mark.day)) for mark in marks})
    for mark in marks:
        if mark.day > localdate(at):
            raise FutureTime(f"{mark.day.month}月{mark.day.day}日还没有到，不能提前签到。")
        if not mark.posting.is_active_on(mark.day):
            raise NotPosted
        sheet = sheets[mark.posting.village_id, str(week_of(mark.day))]
        _require_right(mark.posting, sheet, actor, reason)
    return write_marks(marks=marks, sheets=sheets, actor=actor, at=at, reason=reason)


def _require_right(posting: Posting, sheet: WeeklySheet, actor: User | None, reason: str) -> None:
    own = actor is not None and posting.cadre.user_id == actor.pk
    if not own and not (actor is not None and can(actor, "manage_evidence", posting)):
        require(actor, "sign_sheet", posting)
    if sheet.leader_signed_at is not None:
        if own:
            raise SheetSigned
        if not reason.strip():
            raise ReasonMissing("队长已签字，更正请写明原因。")


def sheets_for(
    villages_and_weeks: Iterable[tuple[AdministrativeUnit, Week]],
) -> dict[tuple[int, str], WeeklySheet]:
    """The sheets of villages and weeks by (village id, week), made where there is none yet. Two queries, or three."""
    wanted = {(village.pk, str(week)) for village, week in villages_and_weeks}
    weeks = {week for _, week in wanted}
    villages = {village for village, _ in wanted}
    found = _sheets(villages, weeks)
    if missing := wanted - found.keys():
        rows = [WeeklySheet(unit_id=village, week=week) for village, week in sorted(missing)]
        with wall.beyond("a member's first mark of a week begins the sheet of his village"):
            WeeklySheet.objects.bulk_create(rows, ignore_conflicts=True)
        found = _sheets(villages, weeks)
    return found


def _sheets(villages: set[int], weeks: set[str]) -> dict[tuple[int, str], WeeklySheet]:
    rows = WeeklySheet.objects.filter(unit_id__in=villages, week__in=weeks)
    return {(sheet.unit_id, sheet.week): sheet for sheet in rows}


def write_marks(
    *,
    marks: Sequence[NewMark],
    sheets: dict[tuple[int, str], WeeklySheet],
    actor: User | None,
    at: datetime,
    reason: str,
    in_force: dict[tuple[int, date], SheetMark] | None = None,
) -> list[str]:
    """Put marks beside what is in force: equal ones stay, different ones supersede, new ones are added.

    Answers new, changed or same for each mark. A constant number of queries for a batch of 2,000, so that a
    county's file costs no more than a village's.
    """
    # The second writer of a sheet waits: without a mark in force there is no row of it to lock.
    list(WeeklySheet.objects.select_for_update().filter(pk__in=[sheet.pk for sheet in sheets.values()]).order_by("pk"))
    in_force = marks_in_force(marks) if in_force is None else in_force
    fresh: list[SheetMark] = []
    outdated: list[int] = []
    kinds = []
    for mark in marks:
        kept = in_force.get((mark.posting.pk, mark.day))
        before = (kept.am, kept.pm) if kept else ("", "")
        if before == (mark.am, mark.pm):
            kinds.append(SAME)
            continue
        kinds.append(CHANGED if kept else NEW)
        if kept:
            outdated.append(kept.pk)
        if mark.am or mark.pm:
            sheet = sheets[mark.posting.village_id, str(week_of(mark.day))]
            note = reason[:200] if kept else ""
            fresh.append(
                SheetMark(
                    sheet=sheet, posting=mark.posting, day=mark.day, am=mark.am, pm=mark.pm, made_by=actor, reason=note
                )
            )
    for start in range(0, len(outdated), BATCH):
        SheetMark.objects.filter(pk__in=outdated[start : start + BATCH]).update(superseded_at=at)
    SheetMark.objects.bulk_create(fresh, batch_size=BATCH)
    return kinds


def marks_in_force(marks: Sequence[NewMark]) -> dict[tuple[int, date], SheetMark]:
    """The marks now in force of these people and days."""
    if not marks:
        return {}
    postings = {mark.posting.pk for mark in marks}
    days = [mark.day for mark in marks]
    rows = SheetMark.objects.filter(
        posting_id__in=postings, day__gte=min(days), day__lte=max(days), superseded_at__isnull=True
    )
    return {(row.posting_id, row.day): row for row in rows.order_by("pk")}
