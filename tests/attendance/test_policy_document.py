"""What a policy file may say. Source: contracts.md "Policy file": unknown keys and negative numbers are refused."""

import copy
import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.document_reader import InvalidDocument
from attendance.policies import reference_policy
from attendance.policy_document import (
    AttendanceRules,
    Tier,
    attendance_document,
    leave_document,
    parse_attendance,
    parse_leave,
)

ATTENDANCE, LEAVE = reference_policy()["attendance"], reference_policy()["leave"]
SAMPLE = json.loads((Path(__file__).parents[1] / "samples" / "month" / "policy.json").read_text(encoding="utf-8"))


def faults(parse, document):
    with pytest.raises(InvalidDocument) as refused:
        parse(document)
    return [(problem.path, problem.code) for problem in refused.value.problems]


def changed(document, **changes):
    return copy.deepcopy(document) | changes


def test_the_reference_policy_says_what_the_handbook_says():
    assert parse_attendance(ATTENDANCE) == AttendanceRules()
    assert parse_leave(LEAVE).tiers == (
        Tier(Decimal(1), "squad_leader"),
        Tier(Decimal(3), "township_secretary"),
        Tier(None, "county_organization"),
    )


@pytest.mark.parametrize("policy", [reference_policy(), SAMPLE], ids=["reference", "sample"])
def test_a_policy_is_written_out_as_it_was_read(policy):
    assert attendance_document(parse_attendance(policy["attendance"])) == policy["attendance"]
    assert leave_document(parse_leave(policy["leave"])) == policy["leave"]


def test_what_an_attendance_part_leaves_out_is_as_in_the_reference():
    assert parse_attendance({"required_days": "all_days"}) == AttendanceRules(required_days="all_days")


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"required_days": "sundays"}, ("attendance.required_days", "policy.choice")),
        ({"sources": ["sheet", "hearsay"]}, ("attendance.sources[1]", "policy.choice")),
        ({"sources": []}, ("attendance.sources", "policy.empty")),
        ({"sources": "sheet"}, ("attendance.sources", "policy.type")),
        ({"nights_per_week": -1}, ("attendance.nights_per_week", "policy.negative")),
        ({"nights_per_week": 8}, ("attendance.nights_per_week", "policy.range")),
        ({"nights_per_week": "4"}, ("attendance.nights_per_week", "policy.type")),
        ({"nights_per_week": True}, ("attendance.nights_per_week", "policy.type")),
        ({"evening_from": "25:00"}, ("attendance.evening_from", "policy.time")),
        ({"evening_from": "03:00"}, ("attendance.evening_from", "policy.time")),
        ({"fence_m": 0}, ("attendance.fence_m", "policy.range")),
        ({"fence_m": -5}, ("attendance.fence_m", "policy.negative")),
        ({"marks": {"√": "there"}}, ("attendance.marks.√", "policy.choice")),
        ({"marks": {"√√": "present"}}, ("attendance.marks.√√", "policy.mark")),
        ({"marks": {"√": ["present"]}}, ("attendance.marks.√", "policy.choice")),
        ({"mark": {}}, ("attendance.mark", "policy.unknown_key")),
    ],
)
def test_faults_of_an_attendance_part_are_named_with_their_place(changes, fault):
    assert faults(parse_attendance, changed(ATTENDANCE, **changes)) == [fault]


@pytest.mark.parametrize(
    ("tier", "fault"),
    [
        ({"max_days": "-1", "role": "squad_leader"}, ("leave.tiers[0].max_days", "policy.negative")),
        ({"max_days": "0", "role": "squad_leader"}, ("leave.tiers[0].max_days", "policy.range")),
        ({"max_days": "0.3", "role": "squad_leader"}, ("leave.tiers[0].max_days", "policy.range")),
        ({"max_days": "one", "role": "squad_leader"}, ("leave.tiers[0].max_days", "policy.type")),
        ({"max_days": "NaN", "role": "squad_leader"}, ("leave.tiers[0].max_days", "policy.type")),
        ({"max_days": "1"}, ("leave.tiers[0].role", "policy.required")),
        ({"max_days": "1", "role": "king"}, ("leave.tiers[0].role", "policy.choice")),
        ({"max_days": "1", "role": "squad_leader", "review": ["king"]}, ("leave.tiers[0].review[0]", "policy.choice")),
        ({"max_days": "1", "role": "squad_leader", "who": 1}, ("leave.tiers[0].who", "policy.unknown_key")),
    ],
)
def test_faults_of_a_tier_are_named_with_their_place(tier, fault):
    open_tier = {"max_days": None, "role": "county_organization"}
    assert faults(parse_leave, {"count": "calendar_days", "tiers": [tier, open_tier]}) == [fault]


def test_long_leave_needs_a_tier_without_limit():
    short = [{"max_days": "3", "role": "squad_leader"}]
    only_some = [*short, {"max_days": None, "role": "county_organization", "team_roles": ["第一书记"]}]
    assert faults(parse_leave, {"tiers": short}) == [("leave.tiers", "policy.tier_open")]
    assert faults(parse_leave, {"tiers": only_some}) == [("leave.tiers", "policy.tier_open")]
    assert faults(parse_leave, {"tiers": []}) == [("leave.tiers", "policy.empty")]


def test_tiers_may_name_reviewers_who_is_told_and_whom_they_are_for():
    tier = {
        "max_days": "0.5",
        "role": "team_leader",
        "review": ["squad_leader"],
        "inform": ["institution_officer"],
        "team_roles": ["队员"],
    }
    document = {"count": "required_days", "tiers": [tier, {"max_days": None, "role": "county_organization"}]}
    rules = parse_leave(document)
    assert rules.tiers[0] == Tier(Decimal("0.5"), "team_leader", ("squad_leader",), ("institution_officer",), ("队员",))
    assert leave_document(rules) == document


def test_every_fault_is_named_not_only_the_first():
    found = faults(parse_attendance, {"required_days": 1, "nights_per_week": -1, "x": 1, "y": 2})
    assert len(found) == 4


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
KEYS = st.sampled_from(["count", "tiers", "required_days", "sources", "marks", "evening_from", "nights_per_week"])


@given(document=JSON | st.dictionaries(KEYS, JSON))
def test_any_json_is_either_understood_or_refused_by_name(document):
    for parse in (parse_attendance, parse_leave):
        assert understood_or_refused(parse, document)


def understood_or_refused(parse, document):
    try:
        return parse(document)
    except InvalidDocument as refused:
        return refused.problems
