"""The directory of dispatching and sponsoring institutions."""

import pytest

from cadres.actions.import_institutions import import_institutions
from tests.cadres.table_files import counts, exported, kinds, questions, told, xlsx
from tests.factories import InstitutionFactory
from townships.errors import NotAllowed
from townships.models import Institution

HEADER = ["名称", "联系人", "联系电话", "所属单位"]


def bring(unit, *rows, header=HEADER, **fields):
    return import_institutions(unit=unit, content=xlsx(header, *rows), filename="单位名录.xlsx", **fields)


def test_institutions_come_in_at_their_unit_or_at_the_unit_chosen(tree, county):
    report = bring(
        tree.county, ["县农业局", "张三", "0771-5551234"], ["镇农服中心", None, None, "大同镇"], actor=county
    )
    assert (told(report), counts(report)) == ([], (2, 0, 0))
    bureau, centre = Institution.objects.order_by("pk")
    assert (bureau.unit, bureau.contact, bureau.phone) == (tree.county, "张三", "0771-5551234")
    assert (centre.unit, centre.normalised_name) == (tree.township, "镇农服中心")
    assert bureau.history.get().history_user == county


@pytest.mark.parametrize("where", ["大同镇", "样例县大同镇", "459901101000"])
def test_a_unit_is_named_by_name_by_full_name_or_by_code(tree, where):
    bring(tree.county, ["镇农服中心", None, None, where])
    assert Institution.objects.get().unit == tree.township


def test_again_changes_nothing_and_a_new_contact_is_a_change(tree):
    bring(tree.county, ["县农业局", "张三", "0771-5551234"])
    assert counts(bring(tree.county, ["县 农业局", "张三", "0771-5551234"])) == (0, 0, 1)
    report = bring(tree.county, ["县农业局", "李四", None])
    assert counts(report) == (0, 1, 0)
    kept = Institution.objects.get()
    assert (kept.contact, kept.phone, kept.history.count()) == ("李四", "0771-5551234", 2)
    assert [(one.label, one.old, one.new) for one in report.outcomes[0].changes] == [("联系人", "张三", "李四")]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ([None, "张三", "0771"], "required"),
        (["局" * 101, "张三"], "value.too_long"),
        (["县农业局", "张三", "1" * 21], "value.too_long"),
        (["县农业局", None, None, "火星县"], "unit.unknown"),
        (["县农业局", None, None, "邻镇"], "unit.unknown"),
        (["县财政局", "李四"], "duplicate.row"),
    ],
)
def test_a_faulty_row_refuses_the_file(tree, row, code):
    report = bring(tree.county, ["县财政局", "张三"], row)
    assert (told(report), kinds(report)) == ([(3, code)], ["new", "refused"])
    assert not Institution.objects.exists()


def test_only_who_manages_institutions_may(tree, clerk):
    with pytest.raises(NotAllowed):
        bring(tree.township, ["县农业局", None], actor=clerk)


def test_what_the_admin_exports_is_all_the_same(tree, client, county):
    InstitutionFactory(name="县财政局", unit=tree.county, contact="张三", phone="0771-5551234")
    InstitutionFactory(name="镇农服中心", unit=tree.township)
    client.force_login(county)
    for kind in ("xlsx", "csv"):
        content = exported(client, "townships_institution", kind)
        report = import_institutions(unit=tree.county, content=content, filename=f"单位.{kind}", actor=county)
        assert (told(report), counts(report)) == ([], (0, 0, 2))


def test_a_larger_file_costs_no_more_queries(tree):
    rows = [[f"县第{number}局", "张三"] for number in range(100)]
    few = questions(lambda: bring(tree.county, *rows[:5]))
    many = questions(lambda: bring(tree.county, *rows))
    assert many <= few + 1 <= 14
