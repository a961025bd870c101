"""The main job, from the files people have to the document on the notice board, through the commands."""

import json
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command
from docx import Document

from townships.models import AdministrativeUnit

SAMPLES = Path(__file__).resolve().parent.parent / "samples" / "month"
EXPECTED = json.loads((SAMPLES / "expected.json").read_text(encoding="utf-8"))
WEEKS = ["2026-W40", "2026-W41", "2026-W42", "2026-W43", "2026-W44"]
TOWNSHIP = "459901101000"

pytestmark = pytest.mark.django_db(transaction=False)


def run(command: str, *arguments) -> dict | list:
    """The JSON document a command prints; a refusal fails the test with what it says."""
    out = StringIO()
    try:
        call_command(command, *map(str, arguments), "--json", stdout=out)
    except SystemExit as stop:
        pytest.fail(f"{command} exited {stop.code}: {out.getvalue()}")
    return json.loads(out.getvalue())


@pytest.fixture
def month(db):
    """The township of the sample month with everything its files hold."""
    with time_machine.travel("2026-11-09T10:00:00+08:00", tick=False):
        for parent, code, level, name in [
            (None, "450000000000", "province", "样例自治区"),
            ("450000000000", "459900000000", "city", "样例市"),
            ("459900000000", "459901000000", "county", "样例县"),
            ("459901000000", TOWNSHIP, "township", "大同镇"),
            (TOWNSHIP, "459901101201", "village", "甲村"),
            (TOWNSHIP, "459901101202", "village", "乙村"),
            (TOWNSHIP, "459901101203", "village", "丙社区"),
        ]:
            up = ["--parent", parent] if parent else []
            run("create_unit", *up, "--code", code, "--level", level, "--name", name)
        run("set_policy", "--unit", TOWNSHIP, SAMPLES / "policy.json")
        assert run("import_roster", SAMPLES / "roster.xlsx", "--unit", TOWNSHIP)["created"] == 11
        for week in WEEKS:
            sheet = SAMPLES / f"sheet_{week}.xlsx"
            assert run("import_weekly_sheet", sheet, "--unit", TOWNSHIP, "--week", week)["committed"]
        for command in ("import_check_ins", "import_leaves", "import_spot_checks"):
            file = SAMPLES / f"{command.removeprefix('import_')}.xlsx"
            assert run(command, file, "--unit", TOWNSHIP)["committed"], command
        yield AdministrativeUnit.objects.get(division_code=TOWNSHIP)


def as_numbers(member: dict) -> dict:
    """A member of `score_week` in the shape of expected.json, points as numbers."""
    return {
        "name": member["name"],
        "id_number": member["id_number"],
        "village": member["village"],
        "total": Decimal(member["total"]),
        "dimensions": {
            key: (
                Decimal(part["score"]),
                {d["rule"]: (Decimal(d["points"]), d["count"]) for d in part["deductions"]},
            )
            for key, part in member["dimensions"].items()
        },
    }


def expected_numbers(member: dict) -> dict:
    return {
        **{key: member[key] for key in ("name", "id_number", "village")},
        "total": Decimal(member["total"]),
        "dimensions": {
            key: (
                Decimal(part["score"]),
                {rule: (Decimal(points), count) for rule, (points, count) in part["deductions"].items()},
            )
            for key, part in member["dimensions"].items()
        },
    }


def by_number(members: list[dict]) -> dict:
    return {member["id_number"]: member for member in members}


def test_every_day_every_score_and_the_bulletin_come_out_as_expected(month, tmp_path):
    for week in WEEKS:
        assert run("attendance_ledger", "--unit", TOWNSHIP, "--week", week) == EXPECTED["ledger"][week]
        scored = run("score_week", week, "--unit", TOWNSHIP)
        assert scored["final"] is True
        assert by_number(map(as_numbers, scored["members"])) == by_number(
            map(expected_numbers, EXPECTED["scores"][week])
        )
    paper = tmp_path / "bulletin.docx"
    bulletin = run("compile_bulletin", "2026-10", "--unit", TOWNSHIP, "--publish", "--out", paper)
    expected = EXPECTED["bulletin"]
    assert bulletin["status"] == "published"
    assert sorted((r["rank"], r["name"], Decimal(r["total"])) for r in bulletin["ranking"]) == sorted(
        (rank, name, Decimal(total)) for rank, name, total in expected["ranking"]
    )
    assert sorted(one["name"] for one in bulletin["unranked"]) == sorted(expected["unranked"])
    assert sorted(bulletin["red"]) == sorted(expected["red"])
    assert sorted(bulletin["black"]) == sorted(expected["black"])
    assert bulletin["needs_decision"] == expected["undecided"]
    assert_is_the_paper(paper, bulletin)


def assert_is_the_paper(path: Path, bulletin: dict) -> None:
    """The document read back: the title, both lists, everybody's rank."""
    document = Document(BytesIO(path.read_bytes()))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "关于10月份驻村工作队员考评情况的通报" in text.replace("\n", "").replace(" ", "")
    assert all(name in text for name in (*bulletin["red"], *bulletin["black"]))
    cells = [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]
    for place in bulletin["ranking"]:
        assert any(place["name"] in row and str(place["rank"]) in row for row in cells), place


def test_running_everything_again_changes_nothing(month):
    first = run("score_week", "2026-W41", "--unit", TOWNSHIP)
    assert run("score_week", "2026-W41", "--unit", TOWNSHIP) == first
    again = run("import_roster", SAMPLES / "roster.xlsx", "--unit", TOWNSHIP)
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 11)
    checks = run("import_check_ins", SAMPLES / "check_ins.xlsx", "--unit", TOWNSHIP)
    assert (checks["created"], checks["updated"]) == (0, 0)


def test_publishing_twice_is_refused_with_the_reason(month):
    for week in WEEKS:
        run("score_week", week, "--unit", TOWNSHIP)
    run("compile_bulletin", "2026-10", "--unit", TOWNSHIP, "--publish")
    out = StringIO()
    with pytest.raises(SystemExit) as stop:
        call_command("compile_bulletin", "2026-10", "--unit", TOWNSHIP, "--publish", "--json", stdout=out)
    assert stop.value.code == 1
    assert "发布" in json.loads(out.getvalue())["message"]


def test_publishing_before_every_week_is_scored_names_the_weeks(month):
    run("score_week", "2026-W40", "--unit", TOWNSHIP)
    out = StringIO()
    with pytest.raises(SystemExit) as stop:
        call_command("compile_bulletin", "2026-10", "--unit", TOWNSHIP, "--publish", "--json", stdout=out)
    assert stop.value.code == 1
    assert json.loads(out.getvalue())["weeks"] == WEEKS[1:]
