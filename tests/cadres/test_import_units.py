"""The division codes file: units and villages below a unit."""

from datetime import date

import pytest

from cadres.actions.import_units import import_units
from cadres.roster import unit_columns
from cadres.roster.errors import Invalid
from tests.cadres.table_files import counts, exported, kinds, questions, told, xlsx
from townships import division_codes
from townships.errors import NotAllowed, OutOfReach
from townships.models import AdministrativeUnit, AuditEntry

HEADER = ["区划代码", "名称", "层级", "上级代码"]
TOWN = ["459901102000", "龙塘镇", "乡镇", "459901000000"]


def bring(unit, *rows, header=HEADER, **fields):
    return import_units(unit=unit, content=xlsx(header, *rows), filename="区划代码.xlsx", **fields)


def unit(code: str) -> AdministrativeUnit:
    return AdministrativeUnit.objects.get(division_code=code)


def test_units_come_in_below_their_parents_however_the_file_is_sorted(tree, county):
    report = bring(
        tree.county, ["459901102201", "新村", "村", "459901102000"], TOWN, ["459901101203", "平安社区"], actor=county
    )
    assert (told(report), counts(report), report.committed) == ([], (3, 0, 0), True)
    town, village = unit("459901102000"), unit("459901102201")
    assert (town.parent, village.parent, village.level) == (tree.county, town, "village")
    assert village.path.startswith(town.path)
    assert unit("459901101203").parent == tree.township
    assert [record.history_user for record in town.history.all()] == [county]
    assert AuditEntry.objects.get(act="units.imported").details["created"] == 3


def test_the_statistics_bureaus_file_needs_no_level_and_no_parent(tree):
    header = ["统计用区划代码", "城乡分类代码", "名称"]
    rows = (
        ["459901102000", None, "龙塘镇"],
        ["459901102201", "220", "新村民委员会"],
        [459901102202, "121", "新社区居委会"],
    )
    report = bring(tree.county, *rows, header=header)
    assert (told(report), report.created) == ([], 3)
    assert unit("459901102202").parent.name == "龙塘镇"


@pytest.mark.parametrize(
    "code", ["459901102", "459901102000", 459901102000.0, "4599 0110 2000", "４５９９０１１０２０００"]
)
def test_codes_are_padded_to_twelve_digits(tree, code):
    assert bring(tree.county, [code, "龙塘镇"]).created == 1
    assert unit("459901102000").level == "township"


def test_importing_again_changes_nothing_and_leaves_no_history(tree):
    bring(tree.county, TOWN)
    again = bring(tree.county, TOWN, ["459901101201", "大同村"])
    assert (counts(again), kinds(again)) == ((0, 0, 2), ["same", "same"])
    assert unit("459901102000").history.count() == 1


def test_a_rename_is_a_change_with_old_and_new(tree, county):
    report = bring(tree.county, ["459901101201", "大同新村"], actor=county)
    assert counts(report) == (0, 1, 0)
    change = report.outcomes[0].changes[0]
    assert (change.label, change.old, change.new) == ("名称", "大同村", "大同新村")
    kept = unit("459901101201")
    assert (kept.name, kept.history.first().history_type, kept.pk) == ("大同新村", "~", tree.village.pk)


