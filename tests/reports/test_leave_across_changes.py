"""Leave, scores and their lists across the day on which units change: nothing is lost, nothing counted twice."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse

from attendance.actions.apply_for_leave import apply_for_leave
from attendance.actions.record_paper_leave import record_paper_leave
from attendance.approvers import waiting_for
from attendance.day_evidence import DayEvidence
from attendance.leave_lists import overdue_on
from attendance.ledgers import ledger_for
from attendance.models import LeaveRequest, SheetMark, WeeklySheet
from attendance.refusals import NotPosted
from cadres.models import Posting
from reports.actions.change_units import change_units
from reports.actions.score_week import score_week
from reports.models import WeeklyScore
from reports.unit_orders import Order
from tests.factories import user_with
from townships.models import AdministrativeUnit, User
from townships.periods import SHANGHAI, Week, today

DAY = date(2026, 12, 7)
AT = datetime(2026, 12, 7, 9, 0, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def november(db):
    with time_machine.travel(datetime(2026, 11, 24, 12, 0, tzinfo=SHANGHAI), tick=False):
        yield


@pytest.fixture
def city(tree):
    return user_with("city_organization", tree.city, username="city", display_name="市委组织部")


def unit_of(code: str) -> AdministrativeUnit:
    return AdministrativeUnit.objects.get(division_code=code)


def at(day: str):
    return time_machine.travel(f"{day}T12:00:00+08:00", tick=False)


def again(user: User) -> User:
    """The account as the next request finds it."""
    return User.objects.get(pk=user.pk)


def moving(tree) -> Order:
    return Order(kind="move", unit=tree.township, day=DAY, target=tree.county2)


def _leave(posting, first: date, last: date) -> LeaveRequest:
    return LeaveRequest.objects.create(
        posting=posting, begins_on=first, ends_on=last, days=1, counted_days=1, applied_at=AT, state="approved"
    )


def test_leave_across_the_day_excuses_on_both_sides_of_it(tree, city, county, posting):
    """In the ledger, in what the sources say of a day, and for the institution that sent him."""
    _leave(posting, date(2026, 12, 4), date(2026, 12, 8))
    change_units(order=moving(tree), actor=city)
    new = Posting.objects.get(cadre=posting.cadre, begins=DAY)
    with at("2026-12-12"):
        sides = [(posting, tree.township, range(4, 7)), (new, unit_of("459902102000"), range(7, 10))]
        for one, township, days in sides:
            (member,) = ledger_for(
                unit=township, first=date(2026, 12, 4), last=date(2026, 12, 9), today=date(2026, 12, 12),
                postings=Posting.objects.filter(pk=one.pk),
            ).members  # fmt: skip
            status = {line.day.day: line.am for line in member.days()}
            assert set(status) == set(days)
            assert [status[day] for day in days] == [LEAVE[day] for day in days]
        proofs = DayEvidence(again(city), [posting.pk, new.pk], date(2026, 12, 4), date(2026, 12, 9))
        assert [proof.source for proof in proofs.of(new.pk, date(2026, 12, 8))] == ["请假"]
        assert [proof.source for proof in proofs.of(posting.pk, date(2026, 12, 4))] == ["请假"]
        assert not proofs.of(new.pk, date(2026, 12, 9))
        assert not proofs.of(posting.pk, date(2026, 12, 8))


#: Friday to Tuesday on leave, over a weekend on which nobody owes anything.
LEAVE = {4: "leave", 5: "rest", 6: "rest", 7: "leave", 8: "leave", 9: "absent"}


def test_whoever_does_not_come_back_after_a_merger_is_still_asked_for(tree, county, posting):
    leave = _leave(posting, date(2026, 12, 4), date(2026, 12, 8))
    change_units(order=Order(kind="merge", unit=tree.village, target=tree.other_village, day=DAY), actor=county)
    with at("2026-12-11"):
        assert list(overdue_on(LeaveRequest.objects.reachable_by(again(county), "view_attendance"), today())) == [leave]
    Posting.objects.filter(begins=DAY).update(ends=date(2026, 12, 10))
    with at("2026-12-11"):
        assert not overdue_on(LeaveRequest.objects.all(), today()).exists()


def test_what_is_open_at_a_village_that_is_no_more_waits_for_whoever_is_above_it(
    tree, city, county, posting, squad_leader, secretary
):
    for order, above, others in (
        (Order(kind="merge", unit=tree.village, target=tree.other_village, day=DAY), secretary, (squad_leader, county)),
        (moving(tree), county, (squad_leader, secretary, city)),
    ):
        with transaction.atomic():
            leave = _leave(posting, date(2026, 12, 4), date(2026, 12, 8))
            LeaveRequest.objects.update(state="pending", awaiting_role="squad_leader")
            change_units(order=order, actor=city)
            with at("2026-12-07"):
                assert waiting_for(again(above), today()) == [leave]
                assert not any(waiting_for(again(other), today()) for other in others)
            transaction.set_rollback(True)


def test_leave_across_a_merger_to_come_can_be_asked_for(tree, county, posting, secretary):
    change_units(order=Order(kind="merge", unit=tree.village, target=tree.other_village, day=DAY), actor=county)
    asked = {"kind": "personal", "actor": again(posting.cadre.user), "at": AT - timedelta(days=13)}
    leave = apply_for_leave(posting=posting, begins_on=date(2026, 12, 4), ends_on=date(2026, 12, 8), **asked)
    assert (leave.posting, leave.days) == (posting, 5)
    LeaveRequest.objects.update(state="cancelled")
    on_paper = {"kind": "sick", "approver_name": "书记", "actor": county, "at": AT}
    paper = record_paper_leave(posting=posting, begins_on=date(2026, 12, 3), ends_on=DAY, **on_paper)
    assert paper.posting == posting
    Posting.objects.filter(begins=DAY).update(begins=DAY + timedelta(days=1))
    with pytest.raises(NotPosted):
        apply_for_leave(posting=posting, begins_on=date(2026, 12, 1), ends_on=date(2026, 12, 8), **asked)


def test_the_institution_sees_who_is_away_on_a_leave_of_the_old_village(tree, county, posting, institution, client):
    officer = user_with("institution_officer", tree.county, institution=institution, username="sender")
    _leave(posting, date(2026, 12, 4), date(2026, 12, 8))
    change_units(order=Order(kind="merge", unit=tree.village, target=tree.other_village, day=DAY), actor=county)
    with at("2026-12-08"):
        client.force_login(officer)
        rows = client.get(reverse("reports:institution_home")).context["rows"]
    assert [(row["posting"].village, row["away"]) for row in rows] == [(tree.other_village, True)]


def test_the_week_of_the_day_is_one_score_however_villages_of_a_township_change(tree, county, posting):
    """The days at the old village and those at the new one are judged together, each once."""
    thursday = date(2026, 12, 10)
    sheets = {}
    for unit in (tree.village, tree.other_village):
        sheets[unit.pk] = WeeklySheet.objects.create(unit=unit, week="2026-W50")
    order = Order(kind="merge", unit=tree.village, target=tree.other_village, day=thursday)
    change_units(order=order, actor=county)
    new = Posting.objects.get(cadre=posting.cadre, begins=thursday)
    for day in (7, 8, 9, 10):
        one = posting if day < thursday.day else new
        SheetMark.objects.create(
            sheet=sheets[one.village_id], posting=one, day=date(2026, 12, day), am="√", pm="√"
        )  # fmt: skip
    with at("2026-12-14"):
        score_week(unit=tree.township, week=Week.parse("2026-W50"), now=AT + timedelta(days=7))
    score = WeeklyScore.objects.get()
    assert (score.posting, score.village, score.township_id) == (new, tree.other_village, tree.township.pk)
    found = [(cut["rule"], cut["dates"]) for part in score.dimensions.values() for cut in part["deductions"]]
    assert [dates for rule, dates in found if "absen" in rule] == [["2026-12-11"]], found
