"""Marking and signing weekly sheets. Sources: contracts.md (Weekly sheet), handbook (Actors; edge case 16)."""

from datetime import UTC, date, datetime

import pytest

from attendance.actions.mark_sheet import NewMark, mark_days, sheets_for
from attendance.actions.sign_sheet import attest, sign_as_leader
from attendance.models import SheetMark, WeeklySheet
from attendance.refusals import FutureTime, NothingMarked, NotPosted, ReasonMissing, SheetSigned
from townships.errors import NotAllowed, OutOfReach
from townships.periods import SHANGHAI, Week

NOW = datetime(2026, 11, 4, 18, 0, tzinfo=SHANGHAI)
WEEK = Week.parse("2026-W45")
TODAY = date(2026, 11, 4)


def sign(posting, day=TODAY, am="√", pm="√", **fields) -> list[str]:
    fields = {"actor": posting.cadre.user, "at": NOW, **fields}
    return mark_days(marks=[NewMark(posting, day, am, pm)], **fields)


def in_force() -> list[tuple[str, str]]:
    return list(SheetMark.objects.filter(superseded_at__isnull=True).values_list("am", "pm"))


@pytest.fixture
def sheet(tree):
    return sheets_for([(tree.village, WEEK)])[tree.village.pk, str(WEEK)]


def test_a_member_signs_his_own_days(posting, member):
    assert sign(posting) == ["new"]
    mark = SheetMark.objects.get()
    assert (mark.sheet.unit, mark.sheet.week, mark.made_by) == (posting.village, "2026-W45", member)


def test_signing_again_the_same_changes_nothing(posting):
    sign(posting)
    assert sign(posting) == ["same"]
    assert SheetMark.objects.count() == 1


def test_a_correction_supersedes_and_a_blank_takes_back(posting):
    sign(posting)
    assert sign(posting, pm="×") == ["changed"]
    assert in_force() == [("√", "×")]
    assert sign(posting, am="", pm="") == ["changed"]
    assert in_force() == []
    assert SheetMark.objects.count() == 2


def test_nobody_signs_for_the_future(posting, leader):
    for actor in (posting.cadre.user, leader):
        with pytest.raises(FutureTime):
            sign(posting, day=date(2026, 11, 5), actor=actor)


def test_the_day_is_that_of_the_village_not_of_the_server(posting):
    just_after_midnight = datetime(2026, 11, 4, 16, 30, tzinfo=UTC)
    assert sign(posting, day=just_after_midnight.astimezone(SHANGHAI).date(), at=just_after_midnight)


def test_no_marks_outside_the_posting(posting):
    with pytest.raises(NotPosted):
        sign(posting, day=date(2026, 2, 27))


@pytest.mark.parametrize("who", ["leader", "squad_leader", "clerk", "secretary"])
def test_those_in_charge_mark_for_others(request, posting, who):
    assert sign(posting, actor=request.getfixturevalue(who)) == ["new"]


def test_others_do_not(posting, auditor, outsider, institution_officer):
    for actor, refusal in ((auditor, NotAllowed), (outsider, OutOfReach), (institution_officer, NotAllowed)):
        with pytest.raises(refusal):
            sign(posting, actor=actor)


def test_a_signed_sheet_is_closed_to_members_and_asks_others_for_a_reason(posting, leader, clerk, sheet):
    sign(posting)
    sign_as_leader(sheet=sheet, actor=leader, at=NOW)
    with pytest.raises(SheetSigned):
        sign(posting, am="×")
    with pytest.raises(ReasonMissing):
        sign(posting, am="×", actor=clerk)
    sign(posting, am="×", actor=clerk, reason="查实上午不在村")
    assert SheetMark.objects.get(superseded_at__isnull=True).reason == "查实上午不在村"


def test_the_leaders_signature(posting, leader, member, sheet):
    with pytest.raises(NothingMarked):
        sign_as_leader(sheet=sheet, actor=leader, at=NOW)
    sign(posting)
    with pytest.raises(OutOfReach):
        sign_as_leader(sheet=sheet, actor=member, at=NOW)
    signed = sign_as_leader(sheet=sheet, actor=leader, at=NOW)
    assert (signed.leader_signed_by, signed.leader_signed_at) == (leader, NOW)
    assert sheet.history.filter(leader_signed_by=leader).exists()


def test_a_week_to_come_is_not_signed(tree, leader):
    coming = WeeklySheet.objects.create(unit=tree.village, week="2026-W46")
    with pytest.raises(FutureTime):
        sign_as_leader(sheet=coming, actor=leader, at=NOW)


def test_the_village_secretary_attests_by_name(posting, clerk, sheet):
    sign(posting)
    with pytest.raises(ReasonMissing):
        attest(sheet=sheet, name=" ", actor=clerk, at=NOW)
    assert attest(sheet=sheet, name="农书记", actor=clerk, at=NOW).attested_by == "农书记"


def test_sheets_are_made_once(tree, posting):
    wanted = [(tree.village, WEEK), (tree.other_village, WEEK)]
    assert sheets_for(wanted).keys() == sheets_for(wanted).keys()
    assert WeeklySheet.objects.count() == 2
