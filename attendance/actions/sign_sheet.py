"""The two signatures at the foot of a weekly sheet: the team leader's, and the village party secretary's."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from attendance.models import WeeklySheet
from attendance.refusals import FutureTime, NothingMarked, ReasonMissing
from townships import audit
from townships.access import can, require
from townships.acting import principal_of
from townships.models import User
from townships.periods import Week


@transaction.atomic
def sign_as_leader(*, sheet: WeeklySheet, actor: User, at: datetime) -> WeeklySheet:
    """The team leader signs for the week's marks; signing again changes nothing. A week to come is refused."""
    require(actor, "sign_sheet", sheet)
    sheet = _held(sheet)
    if sheet.leader_signed_at is not None:
        return sheet
    _require_marks(sheet, at)
    sheet.leader_signed_by, sheet.leader_signed_at = actor, at
    sheet.leader_signed_for = principal_of(actor, "sign_sheet", sheet)
    sheet.save()
    _record(sheet, actor, "sheet.signed", sheet.leader_signed_for)
    return sheet


@transaction.atomic
def attest(*, sheet: WeeklySheet, name: str, actor: User, at: datetime) -> WeeklySheet:
    """The village party secretary's signature, by his name on the paper. It is evidence, never approval."""
    right = "manage_evidence" if can(actor, "manage_evidence", sheet) else "sign_sheet"
    require(actor, right, sheet)
    if not name.strip():
        raise ReasonMissing("请填写村党组织书记的姓名。")
    sheet = _held(sheet)
    _require_marks(sheet, at)
    sheet.attested_by, sheet.attested_at = name.strip()[:60], at
    sheet.save()
    _record(sheet, actor, "sheet.attested", principal_of(actor, right, sheet))
    return sheet


def _held(sheet: WeeklySheet) -> WeeklySheet:
    """The sheet under lock; a blank one was never kept."""
    if sheet.pk is None:
        raise NothingMarked
    return WeeklySheet.objects.select_for_update().get(pk=sheet.pk)


def _require_marks(sheet: WeeklySheet, at: datetime) -> None:
    if Week.parse(sheet.week).monday > localdate(at):
        raise FutureTime("这一周还没有开始，不能提前签字。")
    if not sheet.marks.filter(superseded_at__isnull=True).exists():
        raise NothingMarked


def _record(sheet: WeeklySheet, actor: User, act: str, principal: User | None) -> None:
    details = {"week": sheet.week}
    audit.record(actor=actor, act=act, unit=sheet.unit, subject=str(sheet), details=details, on_behalf_of=principal)
