"""Moving a person to another village: one posting ends the day before the next begins, and nothing is left behind."""

from datetime import date, datetime, timedelta

import pytest

from attendance.actions.transfer import TransferRefused, transfer
from attendance.models import CheckIn, LeaveRequest, OfficialTrip, SpotCheckResult
from cadres.lifecycle import State
from cadres.models import Posting, Talk
from tests.factories import PostingFactory, UnitFactory, user_with
from townships.errors import NotAllowed, OutOfReach, OwnMatter
from townships.models import AuditEntry
from townships.periods import SHANGHAI

DAY = date(2026, 11, 1)
AT = datetime(2026, 11, 1, 9, 0, tzinfo=SHANGHAI)


def move(posting, village, actor=None, begins=DAY) -> Posting:
    return transfer(posting=posting, village=village, begins=begins, actor=actor)


def test_the_old_posting_ends_the_day_before_the_new_one_begins(tree, posting, secretary):
    Posting.objects.filter(pk=posting.pk).update(ends=date(2028, 3, 1), position="科员", lodging="教学点")
    new = move(posting, tree.other_village, secretary)
    posting.refresh_from_db()
    assert (posting.last_day, posting.state) == (date(2026, 10, 31), State.TRANSFERRED)
    assert (new.village, new.begins, new.ends, new.state) == (tree.other_village, DAY, date(2028, 3, 1), State.POSTED)
    assert (new.dispatching_institution, new.position, new.team_role) == (
        posting.dispatching_institution,
        "科员",
        posting.team_role,
    )
    assert new.lodging == ""


def test_history_and_trail_say_who_and_why(tree, posting, secretary):
    new = move(posting, tree.other_village, secretary)
    for row, kind in ((posting, "~"), (new, "+")):
        line = Posting.history.filter(id=row.pk).latest()
        assert (line.history_type, line.history_user) == (kind, secretary)
        assert line.history_change_reason == "由大同村调整到龙塘村"
    entry = AuditEntry.objects.get(act="posting.transferred")
    assert (entry.actor, entry.unit, entry.subject) == (secretary, tree.other_village, "甘雨")


def test_the_right_is_wanted_at_both_villages(tree, posting, secretary, auditor, outsider):
    with pytest.raises(OutOfReach):
        move(posting, tree.village2, secretary)
    with pytest.raises(OutOfReach):
        move(posting, tree.village2, outsider)
    with pytest.raises(NotAllowed):
        move(posting, tree.other_village, auditor)
    city = user_with("city_organization", tree.city, username="city")
    assert move(posting, tree.village2, city).village == tree.village2


def test_nobody_moves_himself(tree, posting, secretary):
    posting.cadre.user = secretary
    posting.cadre.save()
    with pytest.raises(OwnMatter):
        move(posting, tree.other_village, secretary)


RECORDS = {
    "打卡": lambda p, day: CheckIn.objects.create(
        posting=p, client_id="a", made_at=AT, received_at=AT, day=day, minute=540
    ),
    "请假": lambda p, day: LeaveRequest.objects.create(
        posting=p,
        begins_on=day - timedelta(days=3),
        ends_on=day,
        days=4,
        counted_days=4,
        applied_at=AT,
        state="approved",
    ),
    "公差": lambda p, day: OfficialTrip.objects.create(
        posting=p, begins_on=day - timedelta(days=3), ends_on=day, reason="会"
    ),
    "抽查": lambda p, day: SpotCheckResult.objects.create(
        posting=p, checked_at=AT, day=day, half="am", minute=540, method="onsite", finding="present"
    ),
    "谈话": lambda p, day: Talk.objects.create(posting=p, held_on=day, talker="书记", reason="考勤"),
}


@pytest.mark.parametrize("label", RECORDS)
def test_what_is_on_record_from_that_day_stands_in_the_way(tree, posting, label):
    RECORDS[label](posting, DAY)
    with pytest.raises(TransferRefused) as refused:
        move(posting, tree.other_village)
    assert refused.value.details == {"recorded": [f"{label} 1 条"]}
    assert Posting.objects.get() == posting
    assert Posting.objects.get().ends is None


@pytest.mark.parametrize("label", RECORDS)
def test_what_is_on_record_before_stays_where_it_happened(tree, posting, label):
    record = RECORDS[label](posting, DAY - timedelta(days=1))
    move(posting, tree.other_village)
    record.refresh_from_db()
    assert record.posting == posting


def test_voided_and_declined_records_do_not_matter(tree, posting):
    check_in = RECORDS["打卡"](posting, DAY)
    CheckIn.objects.filter(pk=check_in.pk).update(voided_at=AT)
    leave = RECORDS["请假"](posting, DAY)
    LeaveRequest.objects.filter(pk=leave.pk).update(state="rejected")
    assert move(posting, tree.other_village).begins == DAY


@pytest.mark.parametrize(
    ("change", "begins"),
    [
        ({}, date(2026, 3, 1)),
        ({}, date(2026, 2, 1)),
        ({"ends": DAY}, DAY),
        ({"ends": date(2026, 6, 1)}, DAY),
        ({"state": State.RETURNED.value}, DAY),
    ],
    ids=["on the first day", "before it began", "ended the day before", "ended long ago", "returned"],
)
def test_a_posting_that_does_not_run_is_not_transferred(tree, posting, change, begins):
    Posting.objects.filter(pk=posting.pk).update(**change)
    with pytest.raises(TransferRefused):
        move(posting, tree.other_village, begins=begins)


@pytest.mark.parametrize("where", ["village", "township", "gone"])
def test_only_another_village_that_exists_will_do(tree, posting, where):
    gone = UnitFactory(
        level="village", name="旧村", division_code="459901101209", parent=tree.township, ends=date(2026, 1, 1)
    )
    target = {"village": tree.village, "township": tree.township, "gone": gone}[where]
    with pytest.raises(TransferRefused):
        move(posting, target)


def test_a_later_posting_elsewhere_stands_in_the_way(tree, posting):
    Posting.objects.filter(pk=posting.pk).update(ends=date(2027, 1, 1))
    PostingFactory(cadre=posting.cadre, village=tree.village2, begins=date(2027, 1, 1))
    assert move(posting, tree.other_village).ends == date(2027, 1, 1)
    with pytest.raises(TransferRefused):
        move(Posting.objects.get(village=tree.other_village), tree.village, begins=date(2027, 2, 1))
