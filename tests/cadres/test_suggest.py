"""Near misses: what a name nobody knows may mean, by sound and by spelling, never beyond the unit."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cadres.actions.import_roster import import_roster
from cadres.roster.choices import SPELLINGS
from cadres.roster.suggest import MOST, Names, distance, near_misses
from cadres.roster.villages import Village, VillageIndex
from cadres.suggestions import suggestions_for
from tests.cadres.roster_files import person, table, xlsx
from tests.factories import InstitutionFactory, UnitFactory

VILLAGES = ("大同村", "龙塘村", "平安社区", "六堡村", "上水村", "下水村", "狮寨村", "𠮷庆村")
OFFICES = ("县财政局", "县人力资源和社会保障局", "县教育局", "县农业农村局", "县委组织部", "县委宣传部")


def among(names) -> Names:
    return Names((name, name) for name in names)


@pytest.mark.parametrize(
    ("written", "best"),
    [
        ("大桐村", "大同村"),
        ("大同存", "大同村"),
        ("龙唐", "龙塘村"),
        ("隆塘村委会", "龙塘村"),
        ("平按社区", "平安社区"),
        ("录堡村", "六堡村"),
        ("同大村", "大同村"),
        ("狮在村", "狮寨村"),
        ("𠮷庆", "𠮷庆村"),
        ("吉庆村", "𠮷庆村"),
    ],
)
def test_the_closest_village_comes_first(written, best):
    assert among(VILLAGES).closest(written)[0] == best


@pytest.mark.parametrize(
    ("written", "best"),
    [
        ("县人社局", "县人力资源和社会保障局"),
        ("人社局", "县人力资源和社会保障局"),
        ("县财正局", "县财政局"),
        ("样例县财政局", "县财政局"),
        ("县委组识部", "县委组织部"),
        ("县农业局", "县农业农村局"),
    ],
)
def test_the_closest_institution_comes_first(written, best):
    assert among(OFFICES).closest(written)[0] == best


@pytest.mark.parametrize(
    ("key", "written", "best"),
    [
        ("ethnicity", "汗族", "汉族"),
        ("ethnicity", "状族", "壮族"),
        ("ethnicity", "仫老族", "仫佬族"),
        ("political_status", "共青团圆", "共青团员"),
        ("education", "大学本可", "大学本科"),
        ("dispatch_level", "县及", "县级"),
    ],
)
def test_closed_lists_are_helped_too(key, written, best):
    assert Names(SPELLINGS[key].items()).closest(written)[0] == best


@pytest.mark.parametrize("written", ["", "不相干", "abc", "1", "《》"])
def test_what_resembles_nothing_gets_nothing(written):
    assert among(VILLAGES).closest(written) == []


@given(st.text(alphabet="大同龙塘村社区abc𠮷 ", max_size=8))
def test_at_most_five_and_always_the_same(text):
    found = among(VILLAGES).closest(text)
    assert len(found) <= MOST
    assert found == among(reversed(VILLAGES)).closest(text)
    assert text not in found


@given(st.text(alphabet="大同龙塘村", max_size=6), st.text(alphabet="大同龙塘村", max_size=6))
def test_distance_is_the_same_both_ways_and_zero_only_at_home(a, b):
    assert distance(a, b) == pytest.approx(distance(b, a))
    assert (distance(a, b) == 0) == (a == b)


def stumble(value: str, rows: int = 1, *, key="village", label="驻村名称", code="village.unknown") -> dict:
    return {"key": key, "label": label, "value": value, "rows": rows, "code": code}


def test_each_cell_is_one_near_miss_in_the_order_given():
    names = {"village": [(name, name) for name in VILLAGES]}
    cells = [
        stumble("大桐村", 2),
        stumble("什么"),
        stumble("龙唐"),
        stumble("5.1", key="start_date", code="date.invalid"),
    ]
    first, second = near_misses(cells, names)
    assert (first.key, first.raw, first.rows, first.names) == ("village", "大桐村", 2, ("大同村",))
    assert (second.raw, second.names) == ("龙唐", ("龙塘村",))


def test_villages_of_one_name_are_offered_with_their_townships():
    index = VillageIndex([Village(1, "大同村", ("甲镇",)), Village(2, "大同村", ("乙镇",))], "样例县")
    close = Names(index.spellings()).closest("大桐村")
    assert close == ["甲镇大同村", "乙镇大同村"]
    assert [index.find(name).pk for name in close] == [1, 2]


def test_the_sentence_of_an_unknown_village_names_the_closest(tree):
    content = xlsx(("a", table([person(1, 驻村名称="大桐村")])))
    report = import_roster(unit=tree.township, content=content, filename="a.xlsx", dry_run=True)
    assert "是不是 大同村" in report.errors[0].message


def test_suggestions_stay_within_the_unit(tree):
    UnitFactory(level="village", name="大桐村", division_code="459902101202", parent=tree.township2)
    InstitutionFactory(name="县财政局", unit=tree.county)
    InstitutionFactory(name="县财证局", unit=tree.county2)
    office = stumble("县财正局", key="dispatching_institution", label="派出单位", code="institution.created")
    found = {miss.key: miss.names for miss in suggestions_for(unit=tree.township, stumbles=[stumble("大铜村"), office])}
    assert found == {"village": ("大同村",), "dispatching_institution": ("县财政局",)}


def test_without_unknown_names_nothing_is_asked(tree, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert suggestions_for(unit=tree.township, stumbles=[stumble("5.1", code="date.invalid")]) == []


def test_a_province_of_villages_is_looked_through_quickly():
    marks = "东西南北中上下大小新"
    names = among("".join(triple) + "村" for triple in itertools.product(marks, repeat=3))
    assert names.closest("东西难村")[0] == "东西南村"
