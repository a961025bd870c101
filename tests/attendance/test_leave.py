"""Leave by halves of days. Sources: contracts.md (Policy file), handbook edge cases 5-12, essay S1."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.leave import (
    MOVES,
    Act,
    EndsBeforeItBegins,
    Half,
    MoveNotAllowed,
    NoTierCovers,
    Span,
    State,
    chain,
    counted_days,
    covered,
    judged_days,
    may_decide,
    move,
    overdue_days,
    route,
    tier_for,
)
from attendance.policy_document import LeaveRules, Tier

AM, PM = Half.AM, Half.PM
# A Friday, and the public holiday week of October 2026 (1 to 7) with its make-up Saturday on the 10th.
FRIDAY = date(2026, 11, 6)
HOLIDAYS = {date(2026, 10, n) for n in range(1, 8)}
MAKE_UP = {date(2026, 10, 10)}


def workday(day: date) -> bool:
    return day in MAKE_UP or (day.weekday() < 5 and day not in HOLIDAYS)


def every_day(_day: date) -> bool:
    return True


def span(begins: date, begins_half: Half = AM, days: int = 1, ends_half: Half = PM) -> Span:
    return Span(begins, begins_half, begins + timedelta(days=days - 1), ends_half)


def tiers(*rows) -> tuple[Tier, ...]:
    return tuple(
        Tier(max_days=Decimal(most) if most else None, role=role, review=(), inform=(), team_roles=team_roles)
        for most, role, team_roles in rows
    )


REFERENCE = tiers(("1", "squad_leader", ()), ("3", "township_secretary", ()), (None, "county_organization", ()))
THREE_SEVEN = tiers(("3", "squad_leader", ()), ("7", "township_secretary", ()), (None, "county_organization", ()))
THREE_HUNDRED = tiers(("0.5", "team_leader", ()), ("3", "township_secretary", ()), (None, "county_organization", ()))
FIRST_SECRETARIES = tiers((None, "county_organization", ("第一书记",)), ("3", "township_secretary", ()))


@pytest.mark.parametrize(
    ("rules", "days", "role"),
    [
        pytest.param(REFERENCE, "0.5", "squad_leader", id="S1 half a day"),
        pytest.param(REFERENCE, "1", "squad_leader", id="S1 exactly one day"),
        pytest.param(REFERENCE, "1.5", "township_secretary", id="S1 above one day"),
        pytest.param(REFERENCE, "3", "township_secretary", id="S1 exactly three days"),
        pytest.param(REFERENCE, "3.5", "county_organization", id="S1 above three days"),
        pytest.param(REFERENCE, "180", "county_organization", id="S1 maternity"),
        pytest.param(THREE_SEVEN, "3", "squad_leader", id="three-seven exactly three"),
        pytest.param(THREE_SEVEN, "3.5", "township_secretary", id="three-seven above three"),
        pytest.param(THREE_SEVEN, "7", "township_secretary", id="three-seven exactly seven"),
        pytest.param(THREE_SEVEN, "7.5", "county_organization", id="three-seven above seven"),
        pytest.param(THREE_HUNDRED, "0.5", "team_leader", id="300 half a day"),
        pytest.param(THREE_HUNDRED, "1", "township_secretary", id="300 one day"),
        pytest.param(THREE_HUNDRED, "3", "township_secretary", id="300 exactly three"),
        pytest.param(THREE_HUNDRED, "3.5", "county_organization", id="300 above three"),
    ],
)
def test_the_first_tier_that_fits_takes_the_request(rules, days, role):
    assert tier_for(Decimal(days), rules, "队员").role == role


@pytest.mark.parametrize(("team_role", "role"), [("第一书记", "county_organization"), ("队员", "township_secretary")])
def test_a_tier_may_hold_for_some_team_roles_only(team_role, role):
    assert tier_for(Decimal(1), FIRST_SECRETARIES, team_role).role == role


def test_a_length_that_no_tier_takes_is_named():
    with pytest.raises(NoTierCovers):
        tier_for(Decimal(4), FIRST_SECRETARIES, "队员")


@pytest.mark.parametrize(
    ("leave", "count", "required", "days"),
    [
        pytest.param(span(FRIDAY), "calendar_days", workday, "1", id="one day"),
        pytest.param(span(FRIDAY, AM, 1, AM), "calendar_days", workday, "0.5", id="morning"),
        pytest.param(span(FRIDAY, PM, 1, PM), "calendar_days", workday, "0.5", id="afternoon"),
        pytest.param(span(FRIDAY, PM, 2, AM), "calendar_days", workday, "1", id="edge 6: afternoon to next morning"),
        pytest.param(span(FRIDAY, AM, 4), "calendar_days", workday, "4", id="weekend inside counts by calendar"),
        pytest.param(span(FRIDAY, AM, 4), "required_days", workday, "2", id="weekend inside is not required"),
        pytest.param(span(FRIDAY, PM, 4, AM), "required_days", workday, "1", id="halves at both ends of a weekend"),
        pytest.param(span(FRIDAY, AM, 4), "required_days", every_day, "4", id="every day required"),
        pytest.param(span(date(2026, 9, 30), AM, 11), "calendar_days", workday, "11", id="holiday inside by calendar"),
        pytest.param(
            span(date(2026, 9, 30), AM, 11), "required_days", workday, "4", id="30 Sep, 8, 9 and make-up 10 Oct"
        ),
        pytest.param(span(date(2026, 10, 10)), "required_days", workday, "1", id="edge 5: make-up Saturday"),
        pytest.param(span(date(2026, 10, 31), AM, 3), "calendar_days", workday, "3", id="edge 5: over a month's end"),
        pytest.param(span(date(2026, 10, 3), AM, 2), "required_days", workday, "0", id="nothing required"),
    ],
)
def test_days_are_counted_in_halves(leave, count, required, days):
    assert counted_days(leave, count, required) == Decimal(days)


@pytest.mark.parametrize(
    ("new", "others", "count", "days"),
    [
        pytest.param(span(FRIDAY), [], "calendar_days", "1", id="alone"),
        pytest.param(
            span(FRIDAY, PM), [span(FRIDAY, AM, 1, AM)], "calendar_days", "1", id="edge 7: two halves of a day"
        ),
        pytest.param(
            span(date(2026, 11, 5)), [span(date(2026, 11, 3), AM, 2)], "calendar_days", "3", id="third day after two"
        ),
        pytest.param(
            span(date(2026, 11, 3)), [span(date(2026, 11, 4), AM, 3)], "calendar_days", "4", id="a day put before"
        ),
        pytest.param(
            span(date(2026, 11, 4)),
            [span(date(2026, 11, 3)), span(date(2026, 11, 5))],
            "calendar_days",
            "3",
            id="the day between joins both",
        ),
        pytest.param(
            span(date(2026, 11, 9)),
            [span(FRIDAY)],
            "calendar_days",
            "4",
            id="edge 8: only a weekend between, by calendar",
        ),
        pytest.param(
            span(date(2026, 11, 9)), [span(FRIDAY)], "required_days", "2", id="edge 8: only a weekend between, required"
        ),
        pytest.param(
            span(date(2026, 11, 9)),
            [span(FRIDAY, AM, 1, AM)],
            "calendar_days",
            "1",
            id="Friday afternoon was in the village",
        ),
        pytest.param(span(date(2026, 11, 9), PM), [span(FRIDAY)], "calendar_days", "0.5", id="Monday morning likewise"),
        pytest.param(
            span(date(2026, 10, 8)), [span(date(2026, 9, 30))], "required_days", "2", id="only a public holiday between"
        ),
        pytest.param(
            span(date(2026, 10, 12)),
            [span(date(2026, 10, 9))],
            "calendar_days",
            "1",
            id="a make-up Saturday lies between",
        ),
        pytest.param(
            span(date(2026, 11, 12), AM, 2),
            [span(FRIDAY, AM, 6)],
            "calendar_days",
            "8",
            id="edge 9: extension while away",
        ),
    ],
)
def test_adjoining_requests_are_judged_by_their_whole_length(new, others, count, days):
    assert judged_days(new, others, count, workday) == Decimal(days)


def test_splitting_three_and_a_half_days_still_goes_to_the_county():
    first, second = span(date(2026, 11, 3), AM, 2), span(date(2026, 11, 5), AM, 2, AM)
    days = judged_days(second, [first], "calendar_days", workday)
    assert tier_for(days, REFERENCE, "队员").role == "county_organization"


SPANS = st.builds(
    lambda first, length: Span.between(first, first + length),
    st.integers(min_value=date(2026, 9, 1).toordinal() * 2, max_value=date(2026, 12, 1).toordinal() * 2),
    st.integers(min_value=0, max_value=20),
)


@given(SPANS, st.integers(min_value=0, max_value=20), st.sampled_from(["calendar_days", "required_days"]))
def test_cutting_a_leave_anywhere_gains_nothing(whole, cut, count):
    at = whole.first + cut % (whole.last - whole.first + 1)
    if at == whole.first:
        return
    head, tail = Span.between(whole.first, at - 1), Span.between(at, whole.last)
    assert judged_days(tail, [head], count, workday) == counted_days(whole, count, workday)
    assert judged_days(head, [tail], count, workday) == counted_days(whole, count, workday)


@given(st.lists(SPANS, min_size=1, max_size=6), st.randoms())
def test_the_chain_does_not_depend_on_the_order_of_requests(spans, random):
    new, *others = spans
    shuffled = random.sample(others, len(others))
    assert chain(new, others, workday) == chain(new, shuffled, workday)


@given(SPANS)
def test_required_days_are_never_more_than_calendar_days(leave):
    assert counted_days(leave, "required_days", workday) <= counted_days(leave, "calendar_days", workday)


def test_a_leave_that_ends_before_it_begins_is_none():
    with pytest.raises(EndsBeforeItBegins):
        span(FRIDAY, PM, 1, AM)


@pytest.mark.parametrize(
    ("days", "own_roles", "role"),
    [
        ("1", (), "squad_leader"),
        ("1", ("squad_leader",), "township_secretary"),
        ("1", ("squad_leader", "township_secretary"), "county_organization"),
        ("5", ("county_organization",), "county_organization"),
    ],
)
def test_nobodys_own_role_decides_about_him(days, own_roles, role):
    rules = LeaveRules(count="calendar_days", tiers=REFERENCE)
    assert route(Decimal(days), rules, "队员", own_roles).role == role


def test_reviewers_agree_in_order_before_the_approver():
    tier = Tier(
        max_days=None,
        role="county_organization",
        review=("squad_leader", "township_secretary"),
        inform=("township_clerk",),
        team_roles=(),
    )
    way = route(Decimal(9), LeaveRules(count="calendar_days", tiers=(tier,)), "队员")
    assert way.steps == ("squad_leader", "township_secretary", "county_organization")
    assert [way.after(role) for role in way.steps] == ["township_secretary", "county_organization", None]
    assert way.inform == ("township_clerk",)


def test_a_reviewer_does_not_review_himself():
    tier = Tier(max_days=None, role="county_organization", review=("township_secretary",), inform=(), team_roles=())
    way = route(Decimal(9), LeaveRules(count="calendar_days", tiers=(tier,)), "队员", ("township_secretary",))
    assert way.steps == ("county_organization",)


@pytest.mark.parametrize(
    ("actor", "applicant", "holders", "higher", "may"),
    [
        pytest.param(1, 9, {1, 2}, set(), True, id="holds the role"),
        pytest.param(3, 9, {1, 2}, {3}, False, id="higher, but somebody below can"),
        pytest.param(3, 9, set(), {3}, True, id="edge 11: the role is vacant"),
        pytest.param(3, 9, {9}, {3}, True, id="edge 11: the only approver is the applicant"),
        pytest.param(9, 9, {9}, {9}, False, id="never himself"),
        pytest.param(9, 9, {1}, {9}, False, id="never himself from above"),
        pytest.param(4, None, {1}, set(), False, id="a stranger"),
        pytest.param(1, None, {1}, set(), True, id="applicant without an account"),
    ],
)
def test_who_may_decide(actor, applicant, holders, higher, may):
    assert may_decide(actor=actor, parties={applicant}, holders=holders, higher=higher) is may


@pytest.mark.parametrize(
    ("actor", "away", "may"),
    [
        pytest.param(3, {1, 2}, True, id="edge 11: all holders are away"),
        pytest.param(3, {1}, False, id="one of two is there"),
        pytest.param(1, {1, 2}, True, id="who is away may still decide"),
    ],
)
def test_who_may_decide_while_somebody_is_away(actor, away, may):
    assert may_decide(actor=actor, parties={9}, holders={1, 2}, higher={3}, away=away) is may


def test_who_filed_a_request_for_another_does_not_decide_it():
    assert not may_decide(actor=1, parties={9, 1}, holders={1}, higher={3})
    assert may_decide(actor=3, parties={9, 1}, holders={1}, higher={3})


def test_every_state_has_its_moves():
    assert set(MOVES) == set(State)


@pytest.mark.parametrize("state", [State.REJECTED, State.CANCELLED, State.REVOKED])
@pytest.mark.parametrize("act", list(Act))
def test_a_closed_request_stays_closed(state, act):
    with pytest.raises(MoveNotAllowed):
        move(state, act)


def test_an_approved_leave_is_not_approved_again():
    with pytest.raises(MoveNotAllowed):
        move(State.APPROVED, Act.APPROVE)


@pytest.mark.parametrize(
    ("returned_on", "today", "days"),
    [
        pytest.param(date(2026, 10, 6), date(2026, 10, 20), [], id="reported on the last day"),
        pytest.param(date(2026, 10, 5), date(2026, 10, 20), [], id="reported early"),
        pytest.param(date(2026, 10, 8), date(2026, 10, 20), [7], id="reported two days later"),
        pytest.param(None, date(2026, 10, 9), [7, 8], id="not reported, up to yesterday"),
        pytest.param(None, date(2026, 10, 7), [], id="the day after is not over"),
        pytest.param(None, date(2026, 10, 1), [], id="leave still to come"),
    ],
)
def test_overdue_days_run_from_the_day_after_to_the_day_before_return(returned_on, today, days):
    assert overdue_days(date(2026, 10, 6), returned_on, today) == [date(2026, 10, n) for n in days]


@pytest.mark.parametrize(
    ("returned_on", "last"),
    [
        pytest.param(None, date(2026, 11, 10), id="not reported"),
        pytest.param(date(2026, 11, 12), date(2026, 11, 10), id="reported late"),
        pytest.param(date(2026, 11, 8), date(2026, 11, 8), id="edge 12: the rest is required again"),
        pytest.param(date(2026, 11, 5), None, id="never left"),
    ],
)
def test_early_return_gives_the_rest_back(returned_on, last):
    left = covered(span(FRIDAY, AM, 5), returned_on)
    assert (left.ends_on if left else None) == last
