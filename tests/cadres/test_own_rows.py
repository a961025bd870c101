"""Nobody brings his own matter in by a file, nor takes such a file back. Rule source: house.md decision 3."""

from datetime import date, datetime

import pytest
import time_machine

from attendance.actions.import_check_ins import import_check_ins
from attendance.actions.import_leaves import import_leaves
from attendance.actions.import_month_sheet import import_month_sheet
from attendance.actions.import_spot_checks import import_spot_checks
from attendance.actions.import_weekly_sheet import import_weekly_sheet
from attendance.models import LeaveRequest
from cadres.actions.import_roster import import_roster
from cadres.actions.undo_import import undo_import
from reports.actions.start_import import start_import
from reports.actions.write_import import write_import
from tests.attendance.files import codes, xlsx
from tests.cadres import roster_files
from tests.factories import CadreFactory, PostingFactory, id_number, user_with
from townships.actions.delegate import delegate
from townships.errors import OwnMatter
from townships.models import Appointment, User
from townships.periods import SHANGHAI, Month, Week

pytestmark = pytest.mark.django_db
OWN = [(2, "own_matter")]
LEAVE = ["姓名", "请假类型", "开始时间", "结束时间", "审批人", "销假时间"]
#: What is imported → the action with what it needs, and a file of one row about 甘雨.
FILES = {
    "check-ins": (import_check_ins, {}, (["姓名", "时间"], ["甘雨", "2026-11-03 18:50"])),
    "leaves": (import_leaves, {}, (LEAVE, ["甘雨", "事假", "2026-11-03", "2026-11-03", "书记", None])),
    "spot checks": (
        import_spot_checks, {},
        (["姓名", "抽查时间", "方式", "结果", "检查人"], ["甘雨", "2026-11-03 15:30", "实地", "在岗", "书记"]),
    ),
    "weekly sheet": (import_weekly_sheet, {"week": Week.parse("2026-W45")}, (["姓名", "星期一"], ["甘雨", "√"])),
    "month sheet": (
        import_month_sheet, {"month": Month.parse("2026-10")},
        (["姓名", *map(str, range(1, 32))], ["甘雨", "√", *[None] * 30]),
    ),
}  # fmt: skip


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(datetime(2026, 11, 20, 10, tzinfo=SHANGHAI), tick=False):
        yield


def bring(what, unit, actor):
    act, needed, rows = FILES[what]
    return act(unit=unit, content=xlsx(*rows), filename="台账.xlsx", actor=actor, **needed)


def is_posted(user, posting) -> None:
    posting.cadre.user = user
    posting.cadre.save()


@pytest.mark.parametrize("what", FILES)
def test_a_row_about_oneself_is_refused(tree, posting, secretary, what):
    is_posted(secretary, posting)
    assert codes(bring(what, tree.township, secretary).errors) == OWN


@pytest.mark.parametrize("what", FILES)
def test_the_same_row_comes_in_by_somebody_else(tree, posting, secretary, clerk, what):
    is_posted(secretary, posting)
    assert bring(what, tree.township, clerk).committed


def test_a_delegate_brings_nothing_in_about_his_principal(tree, posting, secretary):
    is_posted(secretary, posting)
    stand_in = user_with("squad_leader", tree.other_village)
    delegate(
        appointments=[Appointment.objects.get(user=secretary)], user=stand_in, begins=date(2026, 11, 20),
        ends=date(2026, 11, 25), reason="外出", actor=secretary, today=date(2026, 11, 20),
    )  # fmt: skip
    assert codes(bring("leaves", tree.township, User.objects.get(pk=stand_in.pk)).errors) == OWN
    assert not LeaveRequest.objects.exists()


@pytest.fixture
def own(tree, institution, clerk):
    """The clerk is posted himself, and stands in the roster."""
    cadre = CadreFactory(name="韦乙春", id_number=id_number(1), sex="男", birth_month="1980-01", user=clerk)
    return PostingFactory(
        cadre=cadre, village=tree.village, dispatching_institution=institution, begins=date(2026, 3, 1)
    )


def roster(*people) -> bytes:
    return roster_files.xlsx(("名单", roster_files.table(people)))


def test_nobody_changes_his_own_row_of_the_roster(tree, own, clerk, secretary):
    content = roster(roster_files.person(1), roster_files.person(2))
    fields = {"unit": tree.township, "content": content, "filename": "花名册.xlsx"}
    assert codes(import_roster(**fields, actor=clerk).errors) == OWN
    assert import_roster(**fields, actor=secretary).committed
    # Now the file says what is stored: it may be brought in by anybody.
    assert import_roster(**fields, actor=clerk).committed


def test_nobody_takes_back_what_was_written_about_himself(tree, own, clerk, secretary, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    content = roster(roster_files.person(1), roster_files.person(2))
    run = start_import(unit=tree.township, kind="roster", content=content, file_name="花名册.xlsx", actor=secretary)
    run = write_import(run=run, actor=secretary)
    with pytest.raises(OwnMatter):
        undo_import(run=run, actor=clerk, capability="manage_roster")
    undo_import(run=run, actor=secretary, capability="manage_roster")
