"""Every kind of table through the import page: known by its header, previewed, written as shown, again all the same."""

from datetime import datetime

import pytest
import time_machine

from attendance.models import CheckIn, SheetMark
from cadres.actions.undo_import import undo_import
from cadres.models import ImportRun, Talk
from reports.actions.start_import import start_import
from reports.actions.write_import import write_import
from reports.imports import BY_KEY, KINDS, kinds_for
from tests.attendance.exports import ding, ding_days, ding_grid, ding_records, ding_sums, wecom_daily, wecom_grid
from tests.cadres.table_files import xlsx
from townships.models import AdministrativeUnit, Institution, User
from townships.periods import SHANGHAI

DAYS = [str(day) for day in range(1, 32)]
WEEK = ["星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"]
RECORD = {"姓名": "甘雨", "考勤日期": "26-10-05 星期一", "打卡时间": "08:12", "打卡结果": "正常"}
DETAIL = {"日期": "2026/10/05 星期一", "姓名": "甘雨", "打卡类型": "上班", "实际打卡时间": "08:12", "打卡状态": "正常"}
TALK_HEADER = ["姓名", "谈话时间", "类别", "谈话人", "事由"]

FILES = {
    "weekly_sheet": xlsx(["姓名", *WEEK], ["甘雨", "√", "√"]),
    "month_sheet": xlsx(["大同镇2026年10月考勤表"], ["姓名", *DAYS], ["甘雨", "√", "△"]),
    "check_ins": ding((ding_records, RECORD)),
    "leaves": xlsx(
        ["姓名", "请假类型", "开始时间", "结束时间", "审批人"], ["甘雨", "事假", "2026-10-12", "2026-10-13", "书记"]
    ),
    "spot_checks": xlsx(
        ["姓名", "抽查时间", "方式", "结果", "检查人"], ["甘雨", "2026-10-12 09:00", "实地", "在岗", "李四"]
    ),
    "talks": xlsx(TALK_HEADER, ["甘雨", "2026-10-12", "谈话提醒", "书记", "不在岗"]),
    "units": xlsx(["区划代码", "名称", "层级", "上级代码"], ["459901101205", "新村", "村", "459901101000"]),
    "institutions": xlsx(["名称", "联系人", "联系电话", "所属单位"], ["县农业局", "张三", "0771-5551234", "样例县"]),
    "accounts": xlsx(
        ["用户名", "姓名", "角色", "单位", "开始日期"], ["wang", "王秘书", "党政办秘书", "大同镇", "2026-03-01"]
    ),
}
OPTIONS = {"weekly_sheet": {"week": "2026-W45"}}


@pytest.fixture(autouse=True)
def _later(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    with time_machine.travel(datetime(2026, 11, 20, 10, tzinfo=SHANGHAI), tick=False):
        yield


def look(unit, actor, key, *, kind="", content=None) -> ImportRun:
    return start_import(
        unit=unit,
        kind=kind,
        content=content or FILES[key],
        file_name="表.xlsx",
        actor=actor,
        options=OPTIONS.get(key),
    )


def test_every_kind_but_the_roster_has_a_file_here():
    assert {kind.key for kind in KINDS} - {"roster"} == set(FILES)


@pytest.mark.parametrize("key", FILES)
def test_a_table_is_known_by_its_header(tree, posting, county, key):
    assert look(tree.county, county, key).kind == key


@pytest.mark.parametrize(
    "content",
    [
        ding((ding_sums, "甘雨"), (ding_records, RECORD)),
        ding((ding_grid, ("甘雨", {5: "08:12\n18:02"}))),
        ding((ding_days, ["甘雨", "26-10-05 星期一", "08:12", "正常", "18:02", "正常"])),
        wecom_daily([], [DETAIL]),
        wecom_grid(("甘雨", {5: "08:12"})),
    ],
    ids=["dingtalk", "dingtalk grid", "dingtalk days", "wecom", "wecom grid"],
)
def test_exports_of_apps_are_known_as_check_ins(tree, posting, county, content):
    run = look(tree.county, county, "check_ins", content=content)
    assert (run.kind, run.state) == ("check_ins", ImportRun.State.READY)
    assert write_import(run=run, actor=county).state == ImportRun.State.WRITTEN
    assert CheckIn.objects.exists()


@pytest.mark.parametrize("key", FILES)
def test_the_preview_writes_nothing_and_what_is_written_is_what_was_shown(tree, posting, county, key):
    run = look(tree.county, county, key)
    assert (run.state, run.counts["new"], run.counts["refused"]) == (ImportRun.State.READY, 1, 0)
    written = write_import(run=run, actor=county)
    assert (written.state, written.counts["created"]) == (ImportRun.State.WRITTEN, 1)
    again = look(tree.county, county, key)
    assert (again.counts["same"], again.counts["new"]) == (1, 0)


@pytest.mark.parametrize(
    ("key", "model"), [("talks", Talk), ("units", AdministrativeUnit), ("institutions", Institution)]
)
def test_what_a_table_created_can_be_taken_back(tree, posting, county, key, model):
    before = model.objects.count()
    run = write_import(run=look(tree.county, county, key), actor=county)
    assert model.objects.count() == before + 1
    undo_import(run=run, actor=county, capability=BY_KEY[key].capability)
    assert model.objects.count() == before


def test_a_month_may_be_chosen_where_the_file_does_not_say_it(tree, posting, clerk):
    content = xlsx(["考勤表"], ["姓名", *DAYS], ["甘雨", "√"])
    run = look(tree.township, clerk, "month_sheet", content=content)
    assert (run.state, [note["code"] for note in run.notes]) == (ImportRun.State.UNUSABLE, ["month.missing"])
    run = start_import(
        unit=tree.township, kind="month_sheet", content=content, file_name="表.xlsx", actor=clerk,
        options={"month": "2026-10"},
    )  # fmt: skip
    write_import(run=run, actor=clerk)
    assert SheetMark.objects.count() == 1


def test_a_clerk_brings_in_evidence_and_no_units_or_accounts(tree, clerk, county):
    offered = {kind.key for kind in kinds_for(clerk, tree.township)}
    assert offered == {"roster", "weekly_sheet", "month_sheet", "check_ins", "leaves", "spot_checks"}
    assert {kind.key for kind in kinds_for(county, tree.county)} == {kind.key for kind in KINDS}


def test_rows_without_a_punch_are_shown_as_left_out(tree, posting, county):
    content = ding((ding_records, RECORD, {**RECORD, "打卡时间": None, "打卡结果": "缺卡"}))
    run = look(tree.county, county, "check_ins", content=content)
    assert (run.counts["new"], run.counts["left_out"]) == (1, 1)
    assert write_import(run=run, actor=county).state == ImportRun.State.WRITTEN


def test_the_good_rows_of_any_kind_may_come_in_alone(tree, posting, clerk, county):
    content = xlsx(
        TALK_HEADER, ["甘雨", "2026-10-12", None, "书记", "不在岗"], ["张三", "2026-10-12", None, "书记", "无故"]
    )
    run = look(tree.county, county, "talks", content=content)
    assert (run.counts["new"], run.counts["refused"]) == (1, 1)
    write_import(run=run, actor=county, only_good=True, reason="张三还没有登记")
    assert Talk.objects.count() == 1
    assert User.objects.filter(username="wang").count() == 0
