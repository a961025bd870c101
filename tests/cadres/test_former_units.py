"""Files that still write the old name or the old code, and rosters after a village became another unit."""

from datetime import date, datetime

import pytest
import time_machine

from cadres import roster_store
from cadres.actions.import_units import import_units
from cadres.roster.errors import Invalid
from cadres.unit_names import UnitNames
from reports.actions.change_units import change_units
from reports.unit_orders import Order
from tests.cadres.table_files import told, xlsx
from tests.factories import user_with
from townships.actions.rename_unit import rename_unit
from townships.models import AdministrativeUnit, UnitName
from townships.periods import SHANGHAI
from townships.unit_names import name_on

DAY = date(2026, 12, 7)
HEADER = ["区划代码", "名称", "停用日期"]


@pytest.fixture(autouse=True)
def november(db):
    with time_machine.travel(datetime(2026, 11, 24, 12, 0, tzinfo=SHANGHAI), tick=False):
        yield


@pytest.fixture
def moved(tree, posting):
    """The township went to the other county."""
    city = user_with("city_organization", tree.city, username="city")
    change_units(order=Order(kind="move", unit=tree.township, day=DAY, target=tree.county2), actor=city)
    return AdministrativeUnit.objects.get(division_code="459902102201")


def bring(unit, *rows, header=HEADER, **fields):
    return import_units(unit=unit, content=xlsx(header, *rows), filename="区划代码.xlsx", **fields)


def test_the_old_name_of_a_village_is_understood(tree, county):
    rename_unit(unit=tree.village, name="大新社区", code="459901101001", day=date(2026, 11, 24), actor=county)
    index = roster_store.village_index(tree.township)
    assert {index.find(text).pk for text in ("大同村", "大同", "大新社区", "大新")} == {tree.village.pk}
    names = UnitNames(tree.county)
    assert {names.find(text) for text in ("大同村", "大新社区", "459901101201", "459901101001")} == {tree.village}


def test_of_a_village_that_moved_the_one_of_today_is_meant(tree, moved):
    index = roster_store.village_index(tree.city)
    assert index.find("大同村", day="2026-03-01").pk == moved.pk
    assert index.find("大同村", day="2027-01-01").pk == moved.pk
    assert UnitNames(tree.city).find("大同镇大同村") == moved


def test_a_merged_village_says_what_follows_it(tree, county):
    order = Order(kind="merge", unit=tree.village, target=tree.other_village, day=DAY)
    change_units(order=order, actor=county)
    index = roster_store.village_index(tree.county)
    assert index.find("大同村", day="2026-12-01").pk == tree.village.pk
    with pytest.raises(Invalid, match="接续它的是 大同镇龙塘村"):
        index.find("大同村", day="2026-12-08")


def test_a_codes_file_that_renames_keeps_the_old_name(tree, county):
    bring(tree.county, ["459901101201", "大新村", None], actor=county)
    tree.village.refresh_from_db()
    assert tree.village.name == "大新村"
    assert (name_on(tree.village, date(2026, 11, 1)), name_on(tree.village, date(2026, 11, 24))) == ("大同村", "大新村")
    bring(tree.county, ["459901101201", "大新社区", None], actor=county)
    assert [one.name for one in UnitName.objects.in_turn()] == ["大同村", "大新社区"]


def test_a_codes_file_with_the_old_code_makes_no_second_unit(tree, county):
    rename_unit(unit=tree.village, name="大同村", code="459901101209", day=date(2026, 11, 24), actor=county)
    report = bring(tree.county, ["459901101201", "大同村", None], actor=county)
    assert told(report) == [(2, "unit.recoded")]
    assert AdministrativeUnit.objects.filter(name="大同村").count() == 1


def test_a_codes_file_does_not_end_a_village_with_people(tree, county, posting):
    report = bring(tree.county, ["459901101201", "大同村", "2026-12-31"], actor=county)
    assert told(report) == [(2, "unit.lived_in")]
    report = bring(tree.county, ["459901101202", "龙塘村", "2026-12-31"], actor=county)
    assert report.committed
