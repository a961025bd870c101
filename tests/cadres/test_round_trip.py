"""What is exported goes in again with nothing changed: other columns, villages of one name, signs of formulas, .csv."""

import csv
import io
from datetime import date

import openpyxl
import pytest
from django.urls import reverse

from cadres.actions.export_roster import KEYS, export_roster, roster_file
from cadres.actions.import_roster import import_roster
from cadres.models import Posting
from cadres.roster.columns import ROSTER
from tests.cadres.roster_files import HEADER, person, table, xlsx
from tests.factories import CadreFactory, PostingFactory, UnitFactory
from townships.models import AuditEntry

DAY = date(2026, 6, 1)
MORE = ("民族", "政治面貌", "学历", "专业", "单位职务", "队内职务", "驻村结束时间", "住村地点", "备注", "微信", "血型")
FORMS = ("xlsx", "csv")


def people() -> list[dict]:
    more = {
        "民族": "壮",
        "政治面貌": "党员",
        "学历": "本科",
        "专业": "农学",
        "单位职务": "=科员",
        "队内职务": "工作队长",
    }
    return [
        person(1, 备注="-已续签", 驻村结束时间="2028-02-29", 住村地点="+教学点", **more),
        person(2, 姓名="@买买提•艾力", 微信="wx_1", 备注="换行\n两行", **more),
        person(3, 姓名="𠮷田丽", 血型="AB", 微信="'=1+1", 联系电话=None),
        person(4, 备注='带"引号",逗号'),
    ]


@pytest.fixture
def brought_in(tree):
    content = xlsx(("a", table(people(), (*HEADER, *MORE))))
    report = import_roster(unit=tree.county, content=content, filename="a.xlsx")
    assert (report.created, report.errors) == (4, [])


def exported(unit, form: str, **options) -> bytes:
    return roster_file(unit=unit, day=DAY, title="样例县花名册", footer="书记 6月1日 导出", form=form, **options)


def again(unit, content: bytes, form: str):
    return import_roster(unit=unit, content=content, filename=f"花名册.{form}")


@pytest.mark.parametrize("form", FORMS)
def test_an_export_goes_in_again_all_the_same(tree, brought_in, form):
    before = list(Posting.objects.order_by("pk").values())
    report = again(tree.county, exported(tree.county, form), form)
    assert (report.rows, report.unchanged, report.errors) == (4, 4, [])
    assert {warning.code for warning in report.warnings} <= {"column.unknown"}
    assert list(Posting.objects.order_by("pk").values()) == before
    assert Posting.history.count() == 4


@pytest.mark.parametrize("form", FORMS)
def test_other_columns_come_along(tree, brought_in, form):
    stored = {extra["备注"] for extra in Posting.objects.values_list("extra", flat=True) if "备注" in extra}
    assert stored == {"-已续签", "换行 两行", '带"引号",逗号'}
    content = exported(tree.county, form)
    before = sorted(map(str, Posting.objects.values_list("extra", flat=True)))
    Posting.objects.update(extra={})
    report = again(tree.county, content, form)
    assert report.updated == 4
    assert sorted(map(str, Posting.objects.values_list("extra", flat=True))) == before


def test_the_contract_keeps_its_keys(tree, brought_in):
    assert {tuple(row) for row in export_roster(unit=tree.county, day=DAY)} == {KEYS}


@pytest.mark.parametrize("form", FORMS)
def test_villages_of_one_name_are_told_apart(tree, institution, form):
    township = UnitFactory(level="township", name="龙塘镇", division_code="459901102000", parent=tree.county)
    twin = UnitFactory(level="village", name="大同村", division_code="459901102201", parent=township)
    for serial, village in enumerate((tree.village, twin), start=1):
        cadre = CadreFactory(name="韦甲", id_number=person(serial)["身份证号码"])
        PostingFactory(cadre=cadre, village=village, dispatching_institution=institution, begins=date(2026, 3, 1))
    report = again(tree.county, exported(tree.county, form), form)
    assert (report.errors, report.created) == ([], 0)
    assert {row["village"] for row in export_roster(unit=tree.county, day=DAY)} == {"大同村"}


def test_no_cell_of_a_csv_acts_as_a_formula(tree, brought_in):
    rows = list(csv.reader(io.StringIO(exported(tree.county, "csv").decode("utf-8-sig"))))
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert rows[0][:3] == ["序号", "姓名", "性别"]
    at = rows[0].index(ROSTER.label("id_number"))
    assert {row[at].strip() for row in rows[1:5]} == {person(serial)["身份证号码"] for serial in range(1, 5)}


def test_a_column_of_the_file_never_hides_one_of_ours(tree, brought_in):
    Posting.objects.filter(cadre__name="韦乙春").update(extra={"姓名": "别人", "职务": "第一书记", "备注": "留"})
    sheet = openpyxl.load_workbook(io.BytesIO(exported(tree.county, "xlsx"))).active
    labels = [cell.value for cell in sheet[2]]
    assert (labels.count("姓名"), labels[-4:].count("备注")) == (1, 1)
    assert "别人" not in {cell.value for row in sheet.iter_rows() for cell in row}


def test_an_export_by_a_person_is_kept_in_the_trail(tree, brought_in, secretary):
    exported(tree.township, "xlsx", actor=secretary)
    assert AuditEntry.objects.filter(act="roster.exported", actor=secretary).count() == 1


@pytest.mark.parametrize(("extra", "shown"), [({"备注": "已续签", "微信": "<wx>"}, "微信：&lt;wx&gt;"), ({}, "没有")])
def test_the_admin_shows_other_columns_in_words(client, posting, county, extra, shown):
    Posting.objects.filter(pk=posting.pk).update(extra=extra)
    client.force_login(county)
    page = client.get(reverse("admin:cadres_posting_change", args=[posting.pk])).content.decode()
    assert shown in page
    assert "{&quot;" not in page
    assert 'name="extra"' not in page
