"""Exports: who is posted on a day, no formulas, and back in again unchanged."""

import io
from datetime import date
from io import StringIO

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from cadres.actions.export_roster import KEYS, export_roster
from cadres.actions.import_roster import import_roster
from cadres.roster.columns import ROSTER
from cadres.roster.workbook_out import write_roster
from tests.cadres.roster_files import HEADER, person, table, xlsx
from tests.factories import CadreFactory, PostingFactory
from townships.errors import OutOfReach
from townships.models import AuditEntry

DAY = date(2026, 6, 1)


def rows(unit, **options) -> list[dict]:
    return list(export_roster(unit=unit, day=DAY, **options))


def test_keys_are_those_of_the_roster_and_the_unit_code(tree, posting):
    [row] = rows(tree.county)
    assert tuple(row) == KEYS == (*(c.key for c in ROSTER.columns), "unit_code")
    assert (row["village"], row["unit_code"]) == ("大同村", "459901101201")
    assert (row["start_date"], row["end_date"], row["lodging"]) == ("2026-03-01", "", "")


def test_only_people_posted_on_the_day_in_the_subtree(tree):
    def post(name, village, begins, ends=None):
        PostingFactory(cadre=CadreFactory(name=name), village=village, begins=begins, ends=ends)

    post("在", tree.village, DAY)
    post("末日", tree.village, date(2026, 3, 1), date(2026, 6, 2))
    post("已走", tree.village, date(2026, 3, 1), DAY)
    post("未到", tree.village, date(2026, 6, 2))
    post("邻县", tree.village2, DAY)
    found = {row["name"]: row["end_date"] for row in rows(tree.county)}
    assert found == {"在": "", "末日": "2026-06-01"}


def test_an_export_comes_back_in_unchanged(tree, tmp_path):
    header = (*HEADER, "民族", "政治面貌", "学历", "专业", "单位职务", "队内职务", "驻村结束时间", "住村地点")
    more = {
        "民族": "壮",
        "政治面貌": "党员",
        "学历": "本科",
        "专业": "农学",
        "单位职务": "=科员",
        "队内职务": "工作队长",
    }
    people = [person(1, 驻村结束时间="2028-02-29", 住村地点="-教学点", **more), person(2, 姓名="@买买提•艾力", **more)]
    content = xlsx(("a", table(people, header)))
    assert import_roster(unit=tree.township, content=content, filename="a.xlsx").created == 2
    path = tmp_path / "out.xlsx"
    code = tree.township.division_code
    call_command(
        "export_roster",
        "--unit",
        code,
        "--date",
        "2026-06-01",
        "--out",
        str(path),
        stdout=StringIO(),
        stderr=StringIO(),
    )
    report = import_roster(unit=tree.township, content=path.read_bytes(), filename="out.xlsx")
    assert (report.rows, report.unchanged, report.errors, report.warnings) == (2, 2, [], [])


@pytest.mark.parametrize(
    "text", ["=1+1", "+86", "-5", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")', "http://x.cn", "{=1}", "00123"]
)
def test_no_cell_acts_as_a_formula_or_a_link(text):
    book = openpyxl.load_workbook(
        io.BytesIO(write_roster([{"name": text, "position": text}], title=text, footer="a&b"))
    )
    for row in book.active.iter_rows():
        for cell in row:
            assert cell.data_type in ("s", "n")
            assert cell.hyperlink is None
    cell = book.active.cell(3, 2)
    assert cell.value.strip() == text.strip()
    assert cell.quotePrefix is (text[0] in "=+-@\t")


def test_numbers_are_masked_without_the_right_to_see_them(tree, posting, clerk, secretary):
    posting.cadre.phone = "13800001200"
    posting.cadre.save()
    assert rows(tree.township, actor=clerk)[0]["phone"] == "138****1200"
    assert "**********" in rows(tree.township, actor=clerk)[0]["id_number"]
    assert rows(tree.township, actor=secretary)[0]["phone"] == "13800001200"
    assert AuditEntry.objects.filter(act="roster.exported").count() == 3


def test_out_of_reach_does_not_exist(tree, outsider):
    with pytest.raises(OutOfReach):
        rows(tree.township, actor=outsider)


@pytest.mark.parametrize("args", [[], ["--json", "--date", "2026-13-01"], ["--out", "/no/such/folder/a.xlsx"]])
def test_wrong_usage_is_exit_2(args, tree):
    with pytest.raises(CommandError) as wrong:
        call_command("export_roster", "--unit", tree.county.division_code, *args, stdout=StringIO(), stderr=StringIO())
    assert wrong.value.returncode == 2


def test_three_hundred_people_are_one_query(tree, django_assert_num_queries):
    PostingFactory.create_batch(30, village=tree.village, begins=DAY)
    with django_assert_num_queries(1):
        assert len(rows(tree.county)) == 30
