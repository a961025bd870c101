"""Leave while its approver is away: his delegate, or one level up. Sources: handbook, Actors and edge cases 11 and 40."""

from datetime import date, timedelta

import pytest
import time_machine

from attendance.actions.apply_for_leave import apply_for_leave
from attendance.actions.decide_leave import decide_leave, revoke_leave
from attendance.actions.return_from_leave import return_from_leave
from attendance.approvers import Holders, waiting_for
from attendance.models import LeaveRequest
from attendance.refusals import NotYourStep
from tests.attendance.test_leave_actions import MONDAY, NOW, ask
from tests.factories import CadreFactory, PostingFactory, UserFactory, user_with
from townships.actions.appoint import end_appointment
from townships.actions.delegate import delegate, withdraw_delegation
from townships.actions.set_role import set_role
from townships.errors import OutOfReach, OwnMatter
from townships.models import Appointment, AuditEntry, User

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def deputy(tree):
    """Another squad leader of the township, who leads no village of the member's."""
    return user_with("squad_leader", tree.other_village, username="deputy", display_name="王某")


@pytest.fixture(autouse=True)
def clock():
    """Reach is of today, so the clock stands where the requests are."""
    with time_machine.travel(NOW, tick=False):
        yield


def lend(principal, user, *, begins=MONDAY, ends=MONDAY + 5 * DAY) -> list[Appointment]:
    held = list(Appointment.objects.own().filter(user=principal))
    return delegate(
        appointments=held, user=user, begins=begins, ends=ends, reason="外出", actor=principal, today=MONDAY
    )


def again(user) -> User:
    return User.objects.get(pk=user.pk)


def posted(user, village) -> PostingFactory:
    """The account's own posting: an approver who is a cadre himself."""
    return PostingFactory(cadre=CadreFactory(user=user, name=str(user)), village=village)


def on_leave(user, village, **fields) -> LeaveRequest:
    return LeaveRequest.objects.create(
        posting=posted(user, village), days=1, counted_days=1, applied_at=NOW,
        **{"state": "approved", "begins_on": MONDAY, "ends_on": MONDAY, **fields},
    )  # fmt: skip


def test_a_delegate_approves_in_his_principals_place(posting, squad_leader, secretary, deputy):
    lend(squad_leader, deputy)
    leave = ask(posting)
    assert waiting_for(again(deputy), MONDAY) == [leave]
    decision = decide_leave(leave=leave, actor=again(deputy), approve=True, at=NOW)
    leave.refresh_from_db()
    assert (decision.role, decision.decided_by, decision.on_behalf_of) == ("squad_leader", deputy, squad_leader)
    assert leave.approver_name == "王某代分队长"
    entry = AuditEntry.objects.get(act="leave.approved")
    assert entry.details["on_behalf_of"] == {"id": squad_leader.pk, "name": "分队长"}


def test_the_principal_may_decide_all_the_same(posting, squad_leader, secretary, deputy):
    lend(squad_leader, deputy)
    decision = decide_leave(leave=ask(posting), actor=squad_leader, approve=True, at=NOW)
    assert decision.on_behalf_of is None


def test_a_delegate_is_nobody_before_and_after(posting, squad_leader, secretary, deputy):
    lend(squad_leader, deputy, begins=MONDAY + DAY, ends=MONDAY + 2 * DAY)
    leave = ask(posting, begins=MONDAY + 3 * DAY)
    for at in (NOW, NOW + 2 * DAY):
        with pytest.raises(OutOfReach):
            decide_leave(leave=leave, actor=again(deputy), approve=True, at=at)


def test_taken_back_today_he_decides_no_more(posting, squad_leader, secretary, deputy):
    rows = lend(squad_leader, deputy)
    leave = ask(posting)
    withdraw_delegation(delegations=rows, actor=squad_leader, today=MONDAY)
    with pytest.raises(OutOfReach):
        decide_leave(leave=leave, actor=again(deputy), approve=True, at=NOW)


def test_a_principal_replaced_meanwhile_leaves_no_delegate_behind(tree, posting, squad_leader, secretary, deputy):
    lend(squad_leader, deputy)
    leave = ask(posting)
    end_appointment(appointment=Appointment.objects.own().get(user=squad_leader), ends=MONDAY)
    with pytest.raises(OutOfReach):
        decide_leave(leave=leave, actor=again(deputy), approve=True, at=NOW)
    successor = user_with("squad_leader", tree.village)
    decide_leave(leave=leave, actor=successor, approve=True, at=NOW)


def test_the_principals_own_leave_is_not_his_delegates_to_decide(tree, squad_leader, secretary, deputy):
    own = posted(squad_leader, tree.village)
    lend(squad_leader, deputy)
    leave = ask(own)
    assert leave.awaiting_role == "township_secretary"
    with pytest.raises(NotYourStep):
        decide_leave(leave=leave, actor=again(deputy), approve=True, at=NOW)
    decide_leave(leave=leave, actor=secretary, approve=True, at=NOW)


def test_the_principals_own_leave_goes_up_also_from_the_last_tier(tree, county):
    talks = {"name": "谈话员", "acts_as": "region_liaison", "capabilities": ["view_attendance", "record_talk"]}
    other = user_with(set_role(unit=tree.county, **talks).key, tree.county)
    own = posted(county, tree.village)
    lend(county, other)
    city = user_with("city_organization", tree.city)
    leave = ask(own, days=5)
    with pytest.raises(NotYourStep):
        decide_leave(leave=leave, actor=again(other), approve=True, at=NOW)
    decide_leave(leave=leave, actor=city, approve=True, at=NOW)


