"""Taking an import back as one, while nothing depends on it."""

from datetime import date

import pytest
from django.utils import timezone

from attendance.models import CheckIn, LeaveRequest
from cadres.actions import undo_import as undoing
from cadres.actions.undo_import import undo_import, what_depends
from cadres.imports import CannotUndo, NotReady
from cadres.models import Cadre, ImportRun, Posting, Talk
from reports.actions.start_import import start_import
from reports.actions.write_import import write_import
from tests.cadres.roster_files import person, table, xlsx
from tests.factories import CadreFactory, PostingFactory, id_number
from townships.errors import NotAllowed
from townships.models import AuditEntry, Institution

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 3)


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def known(tree, institution):
    """A person the roster changes: another telephone, another lodging."""
    cadre = CadreFactory(name="韦乙春", id_number=id_number(1), phone="13900001234", sex="男", birth_month="1980-01")
    return PostingFactory(
        cadre=cadre, village=tree.village, dispatching_institution=institution, begins=date(2026, 3, 1), ends=None
    )


@pytest.fixture
def written(tree, clerk, known):
    """One person changed, two created, one institution born with them."""
    people = [person(1), person(2), person(3, 派出单位="县水利局")]
    content = xlsx(("名单", table(people)))
    run = start_import(unit=tree.township, kind="roster", content=content, file_name="花名册.xlsx", actor=clerk)
    return write_import(run=run, actor=clerk)


def undo(run, actor) -> ImportRun:
    return undo_import(run=run, actor=actor, capability="manage_roster")


def state_of_things() -> tuple:
    people = list(Cadre.objects.order_by("pk").values())
    return people, list(Posting.objects.order_by("pk").values()), list(Institution.objects.order_by("pk").values())


def test_everything_is_as_before(tree, clerk, known):
    before = state_of_things()
    content = xlsx(("名单", table([person(1), person(2, 派出单位="县水利局")])))
    run = start_import(unit=tree.township, kind="roster", content=content, file_name="花名册.xlsx", actor=clerk)
    run = write_import(run=run, actor=clerk)
    assert state_of_things() != before
    undone = undo(run, clerk)
    assert state_of_things() == before
    assert (undone.state, undone.undone_by) == (ImportRun.State.UNDONE, clerk)


def test_the_history_and_the_trail_keep_what_was_taken_back(written, clerk):
    gone = Cadre.objects.get(id_number=id_number(2))
    undo(written, clerk)
    history = Cadre.history.filter(id=gone.pk).order_by("history_id")
    assert [(row.history_type, row.history_user) for row in history] == [("+", clerk), ("-", clerk)]
    changed = Cadre.history.filter(id_number=id_number(1)).order_by("-history_id").first()
    assert (changed.phone, changed.history_change_reason) == ("13900001234", "撤回导入 花名册.xlsx")
    entry = AuditEntry.objects.get(act="import.undone")
    assert (entry.actor, entry.details["restored"]) == (clerk, 2)
    assert written.rows.count() == 3


def check_in(posting):
    now = timezone.now()
    CheckIn.objects.create(posting=posting, client_id="c", made_at=now, received_at=now, day=DAY, minute=540)


def leave(posting):
    LeaveRequest.objects.create(
        posting=posting, begins_on=DAY, ends_on=DAY, days=1, counted_days=1, reason="事", applied_at=timezone.now()
    )


def talk(posting):
    Talk.objects.create(posting=posting, held_on=DAY, talker="书记", reason="缺勤")


def another_posting(posting):
    PostingFactory(cadre=posting.cadre, village=posting.village, begins=date(2020, 1, 1), ends=date(2021, 1, 1))


def later_edit(posting):
    posting.lodging = "村委办公楼"
    posting.save()


@pytest.mark.parametrize(
    ("happened", "words"),
    [
        (check_in, "打卡"),
        (leave, "请假"),
        (talk, "谈话提醒 1 条"),
        (another_posting, "1 条"),
        (later_edit, "在导入后又改过"),
    ],
)
def test_what_depends_on_a_created_person_is_listed_and_nothing_is_taken_back(written, clerk, happened, words):
    happened(Posting.objects.get(cadre__id_number=id_number(2)))
    before = state_of_things()
    with pytest.raises(CannotUndo) as refused:
        undo(written, clerk)
    (sentence,) = refused.value.details["depends"]
    assert words in sentence
    assert what_depends(written, reader=clerk) == [sentence]
    assert state_of_things() == before
    written.refresh_from_db()
    assert written.state == ImportRun.State.WRITTEN


def test_a_changed_row_that_was_changed_again_is_not_overwritten(written, clerk):
    cadre = Cadre.objects.get(id_number=id_number(1))
    cadre.phone = "13700000000"
    cadre.save()
    with pytest.raises(CannotUndo):
        undo(written, clerk)


def test_evidence_of_a_person_who_was_only_changed_stands_in_nobodys_way(written, clerk, known):
    check_in(known)
    assert undo(written, clerk).state == ImportRun.State.UNDONE
    assert CheckIn.objects.count() == 1


def test_an_institution_somebody_else_uses_meanwhile_stays(written, clerk, tree):
    somebody = CadreFactory(id_number=id_number(9001))
    water = Institution.objects.get(name="县水利局")
    PostingFactory(cadre=somebody, village=tree.other_village, dispatching_institution=water)
    with pytest.raises(CannotUndo):
        undo(written, clerk)


def test_an_import_is_taken_back_once(written, clerk):
    undo(written, clerk)
    with pytest.raises(NotReady):
        undo(written, clerk)


def test_what_is_taken_back_can_be_imported_again(written, clerk, tree):
    undo(written, clerk)
    content = xlsx(("名单", table([person(1), person(2)])))
    run = start_import(unit=tree.township, kind="roster", content=content, file_name="花名册.xlsx", actor=clerk)
    assert (run.counts["new"], run.counts["changed"]) == (1, 1)


def test_it_takes_the_right_that_importing_took(written, auditor):
    with pytest.raises(NotAllowed):
        undo(written, auditor)


def test_a_failure_in_the_middle_takes_nothing_back(written, clerk, monkeypatch):
    before = state_of_things()

    def fail(**_):
        raise RuntimeError

    monkeypatch.setattr(undoing.audit, "record", fail)
    with pytest.raises(RuntimeError):
        undo(written, clerk)
    assert state_of_things() == before


def test_its_queries_do_not_grow_with_the_rows(tree, clerk, django_assert_max_num_queries):
    content = xlsx(("名单", table([person(n) for n in range(1, 301)])))
    run = start_import(unit=tree.township, kind="roster", content=content, file_name="花名册.xlsx", actor=clerk)
    run = write_import(run=run, actor=clerk)
    with django_assert_max_num_queries(80):
        undo(run, clerk)
    assert Cadre.objects.count() == 0


def test_of_what_stands_in_the_way_elsewhere_it_is_not_told_where(tree, written, clerk):
    """The person has gone to another county since: that he is somewhere forbids it, where he is is not the township's."""
    person_made = Cadre.objects.get(id_number=id_number(2))
    Posting.objects.filter(cadre=person_made).update(ends=date(2026, 11, 10))
    PostingFactory(cadre=person_made, village=tree.village2, begins=date(2026, 11, 10))
    found = "".join(what_depends(written, reader=clerk))
    assert "管理范围以外的记录" in found
    assert tree.village2.name not in found
    assert tree.village2.name in "".join(what_depends(written, reader=None))
    with pytest.raises(CannotUndo) as refused:
        undo(written, clerk)
    assert tree.village2.name not in str(refused.value.details)