def test_dates_come_in_and_a_blank_leaves_what_is_stored(tree):
    header = ["区划代码", "名称", "启用日期", "停用日期"]
    bring(tree.county, ["459901101201", "大同村", "2020.1.1", "2027-01-01"], header=header)
    report = bring(tree.county, ["459901101201", "大同村", None, None], header=header)
    kept = unit("459901101201")
    assert (kept.begins, kept.ends, report.unchanged) == (date(2020, 1, 1), date(2027, 1, 1), 1)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (["4599011020", "龙塘镇"], "code.invalid"),
        (["45990110200A", "龙塘镇"], "code.invalid"),
        ([None, "龙塘镇", "乡镇"], "required"),
        (["459901102000", None, "乡镇"], "required"),
        (["459901102000", "龙" * 61], "value.too_long"),
        (["459901102000", "龙塘镇", "帝国"], "choice.unknown"),
        (["459901102000", "龙塘镇", "乡镇", "459901101201"], "unit.level"),
        (["459901109201", "新村", "村", "459901109000"], "parent.unknown"),
        (["459902102000", "邻县新镇"], "parent.unknown"),
        (["459902101201", "邻村新名"], "unit.elsewhere"),
        (["459901101201", "大同村", "乡镇"], "unit.level_differs"),
        (["459901101201", "大同村", "村", "459901000000"], "unit.moved"),
    ],
)
def test_a_faulty_row_refuses_the_file_and_nothing_is_written(tree, row, code):
    before = AdministrativeUnit.objects.count()
    report = bring(tree.county, ["459901103000", "好镇", "乡镇"], row)
    assert told(report) == [(3, code)]
    assert (report.committed, AdministrativeUnit.objects.count(), tree.village.name) == (False, before, "大同村")
    assert kinds(report) == ["new", "refused"]


def test_two_rows_of_one_code_are_refused(tree):
    assert told(bring(tree.county, TOWN, TOWN)) == [(3, "duplicate.row")]


def test_the_good_rows_come_in_when_somebody_chose_so_but_no_orphan(tree):
    rows = [["459901102000", "龙塘镇", "帝国"], ["459901102201", "新村"], ["459901103000", "好镇"]]
    report = bring(tree.county, *rows, only_good=True)
    assert told(report) == [(2, "choice.unknown"), (3, "parent.unknown")]
    assert (report.committed, report.created) == (True, 1)


def test_a_second_unit_of_one_name_is_pointed_out(tree):
    report = bring(tree.county, ["459901101209", "大同村"])
    assert (report.created, [problem.code for problem in report.warnings]) == (1, ["unit.same_name"])


def test_a_parent_may_be_named(tree):
    header = ["区划代码", "名称", "层级", "上级单位"]
    report = bring(tree.county, [*TOWN[:3], "样例县"], ["459901102201", "新村", "村", "龙塘镇"], header=header)
    assert (told(report), report.created) == ([], 2)


def test_a_look_writes_nothing(tree):
    report = bring(tree.county, TOWN, dry_run=True)
    assert (kinds(report), report.committed) == (["new"], False)
    assert not AdministrativeUnit.objects.filter(division_code="459901102000").exists()


def test_a_township_may_not_create_units(tree, clerk, outsider):
    with pytest.raises(NotAllowed):
        bring(tree.township, TOWN, actor=clerk)
    with pytest.raises(OutOfReach):
        bring(tree.township, TOWN, actor=outsider)


def test_what_the_admin_exports_is_all_the_same(tree, client, county):
    client.force_login(county)
    for kind in ("xlsx", "csv"):
        content = exported(client, "townships_administrativeunit", kind)
        report = import_units(unit=tree.county, content=content, filename=f"行政单位.{kind}", actor=county)
        assert (told(report), counts(report)) == ([], (0, 0, 4))


def test_a_larger_file_costs_no_more_queries(tree):
    rows = [[f"4599011{number:02d}000", f"第{number}镇"] for number in range(10, 60)]
    rows += [[f"4599011{number:02d}201", f"第{number}村"] for number in range(10, 60)]
    few = questions(lambda: bring(tree.county, *rows[:2], *rows[50:52], dry_run=True))
    many = questions(lambda: bring(tree.county, *rows, dry_run=True))
    assert many <= few <= 20


@pytest.mark.parametrize(("code", "level"), [("450000000000", "province"), ("459900000000", "city"),
                                             ("459901000000", "county"), ("459901101000", "township"),
                                             ("459901101201", "village")])  # fmt: skip
def test_a_code_says_its_level(code, level):
    assert division_codes.level_of(code) == level


def test_the_codes_above_are_nearest_first():
    assert division_codes.codes_above("459901101201") == ["459901101000"]
    assert division_codes.codes_above("459901000000") == ["459900000000", "450000000000"]
    assert division_codes.codes_above("450000000000") == []
    with pytest.raises(Invalid):
        unit_columns.code("012345678901")
