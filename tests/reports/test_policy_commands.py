"""`set_policy` and `show_policy`. Source: contracts.md."""

import copy
import json
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from attendance.models import AttendancePolicy, LeavePolicy
from attendance.policies import attendance_rules, leave_rules, reference_policy
from reports.actions.set_policy import set_policy
from reports.models import ScoringScheme
from townships.errors import NotAllowed, OutOfReach
from townships.models import AuditEntry

pytestmark = pytest.mark.django_db

SAMPLE = Path(__file__).parents[1] / "samples" / "month" / "policy.json"
COUNTY, TOWNSHIP, VILLAGE, OTHER = "459901000000", "459901101000", "459901101201", "459902101000"


@pytest.fixture
def policy():
    return copy.deepcopy(reference_policy())


@pytest.fixture
def put(tree, tmp_path):
    def command(document, unit=TOWNSHIP, *options):
        path = tmp_path / "policy.json"
        path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
        return run("set_policy", str(path), "--unit", unit, *options)

    return command


def run(*arguments):
    """(exit code, the JSON document) of a command."""
    out, code = StringIO(), 0
    try:
        call_command(*arguments, "--json", stdout=out)
    except SystemExit as stop:
        code = stop.code
    return code, json.loads(out.getvalue())


def show(unit, day="2026-06-01"):
    code, document = run("show_policy", "--unit", unit, "--date", day)
    assert code == 0
    return document


def outcomes(document):
    return {name: (done["outcome"], done["revision"]) for name, done in document["parts"].items()}


def test_without_any_row_the_reference_policy_is_in_force(tree, policy):
    shown = show(VILLAGE)
    assert {key: shown[key] for key in policy} == policy
    assert {each["name"] for each in shown["origin"].values()} == {"默认"}


def test_what_was_set_is_shown_as_it_was_written_below_and_only_there(tree, put):
    written = json.loads(SAMPLE.read_text(encoding="utf-8"))
    code, document = put(written)
    assert (code, set(outcomes(document).values())) == (0, {("created", 1)})
    shown = show(VILLAGE)
    assert {key: shown[key] for key in written} == written
    assert shown["origin"]["leave"]["unit"] == TOWNSHIP
    assert show(COUNTY)["origin"]["leave"]["unit"] is None
    assert show(OTHER)["origin"]["leave"]["unit"] is None
    assert show(VILLAGE, "2025-12-31")["origin"]["leave"]["unit"] is None


def test_the_same_again_is_unchanged_and_another_for_the_day_a_new_revision(put, policy):
    put(policy)
    assert set(outcomes(put(policy)[1]).values()) == {("unchanged", 1)}
    policy["attendance"]["nights_per_week"] = 5
    assert outcomes(put(policy)[1]) == {
        "attendance": ("revised", 2),
        "leave": ("unchanged", 1),
        "scoring": ("unchanged", 1),
    }
    assert show(VILLAGE)["attendance"]["nights_per_week"] == 5
    assert [row.revision for row in AttendancePolicy.objects.order_by("revision")] == [1, 2]


@pytest.mark.parametrize("part", ["attendance", "leave", "scoring"])
def test_every_part_may_be_left_out(put, policy, part):
    code, document = put({"effective_from": "2026-05-01", part: policy[part]})
    assert (code, list(document["parts"])) == (0, [part])
    assert show(VILLAGE)["origin"][part]["effective_from"] == "2026-05-01"
    counts = [
        model.objects.filter(unit__isnull=False).count() for model in (AttendancePolicy, LeavePolicy, ScoringScheme)
    ]
    assert sum(counts) == 1


def test_the_nearest_ancestor_wins_and_a_later_version_waits_for_its_day(tree, put, policy):
    policy["attendance"]["fence_m"] = 2000
    put(policy, COUNTY)
    policy["attendance"]["fence_m"] = 300
    policy["effective_from"] = "2026-07-01"
    put(policy, TOWNSHIP)
    assert attendance_rules(tree.village, date(2026, 6, 30)).fence_m == 2000
    assert attendance_rules(tree.village, date(2026, 7, 1)).fence_m == 300
    assert attendance_rules(tree.county, date(2026, 7, 1)).fence_m == 2000
    assert leave_rules(tree.village2, date(2026, 7, 1)).tiers[0].role == "squad_leader"


@pytest.mark.parametrize(
    ("spoil", "path", "code"),
    [
        (lambda p: p.update(colour=1), "colour", "policy.unknown_key"),
        (lambda p: p["attendance"].update(colour=1), "attendance.colour", "policy.unknown_key"),
        (lambda p: p["scoring"]["rules"][1].update(points="-3"), "scoring.rules[1].points", "policy.negative"),
        (
            lambda p: p["scoring"]["rules"][1].update(dimension="x"),
            "scoring.rules[1].dimension",
            "policy.dimension_unknown",
        ),
        (lambda p: p["scoring"]["rules"][1].update(trigger="x"), "scoring.rules[1].trigger", "policy.trigger_unknown"),
        (lambda p: p["leave"]["tiers"][0].update(max_days="-1"), "leave.tiers[0].max_days", "policy.negative"),
        (lambda p: p.update(effective_from="1 May"), "effective_from", "policy.date"),
        (lambda p: p.update(effective_from="20260101"), "effective_from", "policy.date"),
        (lambda p: p.pop("effective_from"), "effective_from", "policy.required"),
    ],
)
def test_a_file_with_a_fault_is_refused_whole(put, policy, spoil, path, code):
    spoil(policy)
    exit_code, document = put(policy)
    assert (exit_code, document["code"]) == (1, "policy.invalid")
    assert [(each["path"], each["code"]) for each in document["errors"]] == [(path, code)]
    assert not AttendancePolicy.objects.exists()
    assert not AuditEntry.objects.filter(act="policy.set").exists()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[",
        "[]",
        '{"effective_from": "2026-01-01"}',
        '{"a": 1, "a": 2}',
        "\ud83d".encode("utf-8", "replace").decode(),
    ],
)
def test_what_is_no_policy_file_is_refused(put, text):
    code, document = put(text)
    assert (code, document["code"]) == (1, "policy.invalid")
    assert document["errors"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("set_policy", "missing.json", "--unit", TOWNSHIP),
        ("set_policy", str(SAMPLE), "--unit", "123"),
        ("show_policy", "--unit", "123"),
        ("show_policy", "--unit", TOWNSHIP, "--date", "2026-02-30"),
    ],
)
def test_wrong_usage_exits_with_two(tree, arguments):
    with pytest.raises(CommandError) as wrong:
        call_command(*arguments, "--json", stdout=StringIO())
    assert wrong.value.returncode == 2


def test_only_who_manages_policy_there_may_set_it(tree, policy, county, secretary, outsider):
    set_policy(unit=tree.township, document=policy, actor=county)
    assert AttendancePolicy.objects.get().set_by == county
    assert AuditEntry.objects.get(act="policy.set").actor == county
    with pytest.raises(NotAllowed):
        set_policy(unit=tree.township, document=policy, actor=secretary)
    with pytest.raises(OutOfReach):
        set_policy(unit=tree.township, document=policy, actor=outsider)
