"""The commands that change units: JSON alone on stdout, exit 0 done, 1 refused, 2 wrong usage."""

import json
from datetime import date

import pytest
import time_machine
from django.core.management import CommandError, call_command

from cadres.models import Posting
from townships.models import AdministrativeUnit, UnitChange

DAY = "--day=2026-12-07"


@pytest.fixture(autouse=True)
def november(db):
    with time_machine.travel("2026-11-24T12:00:00+08:00", tick=False):
        yield


def told(capsys, *arguments) -> tuple[int, dict]:
    status = 0
    try:
        call_command(*arguments, "--json")
    except SystemExit as left:
        status = left.code
    return status, json.loads(capsys.readouterr().out)


def test_a_move_is_tried_and_then_done(tree, posting, capsys):
    order = ("move_unit", "--unit=459901101000", "--to=459902000000", DAY)
    status, document = told(capsys, *order, "--dry-run")
    assert (status, document["committed"], document["counts"]["people_moving"]) == (0, False, 1)
    assert not UnitChange.objects.exists()
    status, document = told(capsys, *order)
    assert (status, document["committed"]) == (0, True)
    assert [one["code"] for one in document["units"]] == ["459902102000", "459902102201", "459902102202"]


def test_codes_may_come_from_a_file(tree, capsys, tmp_path):
    table = tmp_path / "codes.csv"
    table.write_text("旧代码,新代码,新名称\n459901101000,459902107000,大同乡\n", encoding="utf-8")
    told(capsys, "move_unit", "--unit=459901101000", "--to=459902000000", DAY, f"--codes={table}")
    assert AdministrativeUnit.objects.get(division_code="459902107000").name == "大同乡"


def test_villages_are_merged_split_and_abolished(tree, posting, capsys):
    status, document = told(
        capsys, "merge_units", "--unit=459901101201", "--with", "459901101202", "--name=大龙村", DAY
    )
    assert (status, document["units"][0]["code"]) == (0, "459901101203")
    parts = ("--part=459901101203=大龙村", "--part==小龙村")
    status, document = told(capsys, "split_unit", "--unit=459901101203", "--day=2026-12-14", *parts)
    assert (status, document["units"][0]["name"]) == (0, "小龙村")
    status, document = told(capsys, "abolish_unit", "--unit=459901101203", "--day=2026-12-21")
    assert (status, document["code"]) == (1, "unit_change.refused")
    status, _ = told(capsys, "abolish_unit", "--unit=459901101203", "--day=2026-12-21", "--rest=end")
    assert status == 0
    assert Posting.objects.get(village__name="大龙村").ends == date(2026, 12, 21)


def test_a_name_is_changed(tree, capsys):
    order = ("rename_unit", "--unit=459901101201", "--name=大同社区", "--day=2026-11-24")
    status, document = told(capsys, *order, "--dry-run")
    assert (status, document["committed"]) == (0, False)
    status, document = told(capsys, *order)
    assert (status, document["name"], document["committed"]) == (0, "大同社区", True)
    status, document = told(capsys, "rename_unit", "--unit=459901101201", "--name=龙塘村", "--day=2026-12-01")
    assert (status, document["code"]) == (1, "unit_change.refused")


@pytest.mark.parametrize("arguments", [
    ("move_unit", "--unit=1", "--to=459902000000", DAY), ("move_unit", "--unit=459901101000", "--to=459902000000", "--day=x"),
    ("merge_units", "--unit=459901101201", DAY), ("split_unit", "--unit=459901101201", "--part=甲村", DAY),
    ("abolish_unit", "--unit=459901101201", "--person=甲=乙", DAY), ("rename_unit", "--unit=459901101201", DAY),
    ("rename_unit", "--unit=459901101201", "--code=12", DAY),
])  # fmt: skip
def test_wrong_usage_is_said(tree, arguments):
    with pytest.raises(CommandError) as wrong:
        call_command(*arguments)
    assert wrong.value.returncode == 2


def test_a_change_in_the_name_of_an_account_wants_its_rights(tree, county, capsys):
    status, document = told(
        capsys, "move_unit", "--unit=459901101000", "--to=459902000000", DAY, "--as=county", "--dry-run"
    )
    assert (status, document["code"]) == (1, "not_found")
