"""Leave through its tiers, from asking to reporting back. Sources: contracts.md, handbook edge cases 6 to 12."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from attendance.actions.apply_for_leave import apply_for_leave
from attendance.actions.decide_leave import decide_leave, revoke_leave
from attendance.actions.return_from_leave import cancel_leave, return_from_leave
from attendance.approvers import waiting_for
from attendance.models import LeavePolicy, LeaveRequest
from attendance.refusals import (
    AlreadyBegun,
    AlreadyDecided,
    AlreadyReturned,
    ExtensionApart,
    LeaveDatesWrong,
    LeaveOverlaps,
    LeaveTooLate,
    NoLeaveNeeded,
    NotPosted,
    NotYourStep,
    ReasonMissing,
    ReturnDateWrong,
)
from tests.factories import user_with
from townships.errors import NotAllowed, OutOfReach, OwnMatter
from townships.models import AuditEntry
from townships.periods import SHANGHAI

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=SHANGHAI)
MONDAY = date(2026, 11, 2)
State = LeaveRequest.State


def ask(posting, begins=MONDAY + timedelta(days=1), days=1, **fields) -> LeaveRequest:
    fields = {"kind": "personal", "actor": posting.cadre.user, "at": NOW, **fields}
    return apply_for_leave(posting=posting, begins_on=begins, ends_on=begins + timedelta(days=days - 1), **fields)


def approved(posting, approver, **fields) -> LeaveRequest:
    leave = ask(posting, **fields)
    decide_leave(leave=leave, actor=approver, approve=True, at=NOW)
    leave.refresh_from_db()
    return leave


@pytest.fixture
def offices(squad_leader, secretary, county):
    return {"squad_leader": squad_leader, "township_secretary": secretary, "county_organization": county}


@pytest.mark.parametrize(
    ("days", "ends_half", "role"),
    [
        (1, "am", "squad_leader"),
        (1, "pm", "squad_leader"),
        (2, "am", "township_secretary"),
        (3, "pm", "township_secretary"),
        (4, "am", "county_organization"),
    ],
)
def test_a_request_goes_to_its_tier(posting, offices, days, ends_half, role):
    assert ask(posting, days=days, ends_half=ends_half).awaiting_role == role


def test_splitting_gains_nothing(posting, offices):
    ask(posting, days=3)
    second = ask(posting, begins=MONDAY + timedelta(days=4), days=1)
    assert (second.days, second.counted_days, second.awaiting_role) == (
        Decimal(1),
        Decimal(4),
        "county_organization",
    )


def test_only_a_weekend_between_counts_together(posting, offices):
    friday = MONDAY + timedelta(days=4)
    ask(posting, begins=friday)
    assert ask(posting, begins=friday + timedelta(days=3)).awaiting_role == "county_organization"


def test_a_rejected_request_does_not_count(posting, offices):
    first = ask(posting, days=3)
    decide_leave(leave=first, actor=offices["township_secretary"], approve=False, reason="换届期间", at=NOW)
    assert ask(posting, begins=MONDAY + timedelta(days=4)).awaiting_role == "squad_leader"


def test_a_leave_returned_from_early_counts_as_far_as_it_went(posting, offices):
    first = approved(posting, offices["squad_leader"], begins=MONDAY)
    return_from_leave(leave=first, returned_on=MONDAY, actor=offices["township_secretary"], at=NOW)
    later = ask(posting, begins=MONDAY + timedelta(days=2))
    assert later.counted_days == 1


def test_the_approver_decides_and_the_trail_says_so(posting, offices):
    leave = ask(posting)
    decision = decide_leave(leave=leave, actor=offices["squad_leader"], approve=True, at=NOW)
    leave.refresh_from_db()
    assert (leave.state, leave.awaiting_role, leave.approver_name) == (State.APPROVED, "", "分队长")
    assert (decision.role, decision.outcome) == ("squad_leader", "approved")
    assert AuditEntry.objects.filter(act="leave.approved", subject="甘雨").exists()
    assert leave.history.count() == 2


def test_the_deputy_stands_in_for_the_secretary(tree, posting, offices):
    deputy = user_with("township_deputy", tree.township)
    leave = approved(posting, deputy, days=2)
    decision = leave.decisions.get()
    assert (leave.state, decision.decided_by, decision.on_behalf_of) == (
        State.APPROVED,
        deputy,
        offices["township_secretary"],
    )


@pytest.mark.parametrize(
    ("days", "wrong"), [(1, "county_organization"), (1, "township_secretary"), (2, "squad_leader")]
)
def test_another_tier_does_not_decide(posting, offices, days, wrong):
    with pytest.raises(NotYourStep):
        decide_leave(leave=ask(posting, days=days), actor=offices[wrong], approve=True, at=NOW)


def test_a_clerk_decides_nothing(posting, offices, clerk):
    with pytest.raises(NotAllowed):
        decide_leave(leave=ask(posting), actor=clerk, approve=True, at=NOW)


def test_a_stranger_does_not_even_see_it(posting, offices, outsider):
    with pytest.raises(OutOfReach):
        decide_leave(leave=ask(posting), actor=outsider, approve=True, at=NOW)


def test_nobody_decides_his_own_leave(tree, posting, offices):
    own = user_with("squad_leader", tree.village)
    posting.cadre.user = own
    posting.cadre.save()
    leave = ask(posting, actor=own)
    assert leave.awaiting_role == "township_secretary"
    with pytest.raises(OwnMatter):
        decide_leave(leave=leave, actor=own, approve=True, at=NOW)


def test_where_the_only_approver_is_the_applicant_it_goes_up(tree, posting, county):
    posting.cadre.user = county
    posting.cadre.save()
    city = user_with("city_organization", tree.city)
    leave = ask(posting, days=5, actor=county)
    assert leave.awaiting_role == "city_organization"
    decide_leave(leave=leave, actor=city, approve=True, at=NOW)


def test_a_vacant_role_is_passed_over(posting, secretary, county):
    leave = ask(posting)
    assert leave.awaiting_role == "township_secretary"
    decide_leave(leave=leave, actor=secretary, approve=True, at=NOW)


def test_an_approver_who_left_meanwhile_is_followed_by_the_next(tree, posting, secretary):
    gone = user_with("squad_leader", tree.village, ends=MONDAY)
    leave = ask(posting, at=NOW - timedelta(days=1))
    assert leave.awaiting_role == "squad_leader"
    with pytest.raises(OutOfReach):
        decide_leave(leave=leave, actor=gone, approve=True, at=NOW)
    decide_leave(leave=leave, actor=secretary, approve=True, at=NOW)


def test_reviewers_agree_first(tree, posting, offices):
    tier = {"max_days": None, "role": "county_organization", "review": ["township_secretary"]}
    LeavePolicy.objects.create(
        unit=tree.county, effective_from=date(2026, 1, 1), document={"count": "calendar_days", "tiers": [tier]}
    )
    leave = ask(posting)
    assert leave.awaiting_role == "township_secretary"
    agreed = decide_leave(leave=leave, actor=offices["township_secretary"], approve=True, at=NOW)
    leave.refresh_from_db()
    assert (agreed.outcome, leave.state, leave.awaiting_role) == ("agreed", State.PENDING, "county_organization")
    decide_leave(leave=leave, actor=offices["county_organization"], approve=True, at=NOW)
    leave.refresh_from_db()
    assert leave.state == State.APPROVED


def test_a_policy_may_let_the_team_leader_decide(tree, posting, offices, leader):
    tiers = [{"max_days": "0.5", "role": "team_leader"}, {"max_days": None, "role": "township_secretary"}]
    LeavePolicy.objects.create(
        unit=tree.county, effective_from=date(2026, 1, 1), document={"count": "required_days", "tiers": tiers}
    )
    leave = ask(posting, ends_half="am")
    assert leave.awaiting_role == "team_leader"
    decide_leave(leave=leave, actor=leader, approve=True, at=NOW)


def test_a_decided_request_is_not_decided_again(posting, offices):
    leave = approved(posting, offices["squad_leader"])
    with pytest.raises(AlreadyDecided):
        decide_leave(leave=leave, actor=offices["squad_leader"], approve=False, reason="改主意", at=NOW)


def test_a_rejection_says_why(posting, offices):
    with pytest.raises(ReasonMissing):
        decide_leave(leave=ask(posting), actor=offices["squad_leader"], approve=False, at=NOW)


@pytest.mark.parametrize(
    ("begins", "fields", "refusal"),
    [
        (MONDAY, {"begins_half": "pm", "ends_half": "am"}, LeaveDatesWrong),
        (date(2026, 2, 27), {}, NotPosted),
        (date(2026, 9, 28), {}, LeaveTooLate),
    ],
)
def test_what_cannot_be_asked_for(posting, offices, begins, fields, refusal):
    with pytest.raises(refusal):
        ask(posting, begins=begins, **fields)


def test_overlapping_requests_are_refused(posting, offices):
    ask(posting, days=2)
    with pytest.raises(LeaveOverlaps):
        ask(posting, begins=MONDAY + timedelta(days=2))


def test_a_weekend_needs_no_leave_where_required_days_count(tree, posting, offices):
    LeavePolicy.objects.create(
        unit=tree.county,
        effective_from=date(2026, 1, 1),
        document={"count": "required_days", "tiers": [{"max_days": None, "role": "squad_leader"}]},
    )
    with pytest.raises(NoLeaveNeeded):
        ask(posting, begins=date(2026, 11, 7), days=2)


def test_nobody_asks_for_a_stranger(posting, outsider, leader):
    with pytest.raises(OutOfReach):
        ask(posting, actor=outsider)
    with pytest.raises(NotAllowed):
        ask(posting, actor=leader)


def test_an_extension_goes_on_from_the_leave_and_counts_with_it(posting, offices):
    first = approved(posting, offices["squad_leader"])
    more = ask(posting, begins=MONDAY + timedelta(days=2), days=2, extends=first)
    assert (more.counted_days, more.awaiting_role) == (Decimal(3), "township_secretary")


def test_an_extension_with_a_gap_is_refused(posting, offices):
    first = approved(posting, offices["squad_leader"])
    with pytest.raises(ExtensionApart):
        ask(posting, begins=MONDAY + timedelta(days=3), extends=first)


def test_a_member_reports_back_himself_today(posting, member, offices):
    leave = approved(posting, offices["squad_leader"], begins=MONDAY)
    return_from_leave(leave=leave, returned_on=date(2026, 1, 1), actor=member, at=NOW)
    leave.refresh_from_db()
    assert (leave.returned_on, leave.return_recorded_by) == (MONDAY, member)


def test_return_is_reported_once_and_never_for_the_future(posting, member, offices):
    leave = approved(posting, offices["squad_leader"], begins=MONDAY)
    with pytest.raises(ReturnDateWrong):
        return_from_leave(leave=leave, returned_on=MONDAY + timedelta(days=1), actor=offices["squad_leader"], at=NOW)
    return_from_leave(leave=leave, returned_on=MONDAY, actor=member, at=NOW)
    with pytest.raises(AlreadyReturned):
        return_from_leave(leave=leave, returned_on=MONDAY, actor=member, at=NOW)


def test_a_pending_request_is_not_returned_from(posting, member, offices):
    with pytest.raises(AlreadyDecided):
        return_from_leave(leave=ask(posting, begins=MONDAY), returned_on=MONDAY, actor=member, at=NOW)


def test_cancelling_before_it_begins(posting, member, offices):
    leave = approved(posting, offices["squad_leader"])
    cancel_leave(leave=leave, actor=member, at=NOW)
    leave.refresh_from_db()
    assert leave.state == State.CANCELLED


def test_a_leave_that_has_begun_is_not_cancelled(posting, member, offices):
    leave = approved(posting, offices["squad_leader"], begins=MONDAY)
    with pytest.raises(AlreadyBegun):
        cancel_leave(leave=leave, actor=member, at=NOW)


def test_an_approval_is_taken_back_with_a_reason(posting, offices):
    leave = approved(posting, offices["squad_leader"])
    with pytest.raises(ReasonMissing):
        revoke_leave(leave=leave, actor=offices["township_secretary"], reason=" ", at=NOW)
    revoke_leave(leave=leave, actor=offices["township_secretary"], reason="事由不实", at=NOW)
    leave.refresh_from_db()
    assert leave.state == State.REVOKED


def test_a_lower_role_does_not_take_back_what_a_higher_one_approved(posting, offices):
    leave = approved(posting, offices["township_secretary"], days=2)
    with pytest.raises(NotYourStep):
        revoke_leave(leave=leave, actor=offices["squad_leader"], reason="不同意", at=NOW)
    revoke_leave(leave=leave, actor=offices["county_organization"], reason="防汛", at=NOW)


def test_what_waits_for_whom(posting, offices, outsider):
    leave = ask(posting)
    assert waiting_for(offices["squad_leader"], MONDAY) == [leave]
    assert waiting_for(offices["township_secretary"], MONDAY) == []
    assert waiting_for(outsider, MONDAY) == []
