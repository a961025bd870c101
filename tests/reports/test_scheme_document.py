"""What the ``scoring`` part of a policy file may say. Source: contracts.md "Policy file"."""

import copy
import json
from decimal import Decimal
from pathlib import Path

import pytest

from attendance.document_reader import InvalidDocument
from attendance.policies import reference_policy
from reports.scheme_document import parse_scheme, scheme_document

REFERENCE = reference_policy()["scoring"]
SAMPLE = json.loads((Path(__file__).parents[1] / "samples" / "month" / "policy.json").read_text(encoding="utf-8"))


def faults(document):
    with pytest.raises(InvalidDocument) as refused:
        parse_scheme(document)
    return [(problem.path, problem.code) for problem in refused.value.problems]


def with_rule(**changes):
    document = copy.deepcopy(REFERENCE)
    document["rules"][0] |= changes
    return document


@pytest.mark.parametrize("document", [REFERENCE, SAMPLE["scoring"]], ids=["reference", "sample"])
def test_a_scheme_is_written_out_as_it_was_read(document):
    assert scheme_document(parse_scheme(document)) == document


def test_the_reference_scheme_has_a_hundred_points_in_four_dimensions():
    scheme = parse_scheme(REFERENCE)
    assert scheme.full_marks == 100
    assert [dimension.label for dimension in scheme.dimensions] == ["住村", "考勤", "守纪", "履职"]
    assert list(scheme.manual_rules) == ["task"]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"points": "-1"}, ("scoring.rules[0].points", "policy.negative")),
        ({"points": "0.005"}, ("scoring.rules[0].points", "policy.precision")),
        ({"points": "10000"}, ("scoring.rules[0].points", "policy.range")),
        ({"points": "many"}, ("scoring.rules[0].points", "policy.type")),
        ({"points": None}, ("scoring.rules[0].points", "policy.type")),
        ({"points": "Infinity"}, ("scoring.rules[0].points", "policy.type")),
        ({"cap": "-2"}, ("scoring.rules[0].cap", "policy.negative")),
        ({"dimension": "luck"}, ("scoring.rules[0].dimension", "policy.dimension_unknown")),
        ({"trigger": "rain"}, ("scoring.rules[0].trigger", "policy.trigger_unknown")),
        ({"per": "month"}, ("scoring.rules[0].per", "policy.choice")),
        ({"per": "half_day"}, ("scoring.rules[0].per", "policy.per")),
        ({"key": "absent"}, ("scoring.rules[1].key", "policy.duplicate")),
        ({"colour": "red"}, ("scoring.rules[0].colour", "policy.unknown_key")),
    ],
)
def test_faults_of_a_rule_are_named_with_their_place(changes, fault):
    assert faults(with_rule(**changes)) == [fault]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"name": "长" * 101}, ("scoring.name", "policy.range")),
        ({"name": " "}, ("scoring.name", "policy.empty")),
        ({"version": 0}, ("scoring.version", "policy.range")),
        ({"version": "1"}, ("scoring.version", "policy.type")),
        ({"list_size": 0}, ("scoring.list_size", "policy.range")),
        ({"tie_breakers": ["luck"]}, ("scoring.tie_breakers[0]", "policy.choice")),
        ({"tie_breakers": ["duty", "duty"]}, ("scoring.tie_breakers[1]", "policy.duplicate")),
        ({"rules": []}, ("scoring.rules", "policy.empty")),
        ({"rules": {}}, ("scoring.rules", "policy.type")),
        ({"bonus": 1}, ("scoring.bonus", "policy.unknown_key")),
    ],
)
def test_faults_of_a_scheme_are_named_with_their_place(changes, fault):
    assert faults(copy.deepcopy(REFERENCE) | changes) == [fault]


def test_a_dimension_may_not_appear_twice_or_start_below_zero():
    twice = copy.deepcopy(REFERENCE)
    twice["dimensions"].append({"key": "duty", "label": "又一个", "base": "-1"})
    assert faults(twice) == [
        ("scoring.dimensions[4].base", "policy.negative"),
        ("scoring.dimensions[4].key", "policy.duplicate"),
    ]


def test_numbers_may_be_written_as_numbers():
    rule = parse_scheme(with_rule(points=4.5, cap=9)).rules[0]
    assert (rule.points, rule.cap) == (Decimal("4.5"), Decimal(9))


def test_what_may_be_left_out_has_a_plain_meaning():
    bare = {key: REFERENCE[key] for key in ("name", "dimensions")}
    rule = {key: REFERENCE["rules"][0][key] for key in ("key", "label", "dimension", "trigger", "points")}
    scheme = parse_scheme(bare | {"rules": [rule]})
    assert (scheme.version, scheme.tie_breakers, scheme.list_size) == (1, (), 3)
    assert (scheme.rules[0].per, scheme.rules[0].cap) == ("occurrence", None)
