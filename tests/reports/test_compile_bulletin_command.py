"""`compile_bulletin`: JSON of the contract, exit codes, the Word file."""

import json
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from docx import Document

from reports.models import Bulletin
from tests.factories import CadreFactory, PostingFactory
from tests.factories.scores import NOVEMBER_2, OCTOBER, score_month_of
from townships.commands import UsageError

pytestmark = pytest.mark.django_db
TOWNSHIP = "459901101000"


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(NOVEMBER_2, tick=False):
        yield


@pytest.fixture
def people(tree):
    for n in range(1, 8):
        posting = PostingFactory(cadre=CadreFactory(name=f"队员{n}"), village=tree.village)
        score_month_of(posting, lost=n)


def run(*arguments, unit=TOWNSHIP, month="2026-10"):
    """(exit code, JSON document)."""
    out, code = StringIO(), 0
    try:
        call_command("compile_bulletin", month, "--unit", unit, "--json", *arguments, stdout=out, stderr=StringIO())
    except SystemExit as exit_:
        code = exit_.code
    return code, json.loads(out.getvalue())


def test_a_draft_in_the_shape_of_the_contract(people):
    code, document = run()
    assert code == 0
    assert {key: document[key] for key in ("month", "unit", "status", "revision", "needs_decision")} == {
        "month": "2026-10",
        "unit": TOWNSHIP,
        "status": "draft",
        "revision": 1,
        "needs_decision": [],
    }
    assert document["weeks"] == ["2026-W40", "2026-W41", "2026-W42", "2026-W43", "2026-W44"]
    first = document["ranking"][0]
    assert (first["rank"], first["name"], first["village"], first["total"]) == (1, "队员1", "大同村", "499.00")
    assert first["weeks"]["2026-W40"] == "99.00"
    assert (document["red"], document["black"]) == (["队员1", "队员2", "队员3"], ["队员5", "队员6", "队员7"])


def test_publishing_in_one_go(people):
    code, document = run("--publish")
    assert (code, document["status"], document["number"]) == (0, "published", "大同驻通〔2026〕1号")


def test_publishing_twice_is_refused_with_a_sentence(people):
    run("--publish")
    code, document = run("--publish")
    assert (code, document["code"]) == (1, "bulletin.already_published")
    assert "更正" in document["message"]


def test_a_published_month_can_be_printed_again(people, tmp_path):
    run("--publish")
    code, document = run("--out", str(tmp_path / "通报.docx"))
    assert (code, document["status"]) == (0, "published")
    assert (tmp_path / "通报.docx").exists()


def test_the_word_file_carries_the_lists(people, tmp_path):
    run("--publish", "--out", str(tmp_path / "通报.docx"))
    text = "\n".join(paragraph.text for paragraph in Document(tmp_path / "通报.docx").paragraphs)
    assert "关于10月份驻村工作队员考评情况的通报" in text
    assert "大同驻通〔2026〕1号" in text
    assert "1.队员1（大同村），499分，第1名。" in text
    assert "1.队员7（大同村），493分，第7名。" in text


def test_missing_weeks_are_named_and_nothing_is_written(people, tree, tmp_path):
    PostingFactory(village=tree.village, begins=OCTOBER.weeks[4].monday)
    code, document = run("--publish", "--out", str(tmp_path / "通报.docx"))
    assert (code, document["code"], document["weeks"]) == (1, "bulletin.weeks_missing", ["2026-W44"])
    assert "第44周" in document["message"]
    assert not Bulletin.objects.exists()
    assert list(tmp_path.iterdir()) == []


def test_a_month_without_scores_is_refused(tree):
    code, document = run()
    assert (code, document["code"], len(document["weeks"])) == (1, "bulletin.no_scores", 5)


def test_an_undecided_tie_is_refused(tree):
    for n in range(7):
        score_month_of(PostingFactory(cadre=CadreFactory(name=f"队员{n}"), village=tree.village))
    assert run()[1]["needs_decision"] == ["red"]
    code, document = run("--publish")
    assert (code, document["code"], document["lists"]) == (1, "bulletin.needs_decision", ["red"])


@pytest.mark.parametrize("unit", ["459901101201", "459901000000", "459900000000", "450000000000"])
def test_units_of_every_level(people, unit):
    code, document = run("--publish", unit=unit)
    assert (code, document["unit"], len(document["ranking"])) == (0, unit, 7)


@pytest.mark.parametrize(
    "arguments",
    [
        {"month": "2026-13"},
        {"month": "十月"},
        {"unit": "000000000000"},
        {"arguments": ["--out", "/no/such/folder/a.docx"]},
    ],
)
def test_wrong_usage(people, arguments):
    options = {"unit": TOWNSHIP, "month": "2026-10", "arguments": []} | arguments
    with pytest.raises(UsageError) as error:
        run(*options["arguments"], unit=options["unit"], month=options["month"])
    assert error.value.returncode == 2
    assert not Bulletin.objects.exists()
