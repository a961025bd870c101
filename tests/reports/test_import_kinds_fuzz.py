"""Any kind of table with any nonsense in its cells: no crash, no partial write, always a sentence."""

import io
import random
from datetime import date, datetime, time

import openpyxl
import pytest
import time_machine
from django.apps import apps

from cadres.roster.choices_made import NO_CHOICES
from cadres.roster.report import unwatched
from reports.imports import BY_KEY
from tests.attendance.exports import ding, ding_days, ding_grid, ding_records, wecom_daily, wecom_grid
from tests.attendance.files import wall
from tests.reports.test_import_kinds import DETAIL, FILES, OPTIONS, RECORD
from townships.checks import OUR_APPS
from townships.models import AuditEntry
from townships.periods import SHANGHAI

NONSENSE = [
    None, "", " ", "√", "×√", 0, -1, 1, 3.5, 1e20, 46_300, 46_300.5, True, date(2026, 10, 5), time(8, 12),
    wall(2026, 10, 5, 8, 12), "2026-10-05", "26-10-05 星期一", "2026年10月5日 至 10月4日", "25:61", "次日", "至", "-", "--",
    "=1+1", "+86 138", "长" * 400, "😀👍", "𠮷", "甘雨", "甘 雨", "大同村", "459901101201", "4599", "合计", "填表人：张三", "姓名",
    "星期一", "1", "31", "\u200b", "０", "\t\n", "'; DROP TABLE", "<b>", "无", "已被取代", "缺卡", "队员", "村", "样例县",
]  # fmt: skip
MORE = {
    "grid": ("check_ins", ding((ding_grid, ("甘雨", {5: "08:12\n18:02"})))),
    "days": ("check_ins", ding((ding_days, ["甘雨", "26-10-05 星期一", "08:12", "正常", "18:02", "正常"]))),
    "records": ("check_ins", ding((ding_records, RECORD, RECORD))),
    "wecom": ("check_ins", wecom_daily([["2026/10/05 星期一", "甘雨"]], [DETAIL])),
    "wecom grid": ("check_ins", wecom_grid(("甘雨", {5: "08:12"}))),
}
TABLES = {**{key: (key, content) for key, content in FILES.items()}, **MORE}


def mutated(content: bytes, chance: random.Random) -> bytes:
    """The workbook with some cells replaced, rows repeated or left out."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = chance.choice(book.worksheets)
    for merge in list(sheet.merged_cells.ranges):
        if chance.random() < 0.2:
            sheet.unmerge_cells(str(merge))
    for _ in range(chance.randint(1, 4)):
        cell = sheet.cell(chance.randint(1, sheet.max_row), chance.randint(1, min(sheet.max_column, 12)))
        if not isinstance(cell, openpyxl.cell.cell.MergedCell):
            cell.value = chance.choice(NONSENSE)
    if chance.random() < 0.3:
        sheet.append([chance.choice(NONSENSE) for _ in range(sheet.max_column)])
    if chance.random() < 0.1:
        sheet.delete_rows(chance.randint(1, sheet.max_row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def rows_stored() -> dict[str, int]:
    models = [model for label in OUR_APPS for model in apps.get_app_config(label).get_models()]
    return {model._meta.label: model._base_manager.count() for model in models if model is not AuditEntry}


@pytest.mark.parametrize("table", TABLES)
def test_nonsense_is_answered_with_sentences(tree, posting, county, table):
    key, content = TABLES[table]
    chance = random.Random(table)
    before = rows_stored()
    with time_machine.travel(datetime(2026, 11, 20, 10, tzinfo=SHANGHAI), tick=False):
        for _ in range(12):
            report = BY_KEY[key].run(
                unit=tree.county, content=mutated(content, chance), filename="表.xlsx", actor=county, dry_run=True,
                choices=NO_CHOICES, only_good=False, expected="", watch=unwatched, options=OPTIONS.get(key, {}),
            )  # fmt: skip
            assert not report.committed
            for problem in (*report.errors, *report.warnings):
                assert problem.code
                assert len(problem.message) > 8
    assert rows_stored() == before
