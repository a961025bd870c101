"""A unit's name and code from a day on; the old ones stay findable."""

from datetime import date

import pytest
import time_machine

from tests.factories import UnitFactory
from townships.access import unit_for
from townships.actions.rename_unit import UnitChangeRefused, rename_unit, take_up_names
from townships.errors import NotAllowed, OutOfReach
from townships.models import AdministrativeUnit, AuditEntry, UnitSuccession
from townships.unit_names import former_names, name_on

TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def november(db):
    with time_machine.travel("2026-11-24T12:00:00+08:00", tick=False):
        yield


def test_a_name_of_today_is_there_at_once(tree, county):
    rename_unit(
        unit=tree.village,
        name="大同社区",
        code="459901101001",
        day=TODAY,
        actor=county,
        document_number="民〔2026〕1号",
    )
    tree.village.refresh_from_db()
    assert (tree.village.name, tree.village.division_code) == ("大同社区", "459901101001")
    assert name_on(tree.village, date(2026, 11, 23)) == "大同村"
    assert name_on(tree.village, TODAY) == "大同社区"
    entry = AuditEntry.objects.get(act="unit.renamed")
    assert (entry.actor, entry.details["before"]["name"], entry.details["after"]["name"]) == (
        county,
        "大同村",
        "大同社区",
    )
    assert UnitSuccession.objects.get().unit == tree.village


def test_a_name_to_come_waits_for_its_day(tree, county):
    rename_unit(unit=tree.village, name="大同社区", day=date(2026, 12, 1), actor=county)
    tree.village.refresh_from_db()
    assert tree.village.name == "大同村"
    assert name_on(tree.village, date(2026, 12, 1)) == "大同社区"
    assert take_up_names(day=date(2026, 11, 30)) == 0
    assert (take_up_names(day=date(2026, 12, 1)), take_up_names(day=date(2026, 12, 2))) == (1, 0)
    tree.village.refresh_from_db()
    assert tree.village.name == "大同社区"
    assert AdministrativeUnit.history.filter(id=tree.village.pk).latest().name == "大同社区"


def test_names_follow_one_another(tree, county):
    rename_unit(unit=tree.village, name="甲村", day=date(2026, 10, 1), actor=county)
    rename_unit(unit=tree.village, name="乙村", day=date(2026, 11, 1), actor=county)
    days = {name_on(tree.village, date(2026, month, 15)) for month in (9, 10, 11)}
    tree.village.refresh_from_db()
    days = [name_on(tree.village, date(2026, month, 15)) for month in (9, 10, 11)]
    assert days == ["大同村", "甲村", "乙村"]
    assert former_names(AdministrativeUnit.objects.filter(pk=tree.village.pk))[tree.village.pk] == ["大同村", "甲村"]
    with pytest.raises(UnitChangeRefused, match="已经更名"):
        rename_unit(unit=tree.village, name="丙村", day=date(2026, 10, 15), actor=county)


def test_the_old_code_still_leads_to_the_unit(tree, county, outsider):
    rename_unit(unit=tree.village, name="大同村", code="459901101209", day=TODAY, actor=county)
    assert unit_for(county, "459901101201", "view_members") == tree.village
    with pytest.raises(OutOfReach):
        unit_for(outsider, "459901101201", "view_members")
    UnitFactory(level="village", name="别村", division_code="459901101201", parent=tree.township)
    assert unit_for(county, "459901101201", "view_members").name == "别村"


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("龙塘村", "", "已有龙塘村"),
        ("大同村", "", "都没有变"),
        ("", "", "请填写名称"),
        ("新村", "459901101202", "已经有单位在用"),
        ("新村", "45990110120", "不是 12 位"),
        ("新村", "459901102000", "层级不符"),
    ],
)
def test_what_is_no_name_is_refused(tree, county, name, code, words):
    with pytest.raises(UnitChangeRefused, match=words):
        rename_unit(unit=tree.village, name=name, code=code, day=TODAY, actor=county)


def test_the_unit_above_decides(tree, county, secretary, auditor, outsider):
    for actor in (secretary, auditor, outsider):
        with pytest.raises((NotAllowed, OutOfReach)):
            rename_unit(unit=tree.village, name="新村", day=TODAY, actor=actor)
    with pytest.raises(NotAllowed, match="要由它的上级办理"):
        rename_unit(unit=tree.county, name="新县", day=TODAY, actor=county)