def test_the_secretarys_own_leave_is_not_his_deputys_to_decide(tree, secretary, county):
    deputy = user_with("township_deputy", tree.township)
    leave = ask(posted(secretary, tree.village), days=2)
    LeaveRequest.objects.filter(pk=leave.pk).update(awaiting_role="township_secretary")
    leave.refresh_from_db()
    with pytest.raises(NotYourStep):
        decide_leave(leave=leave, actor=deputy, approve=True, at=NOW)
    assert decide_leave(leave=leave, actor=county, approve=True, at=NOW).role == "county_organization"


def test_a_delegate_who_asks_for_leave_is_decided_by_his_principal(tree, squad_leader, secretary, deputy):
    """The office he was lent is not his own: the request stays with the tier, and with its holder."""
    own = posted(deputy, tree.village)
    lend(squad_leader, deputy)
    leave = ask(own)
    assert leave.awaiting_role == "squad_leader"
    with pytest.raises(OwnMatter):
        decide_leave(leave=leave, actor=again(deputy), approve=True, at=NOW)
    decide_leave(leave=leave, actor=squad_leader, approve=True, at=NOW)


def test_who_filed_a_request_does_not_approve_it(tree, posting, secretary, county):
    leave = ask(posting, days=2, actor=secretary)
    assert leave.awaiting_role == "county_organization"
    with pytest.raises(OwnMatter, match="代为提交"):
        decide_leave(leave=leave, actor=secretary, approve=True, at=NOW)
    decide_leave(leave=leave, actor=county, approve=True, at=NOW)


def test_a_delegate_takes_an_approval_back_in_his_principals_place(posting, squad_leader, secretary, deputy):
    leave = ask(posting)
    decide_leave(leave=leave, actor=squad_leader, approve=True, at=NOW)
    lend(squad_leader, deputy)
    decision = revoke_leave(leave=leave, actor=again(deputy), reason="防汛", at=NOW)
    assert (decision.role, decision.on_behalf_of) == ("squad_leader", squad_leader)


# ---- away without a delegate


def test_with_the_only_holder_on_leave_it_may_be_decided_one_level_up(tree, posting, squad_leader, secretary, county):
    leave = ask(posting)
    with pytest.raises(NotYourStep):
        decide_leave(leave=leave, actor=secretary, approve=True, at=NOW)
    on_leave(squad_leader, tree.village)
    assert waiting_for(again(secretary), MONDAY) == [leave]
    assert waiting_for(again(county), MONDAY) == []
    decision = decide_leave(leave=leave, actor=secretary, approve=True, at=NOW)
    assert (decision.role, decision.on_behalf_of) == ("township_secretary", None)


def test_who_is_away_may_still_decide_by_phone(tree, posting, squad_leader, secretary):
    on_leave(squad_leader, tree.village)
    decide_leave(leave=ask(posting), actor=squad_leader, approve=True, at=NOW)


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "pending"},
        {"begins_on": MONDAY + DAY, "ends_on": MONDAY + DAY},
        {"begins_on": MONDAY - DAY, "returned_on": MONDAY},
    ],
    ids=["not approved", "tomorrow", "back already"],
)
def test_who_is_not_away_is_waited_for(tree, posting, squad_leader, secretary, fields):
    on_leave(squad_leader, tree.village, **fields)
    with pytest.raises(NotYourStep):
        decide_leave(leave=ask(posting), actor=secretary, approve=True, at=NOW)


def test_with_a_delegate_it_does_not_go_up(tree, posting, squad_leader, secretary, deputy):
    on_leave(squad_leader, tree.village)
    lend(squad_leader, deputy)
    leave = ask(posting)
    assert waiting_for(again(secretary), MONDAY) == []
    with pytest.raises(NotYourStep):
        decide_leave(leave=leave, actor=secretary, approve=True, at=NOW)


def test_where_the_delegate_asks_and_the_principal_is_away_it_goes_up(tree, squad_leader, secretary, deputy):
    on_leave(squad_leader, tree.village)
    lend(squad_leader, deputy)
    decide_leave(leave=ask(posted(deputy, tree.village)), actor=secretary, approve=True, at=NOW)


def test_where_the_next_level_is_away_too_it_goes_to_the_one_above(tree, posting, squad_leader, secretary, county):
    on_leave(squad_leader, tree.village)
    on_leave(secretary, tree.village)
    leave = ask(posting)
    assert waiting_for(again(county), MONDAY) == [leave]
    decide_leave(leave=leave, actor=county, approve=True, at=NOW)


def test_back_from_leave_it_is_his_again(tree, posting, squad_leader, secretary):
    away = on_leave(squad_leader, tree.village)
    leave = ask(posting)
    return_from_leave(leave=away, returned_on=MONDAY, actor=squad_leader, at=NOW)
    with pytest.raises(NotYourStep):
        decide_leave(leave=leave, actor=secretary, approve=True, at=NOW)


def test_any_number_of_villages_costs_two_queries(tree, posting, squad_leader, django_assert_num_queries):
    with django_assert_num_queries(2):
        Holders([tree.village, tree.other_village, tree.village2], MONDAY)


def test_what_waits_costs_the_same_for_many(tree, posting, squad_leader, secretary, django_assert_max_num_queries):
    on_leave(squad_leader, tree.village)
    for _ in range(5):
        one = PostingFactory(cadre=CadreFactory(user=UserFactory()), village=tree.village)
        apply_for_leave(
            posting=one, kind="personal", begins_on=date(2026, 11, 5), ends_on=date(2026, 11, 5),
            actor=one.cadre.user, at=NOW,
        )  # fmt: skip
    with django_assert_max_num_queries(7):
        assert len(waiting_for(again(secretary), MONDAY)) == 5
