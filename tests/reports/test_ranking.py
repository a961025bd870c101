"""The month's ranking and the two lists, rule by rule (contracts.md, Bulletin)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.ranking import (
    Member,
    NotOneOfTheTied,
    RankingRules,
    StillTooLong,
    TieDecision,
    WeekStanding,
    check_decision,
    rank_month,
)

WEEK = "2026-W40"
RULES = RankingRules(tie_breakers=("lodging", "attendance"), list_size=3)


def standing(total, *, lodging="30", attendance="30", halves_on_duty=10, deducted=None):
    return WeekStanding(
        total=Decimal(total),
        dimensions={"lodging": Decimal(lodging), "attendance": Decimal(attendance)},
        deducted=Decimal(100) - Decimal(total) if deducted is None else Decimal(deducted),
        halves_on_duty=halves_on_duty,
    )


def member(key, total="100", *, name=None, posted_days=7, **facts):
    scored = {WEEK: standing(total, **facts)}
    return Member(key, name or f"队员{key:02}", f"4599{key:014}", "甲村", scored, {WEEK: posted_days})


def ranked(totals, rules=RULES, decisions=None):
    return rank_month([member(key, total) for key, total in enumerate(totals, 1)], [WEEK], rules, decisions)


def keys(board):
    return [entry.member.key for entry in board.entries]


@pytest.mark.parametrize(
    ("totals", "places"),
    [
        pytest.param(["100", "99", "98"], [1, 2, 3], id="no ties"),
        pytest.param(["100", "99", "99", "98"], [1, 2, 2, 4], id="1, 2, 2, 4 as in the contract"),
        pytest.param(["90", "90", "90"], [1, 1, 1], id="everyone equal"),
        pytest.param(["100", "100", "99.5"], [1, 1, 3], id="two at the top"),
        pytest.param(["99.50", "99.5"], [1, 1], id="trailing zeros are no difference"),
        pytest.param(["80"], [1], id="one person"),
        pytest.param([], [], id="nobody"),
    ],
)
def test_places_leave_out_the_next_after_equals(totals, places):
    assert [entry.place for entry in ranked(totals).ranking] == places


def test_equal_totals_are_told_apart_by_the_first_tie_breaker():
    month = rank_month([member(1, "90", lodging="25"), member(2, "90", lodging="30")], [WEEK], RULES)
    assert [(entry.place, entry.member.key) for entry in month.ranking] == [(1, 2), (2, 1)]


def test_the_second_tie_breaker_counts_only_where_the_first_is_equal():
    people = [
        member(1, "90", lodging="25", attendance="30"),
        member(2, "90", lodging="30", attendance="20"),
        member(3, "90", lodging="30", attendance="25"),
    ]
    month = rank_month(people, [WEEK], RULES)
    assert [entry.member.key for entry in month.ranking] == [3, 2, 1]


def test_a_tie_breaker_the_week_does_not_know_counts_nothing():
    month = rank_month([member(1), member(2)], [WEEK], RankingRules(("patrol",), 3))
    assert [entry.place for entry in month.ranking] == [1, 1]


def test_totals_are_summed_over_the_weeks_of_the_month():
    weeks = ["2026-W40", "2026-W41"]
    posted = dict.fromkeys(weeks, 7)
    one = Member(1, "甲", "1", "甲村", {"2026-W40": standing("100"), "2026-W41": standing("90.5")}, posted)
    two = Member(2, "乙", "2", "甲村", {"2026-W40": standing("95"), "2026-W41": standing("96")}, posted)
    month = rank_month([one, two], weeks, RULES)
    assert [(entry.member.name, entry.total) for entry in month.ranking] == [
        ("乙", Decimal("191")),
        ("甲", Decimal("190.5")),
    ]


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        pytest.param({"posted_days": 6}, "第40周派驻不满一周", id="arrived or left in mid-week"),
        pytest.param({"posted_days": 0}, "第40周不在派驻期内", id="withdrawn before the week"),
        pytest.param({"halves_on_duty": 0}, "考评期内全部请假或无应在村日", id="maternity: on leave all month"),
    ],
)
def test_who_could_not_be_there_is_listed_without_a_place(facts, reason):
    month = rank_month([member(1, **facts), member(2)], [WEEK], RULES)
    assert [entry.member.key for entry in month.ranking] == [2]
    assert [(entry.member.key, entry.reason) for entry in month.unranked] == [(1, reason)]
    assert 1 not in keys(month.red)


def test_one_half_day_on_duty_is_enough_to_be_ranked():
    assert len(rank_month([member(1, halves_on_duty=1)], [WEEK], RULES).ranking) == 1


def test_every_gap_in_the_month_is_named():
    posted = {WEEK: 3, "2026-W41": 7}
    person = Member(1, "甲", "1", "甲村", {WEEK: standing("100")}, posted)
    month = rank_month([person], [WEEK, "2026-W41", "2026-W42"], RULES)
    assert month.unranked[0].reason == "第42周不在派驻期内，第40周派驻不满一周，第41周尚无考评得分"


def test_a_month_without_any_scored_week_ranks_nobody():
    month = rank_month([member(1)], [], RULES)
    assert (month.ranking, month.unranked[0].reason) == ((), "本月尚无已评分的周")


@pytest.mark.parametrize(
    ("totals", "red", "black"),
    [
        pytest.param(["100", "99", "98", "97", "96", "95", "94"], [1, 2, 3], [7, 6, 5], id="seven people"),
        pytest.param(["100", "99", "98", "97", "96"], [1, 2, 3], [5, 4], id="five: the third is praised, not blamed"),
        pytest.param(["100", "99", "98"], [1, 2, 3], [], id="three: all on the red list"),
        pytest.param(["99"], [1], [], id="one person with a deduction"),
        pytest.param(["100", "99", "98", "98", "97", "96", "95"], [1, 2, 3, 4], [7, 6, 5], id="tie at third place"),
        pytest.param(["100", "99", "98", "97", "96", "96", "95"], [1, 2, 3], [7, 5, 6], id="tie next to last"),
        pytest.param(["99", "98", "97", "96", "96", "95", "94"], [1, 2, 3], [7, 6, 4, 5], id="tie third from the end"),
        pytest.param(["100"] * 6, [1, 2, 3, 4, 5, 6], [], id="six equals: twice the size is still a list"),
        pytest.param(["100"] * 3 + ["99"], [1, 2, 3], [4], id="the only one with a deduction"),
        pytest.param([], [], [], id="nobody"),
    ],
)
def test_first_and_last_three(totals, red, black):
    month = ranked(totals)
    assert (keys(month.red), keys(month.black), month.needs_decision) == (red, black, ())


def test_the_last_three_without_deductions_are_not_blamed():
    people = [member(key, str(100 - key), deducted="0") for key in range(7)]
    assert keys(rank_month(people, [WEEK], RULES).black) == []


def test_an_over_long_red_list_waits_for_a_person():
    month = ranked(["100"] * 7)
    assert month.needs_decision == ("red",)
    assert [entry.member.key for entry in month.red.tied] == [1, 2, 3, 4, 5, 6, 7]


def test_an_over_long_black_list_waits_for_a_person():
    month = ranked(["100", "99.5", "99", "98"] + ["90"] * 6 + ["80"])
    assert month.needs_decision == ("black",)
    assert [entry.member.key for entry in month.black.tied] == [5, 6, 7, 8, 9, 10]
    assert keys(month.black)[0] == 11


def test_everyone_equal_with_deductions_waits_for_the_red_list_and_blames_nobody():
    month = ranked(["90"] * 10)
    assert (month.needs_decision, keys(month.black)) == (("red",), [])


def test_a_decision_settles_the_tie_and_keeps_those_before_it():
    totals = ["100"] + ["99"] * 8
    tied = frozenset(range(2, 10))
    month = ranked(totals, decisions={"red": TieDecision(tied, frozenset({4, 5}))})
    assert (keys(month.red), month.needs_decision) == ([1, 4, 5], ())


def test_a_tie_decided_against_someone_does_not_put_him_on_the_black_list():
    month = ranked(["90"] * 8, decisions={"red": TieDecision(frozenset(range(1, 9)), frozenset({1, 2, 3}))})
    assert (keys(month.red), keys(month.black)) == ([1, 2, 3], [])


def test_a_decision_about_another_tie_no_longer_counts():
    month = ranked(["100"] * 8, decisions={"red": TieDecision(frozenset(range(1, 8)), frozenset({1}))})
    assert month.needs_decision == ("red",)


def test_a_decision_may_leave_all_equals_off_the_list():
    month = ranked(["100"] * 7, decisions={"red": TieDecision(frozenset(range(1, 8)), frozenset())})
    assert (keys(month.red), month.needs_decision) == ([], ())


def test_a_decision_names_only_people_of_the_tie():
    with pytest.raises(NotOneOfTheTied):
        check_decision(ranked(["100"] * 7).red, 3, [99])


def test_a_decision_may_not_leave_the_list_as_long_as_it_was():
    with pytest.raises(StillTooLong):
        check_decision(ranked(["100"] * 7).red, 3, range(1, 8))


def test_a_shorter_list_follows_the_scheme():
    month = ranked(["100", "99", "98", "97"], RankingRules((), 1))
    assert (keys(month.red), keys(month.black)) == ([1], [4])


points = st.integers(min_value=180, max_value=200).map(lambda half: Decimal(half) / 2)
people = st.lists(
    st.builds(
        lambda total, lodging, days, duty, name: (total, lodging, days, duty, name),
        points,
        st.integers(min_value=28, max_value=30),
        st.sampled_from([7, 7, 7, 7, 5]),
        st.sampled_from([10, 10, 10, 0]),
        st.sampled_from(["韦一", "𠮷田", "阿卜杜拉·买买提", "韦一"]),
    ),
    max_size=25,
).map(
    lambda rows: [
        member(key, total, name=name, lodging=str(lodging), posted_days=days, halves_on_duty=duty)
        for key, (total, lodging, days, duty, name) in enumerate(rows, 1)
    ]
)


@given(people, st.randoms(use_true_random=False), st.integers(min_value=1, max_value=5))
def test_the_order_people_come_in_changes_nothing(members, random, size):
    shuffled = list(members)
    random.shuffle(shuffled)
    rules = RankingRules(("lodging",), size)
    assert rank_month(shuffled, [WEEK], rules) == rank_month(members, [WEEK], rules)


@given(people, st.integers(min_value=1, max_value=5))
def test_lists_never_share_a_name_and_blame_only_deductions(members, size):
    month = rank_month(members, [WEEK], RankingRules(("lodging",), size))
    assert not set(keys(month.red)) & set(keys(month.black))
    assert all(entry.deducted > 0 for entry in month.black.entries)
    assert all(len(board.entries) <= 2 * size or board.needs_decision for board in (month.red, month.black))


@given(people)
def test_a_place_is_one_more_than_the_number_of_better_people(members):
    month = rank_month(members, [WEEK], RULES)
    order = {
        entry.member.key: (entry.total, *(entry.member.weeks[WEEK].dimensions[key] for key in RULES.tie_breakers))
        for entry in month.ranking
    }
    for entry in month.ranking:
        mine = order[entry.member.key]
        assert entry.place == 1 + sum(other > mine for other in order.values())
        assert entry.place_from_bottom == 1 + sum(other < mine for other in order.values())
        assert entry.shared == (sum(other == mine for other in order.values()) > 1)
    assert len(month.ranking) + len(month.unranked) == len(members)
