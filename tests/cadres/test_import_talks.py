"""The ledger of talks (谈话提醒台账)."""

from datetime import date, datetime

import pytest
import time_machine

from cadres.actions.import_talks import import_talks
from cadres.models import Talk
from tests.cadres.table_files import counts, exported, kinds, questions, told, xlsx
from tests.factories import CadreFactory, PostingFactory
from townships.errors import NotAllowed
from townships.periods import SHANGHAI

HEADER = ["姓名", "身份证号", "谈话时间", "类别", "谈话人", "事由", "地点", "内容", "表态"]


@pytest.fixture(autouse=True)
def _later():
    with time_machine.travel(datetime(2026, 11, 20, 10, tzinfo=SHANGHAI), tick=False):
        yield


def bring(unit, *rows, header=HEADER, **fields):
    return import_talks(unit=unit, content=xlsx(header, *rows), filename="谈话台账.xlsx", **fields)


def row(name="甘雨", day="2026-11-03", kind="谈话提醒", talker="书记", reason="两次抽查不在岗", **more) -> list:
    return [name, more.get("id_number"), day, kind, talker, reason, more.get("place"), more.get("content"),
            more.get("statement")]  # fmt: skip


def test_talks_come_in(tree, posting, secretary):
    report = bring(tree.township, row(place="镇政府", content="要求驻村", statement="接受"), actor=secretary)
    assert (told(report), counts(report)) == ([], (1, 0, 0))
    talk = Talk.objects.get()
    assert (talk.posting, talk.held_on, talk.kind, talk.recorded_by) == (
        posting, date(2026, 11, 3), Talk.Kind.REMINDER, secretary,
    )  # fmt: skip
    assert (talk.place, talk.content, talk.statement, talk.talker) == ("镇政府", "要求驻村", "接受", "书记")
    assert talk.history.get().history_user == secretary


@pytest.mark.parametrize(
    ("written", "kind"),
    [(None, "reminder_talk"), ("提醒谈话", "reminder_talk"), ("约谈", "formal_interview"), ("通报批评", "public_criticism")],
)
def test_kinds_are_written_in_many_ways(tree, posting, written, kind):
    bring(tree.township, row(kind=written))
    assert Talk.objects.get().kind == kind


def test_again_changes_nothing_and_a_fuller_ledger_adds(tree, posting):
    bring(tree.township, row())
    assert counts(bring(tree.township, row())) == (0, 0, 1)
    report = bring(tree.township, row(statement="接受", place=None))
    assert counts(report) == (0, 1, 0)
    assert [(one.label, one.old, one.new) for one in report.outcomes[0].changes] == [("本人表态", "", "接受")]
    assert Talk.objects.get().statement == "接受"


@pytest.mark.parametrize(
    ("faulty", "code"),
    [
        (row(name="张三"), "person.unknown"),
        (row(day="上周"), "date.invalid"),
        (row(day=None), "required"),
        (row(day="2026-12-01"), "date.future"),
        (row(day="2025-11-03"), "posting.not_active"),
        (row(kind="批斗"), "choice.unknown"),
        (row(talker=None), "required"),
        (row(reason=None), "required"),
        (row(reason="长" * 201), "value.too_long"),
        (row(day="2026-11-04"), "duplicate.row"),
    ],
)
def test_a_faulty_row_refuses_the_ledger(tree, posting, faulty, code):
    report = bring(tree.township, row(day="2026-11-04"), faulty)
    assert (told(report), kinds(report)) == ([(3, code)], ["new", "refused"])
    assert not Talk.objects.exists()


def test_two_persons_of_one_name_are_told_apart(tree):
    here = PostingFactory(cadre=CadreFactory(name="王芳"), village=tree.village)
    there = PostingFactory(cadre=CadreFactory(name="王芳"), village=tree.other_village)
    assert told(bring(tree.township, row(name="王芳"))) == [(2, "person.ambiguous")]
    report = bring(tree.township, row(name="王芳", id_number=there.cadre.id_number))
    assert (report.created, Talk.objects.get().posting) == (1, there)
    assert here.talks.count() == 0


def test_nobody_brings_in_a_talk_with_himself(tree, posting, secretary):
    posting.cadre.user = secretary
    posting.cadre.save()
    assert told(bring(tree.township, row(), actor=secretary)) == [(2, "own_matter")]


def test_only_who_may_record_talks_may(tree, posting, clerk):
    with pytest.raises(NotAllowed):
        bring(tree.township, row(), actor=clerk)


def test_what_the_admin_exports_is_all_the_same(tree, posting, client, secretary):
    bring(tree.township, row(), row(day="2026-11-05", kind="约谈", reason="再次不在岗，未请假（第二次）"))
    client.force_login(secretary)
    for kind in ("xlsx", "csv"):
        content = exported(client, "cadres_talk", kind)
        report = import_talks(unit=tree.township, content=content, filename=f"谈话.{kind}", actor=secretary)
        assert (told(report), counts(report)) == ([], (0, 0, 2))


def test_a_larger_ledger_costs_no_more_queries(tree):
    for number in range(60):
        PostingFactory(cadre=CadreFactory(name=f"队员{number:03d}"), village=tree.village)
    rows = [row(name=f"队员{number:03d}") for number in range(60)]
    few = questions(lambda: bring(tree.township, *rows[:5]))
    many = questions(lambda: bring(tree.township, *rows))
    assert many <= few + 1 <= 12


def test_sentences_stay_as_they_were_written(tree, posting):
    bring(tree.township, row(content="一、要求驻村；\r\n二、按时请假。", reason="两次（10月、11月）不在岗，未请假"))
    talk = Talk.objects.get()
    assert talk.content == "一、要求驻村；\n二、按时请假。"
    assert talk.reason == "两次（10月、11月）不在岗，未请假"
