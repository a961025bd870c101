"""A change of units is taken back while nobody has worked with what it made."""

from datetime import date, datetime

import pytest
import time_machine

from attendance.models import CheckIn, LeaveRequest
from cadres.models import Posting
from reports.actions.change_units import change_units
from reports.actions.withdraw_change import what_depends, withdraw_change
from reports.unit_orders import Order
from tests.factories import user_with
from townships.actions.rename_unit import UnitChangeRefused, rename_unit
from townships.errors import NotAllowed, OutOfReach
from townships.models import AdministrativeUnit, Appointment, AuditEntry, Facility, UnitPermission, UnitSuccession
from townships.periods import SHANGHAI

DAY = date(2026, 12, 7)
AT = datetime(2026, 11, 24, 9, 0, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def november(db):
    with time_machine.travel(datetime(2026, 11, 24, 12, 0, tzinfo=SHANGHAI), tick=True):
        yield


@pytest.fixture
def city(tree):
    return user_with("city_organization", tree.city, username="city")


def snapshot() -> dict:
    return {
        model.__name__: list(model.objects.order_by("pk").values_list())
        for model in (AdministrativeUnit, Posting, Appointment, UnitPermission, Facility, LeaveRequest)
    }


def test_everything_is_as_it_was(tree, city, posting, secretary, squad_leader):
    Facility.objects.create(unit=tree.village, kind="热水器")
    LeaveRequest.objects.create(
        posting=posting, begins_on=DAY, ends_on=DAY, days=1, counted_days=1, applied_at=AT, state="approved"
    )
    before = snapshot()
    change = change_units(order=Order(kind="move", unit=tree.township, day=DAY, target=tree.county2), actor=city)
    assert snapshot() != before
    withdraw_change(change=change, actor=city, reason="批文作废")
    assert snapshot() == before
    change.refresh_from_db()
    assert (change.withdrawn_by, change.withdraw_reason) == (city, "批文作废")
    assert {one.unit.name for one in UnitSuccession.objects.all()} == {"大同镇", "大同村", "龙塘村"}
    assert AuditEntry.objects.filter(act="unit.change_withdrawn").count() == 2
    change_units(order=Order(kind="move", unit=tree.township, day=DAY, target=tree.county2), actor=city)


def test_a_merger_into_a_village_that_goes_on_is_taken_back(tree, county, posting):
    for unit, quantity in ((tree.village, 2), (tree.other_village, 3)):
        Facility.objects.create(unit=unit, kind="热水器", quantity=quantity)
    before = snapshot()
    order = Order(kind="merge", unit=tree.village, target=tree.other_village, day=DAY)
    withdraw_change(change=change_units(order=order, actor=county), actor=county)
    assert snapshot() == before


def test_what_was_recorded_since_stands_in_the_way(tree, city, posting):
    change = change_units(order=Order(kind="move", unit=tree.township, day=DAY, target=tree.county2), actor=city)
    new = Posting.objects.get(begins=DAY)
    CheckIn.objects.create(posting=new, client_id="a", made_at=AT, received_at=AT, day=DAY, minute=540)
    with pytest.raises(UnitChangeRefused) as refused:
        withdraw_change(change=change, actor=city)
    assert refused.value.details["blocks"] == ["打卡记录 1 条：甘雨 2026-12-07 打卡"]
    assert Posting.objects.count() == 2


def test_nobody_else_takes_it_back(tree, city, county, posting):
    change = change_units(order=Order(kind="move", unit=tree.township, day=DAY, target=tree.county2), actor=city)
    with pytest.raises((NotAllowed, OutOfReach)):
        withdraw_change(change=change, actor=county)
    withdraw_change(change=change, actor=city)
    assert what_depends(change, reader=city)
    with pytest.raises(UnitChangeRefused):
        withdraw_change(change=change, actor=city)


@pytest.mark.parametrize("day", [date(2026, 11, 24), DAY])
def test_a_name_is_taken_back(tree, county, day):
    change = rename_unit(unit=tree.village, name="新大同村", code="459901101209", day=day, actor=county)
    withdraw_change(change=change, actor=county)
    tree.village.refresh_from_db()
    assert (tree.village.name, tree.village.division_code) == ("大同村", "459901101201")


def test_an_older_name_is_not_taken_back_before_the_newer(tree, county):
    first = rename_unit(unit=tree.village, name="甲村", day=date(2026, 11, 20), actor=county)
    second = rename_unit(unit=tree.village, name="乙村", day=date(2026, 11, 24), actor=county)
    with pytest.raises(UnitChangeRefused, match="又改名为乙村"):
        withdraw_change(change=first, actor=county)
    withdraw_change(change=second, actor=county)
    withdraw_change(change=first, actor=county)
    tree.village.refresh_from_db()
    assert tree.village.name == "大同村"
