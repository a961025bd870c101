"""Points of a week. Source: contracts.md "Scoring"."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.ledger import PM, Check, Evidence, day_bit, half_bit, judge
from attendance.policy_document import AttendanceRules
from reports.scheme_document import COUNTED_IN_HALVES, TRIGGERS, Dimension, Rule, Scheme
from reports.scoring import Event, Happening, ManualEntry, Registers, facts, happenings, score

MONDAY = date(2026, 10, 12)
WEEK = sum(day_bit(i) for i in range(7))
WORKWEEK = sum(day_bit(i) for i in range(5))


def scheme(*rules, base="30"):
    return Scheme("检验", 1, (Dimension("a", "甲", Decimal(base)), Dimension("b", "乙", Decimal("20"))), rules)


def rule(trigger, points="3", *, key="r", dimension="a", per="occurrence", cap=None):
    return Rule(key, key, dimension, trigger, Decimal(points), per, Decimal(cap) if cap else None)


def week(over=WEEK, registers=None, nights=0, **known):
    """What happened in a week of a member posted throughout, who owes Monday to Friday and kept to it."""
    rules = AttendanceRules(nights_per_week=nights)
    full = {
        "posted": WEEK,
        "required": WORKWEEK,
        "marked": WORKWEEK,
        "mark_present": WORKWEEK * 3,
        "checked_in": WORKWEEK,
        "accepted": WORKWEEK,
    }
    return happenings(judge(Evidence(rules, **full | known), over), MONDAY, registers)


def days(*numbers):
    return sum(day_bit(number) for number in numbers)


def test_a_week_without_fault_keeps_full_marks():
    found = week()
    assert found == {}
    result = score(scheme(*(rule(trigger, key=trigger) for trigger in TRIGGERS)), found)
    assert result.total == 50
    assert all(not each.deductions for each in result.dimensions.values())


@pytest.mark.parametrize(
    ("trigger", "known", "count", "halves", "dates"),
    [
        ("absent_day", {"mark_absent": days(0, 1) * 3}, 2, 4, [12, 13]),
        ("absent_day", {"mark_absent": half_bit(2, PM)}, 1, 1, [14]),
        ("unsigned_day", {"marked": days(0, 1, 2, 3), "mark_present": days(0, 1, 2, 3) * 3}, 1, 0, [16]),
        ("missing_check_in_day", {"checked_in": days(0, 1), "accepted": days(0, 1)}, 3, 0, [14, 15, 16]),
        ("leave_unapproved_day", {"mark_present": 0, "mark_leave": days(3) * 3 | half_bit(4, PM)}, 2, 3, [15, 16]),
        (
            "contradicted_day",
            {"checks": (Check(half_bit(1, PM), 900, "onsite", "absent", 5),)},
            1,
            0,
            [13],
        ),
        ("overdue_return_day", {"overdue": days(2, 3, 5)}, 3, 0, [14, 15, 17]),
        ("night_short", {"evening": days(0, 5), "nights": 4}, 2, 0, []),
    ],
)
def test_each_trigger_of_the_ledger_counts_what_it_says(trigger, known, count, halves, dates):
    found = week(**known)[trigger]
    assert (found.count, found.halves, [day.day for day in found.dates]) == (count, halves, dates)


@pytest.mark.parametrize(
    ("known", "count"),
    [
        ([("onsite", "absent")], 1),
        ([("phone", "absent"), ("video", "absent")], 2),
        ([("onsite", "present"), ("onsite", "leave")], 0),
        ([("onsite", "absent"), ("onsite", "absent")], 2),
    ],
)
def test_checks_of_any_kind_that_found_nobody_count(known, count):
    checks = tuple(Check(half_bit(1, PM), n, *each, n) for n, each in enumerate(known))
    found = week(checks=checks).get("spot_check_absent")
    assert (found.count if found else 0) == count
    if found:
        assert found.evidence == tuple(("spot_check", n) for n, (_, result) in enumerate(known) if result == "absent")


@pytest.mark.parametrize("excuse", ["leave", "trip"])
def test_a_check_on_somebody_excused_costs_nothing(excuse):
    checks = (Check(half_bit(1, PM), 1, "onsite", "absent", 1),)
    assert "spot_check_absent" not in week(checks=checks, **{excuse: half_bit(1, PM)})
    assert "spot_check_absent" in week(checks=checks, **{excuse: day_bit(1)})


def test_nights_of_a_week_that_is_not_over_are_not_short_yet():
    assert "night_short" not in week(over=days(0, 1), nights=4)
    found = week(over=days(0, 1, 2, 3, 4), nights=4)["night_short"]
    assert (found.count, found.note) == (2, "应住村 4 夜，实住 0 夜")


def test_registers_count_their_entries():
    registers = Registers(
        talks=[Event(MONDAY, 7, "走读")],
        meetings_missed=[Event(date(2026, 10, 15), 9, "周汇报会"), Event(date(2026, 10, 14), 8, "培训")],
    )
    found = week(registers=registers)
    assert found["reminder_talk"] == Happening(1, 0, (MONDAY,), "走读", (("talk", 7),))
    missed = found["meeting_missed"]
    assert (missed.count, missed.note) == (2, "培训；周汇报会")
    assert missed.evidence == (("meeting_absence", 8), ("meeting_absence", 9))


def test_points_entered_by_hand_are_taken_as_entered():
    entries = [
        ManualEntry(MONDAY, 2, "task", Decimal("1.5"), "报表迟交"),
        ManualEntry(MONDAY, 1, "task", Decimal("2"), "走访未完成"),
        ManualEntry(MONDAY, 3, "other", Decimal("9"), "别的项目"),
    ]
    result = score(scheme(rule("manual", "2", key="task")), {}, entries)
    (deduction,) = result.dimensions["a"].deductions
    assert (deduction.points, deduction.count, deduction.note) == (Decimal("3.5"), 2, "走访未完成；报表迟交")
    assert result.total == Decimal("46.5")


@pytest.mark.parametrize(
    ("rules", "points"),
    [
        ([rule("absent_day", "3")], "6"),
        ([rule("absent_day", "3", per="half_day")], "9"),
        ([rule("absent_day", "3", per="half_day", cap="5")], "5"),
        ([rule("absent_day", "2.5", per="half_day", cap="20")], "7.5"),
        ([rule("absent_day", "0")], "0"),
    ],
)
def test_points_times_count_up_to_the_cap(rules, points):
    found = {"absent_day": Happening(2, 3, (MONDAY,))}
    result = score(scheme(*rules), found)
    assert result.dimensions["a"].deductions[0].points == Decimal(points)
    assert result.total == 50 - Decimal(points)


def test_one_event_may_cost_under_several_rules_and_dimensions():
    rules = [
        rule("absent_day", "3", key="x"),
        rule("absent_day", "1", key="y"),
        rule("absent_day", "2", key="z", dimension="b"),
    ]
    result = score(scheme(*rules), {"absent_day": Happening(1, 2)})
    assert [d.rule for d in result.dimensions["a"].deductions] == ["x", "y"]
    assert (result.dimensions["a"].score, result.dimensions["b"].score, result.total) == (26, 18, 44)


def test_a_dimension_never_falls_below_zero_but_says_all_it_took():
    result = score(scheme(rule("absent_day", "20")), {"absent_day": Happening(2, 4)})
    assert result.dimensions["a"].score == 0
    assert result.dimensions["a"].deductions[0].points == 40
    assert result.total == 20


def test_the_json_of_a_score_is_that_of_the_contract():
    found = {"absent_day": Happening(1, 2, (MONDAY,), "全天", (("spot_check", 4),))}
    assert score(scheme(rule("absent_day", "2.5")), found).as_json()["a"] == {
        "base": "30.00",
        "score": "27.50",
        "deductions": [
            {
                "rule": "r",
                "label": "r",
                "points": "2.50",
                "count": 1,
                "dates": ["2026-10-12"],
                "note": "全天",
                "evidence": [["spot_check", 4]],
            }
        ],
    }


def test_facts_count_halves_and_nights():
    evidence = Evidence(
        AttendanceRules(), WEEK, WORKWEEK, leave=days(0) * 3, mark_leave=half_bit(1, PM), mark_present=days(2, 3) * 3
    )
    counted = facts(judge(evidence, WEEK))
    assert counted["posted_days"] == 7
    assert counted["required_days"] == 5
    assert counted["halves_on_duty"] == 7
    assert (counted["present"], counted["leave"], counted["absent"]) == (4, 3, 3)
    assert (counted["nights_required"], counted["nights_kept"]) == (4, 0)


RULES = st.builds(
    lambda trigger, points, cap, half, key, dimension: Rule(
        key, key, dimension, trigger, points, "half_day" if half and trigger in COUNTED_IN_HALVES else "occurrence", cap
    ),
    trigger=st.sampled_from(sorted(TRIGGERS)),
    points=st.decimals(0, 50, places=2),
    cap=st.none() | st.decimals(0, 50, places=2),
    half=st.booleans(),
    key=st.text("abc", min_size=1, max_size=3),
    dimension=st.sampled_from("ab"),
)


@given(
    rules=st.lists(RULES, max_size=6),
    found=st.dictionaries(
        st.sampled_from(sorted(TRIGGERS)), st.builds(Happening, st.integers(1, 7), st.integers(0, 14)), max_size=5
    ),
)
def test_any_scheme_gives_a_total_between_nothing_and_full_marks(rules, found):
    result = score(scheme(*rules), found)
    assert 0 <= result.total <= 50
    assert result.total == sum(each.score for each in result.dimensions.values())
    for each in result.dimensions.values():
        assert each.score == max(0, each.base - sum(d.points for d in each.deductions))


def test_overdue_and_contradicted_days_name_their_proof():
    found = week(
        overdue=days(2),
        overdue_leaves=(6,),
        checks=(Check(half_bit(1, PM), 1, "onsite", "absent", 5), Check(half_bit(3, PM), 1, "phone", "absent", 4)),
    )
    assert found["overdue_return_day"].evidence == (("leave", 6),)
    assert found["contradicted_day"].evidence == (("spot_check", 5),)
