"""The API tells of units as they were, and of nobody else's."""

from datetime import date

from reports.actions.change_units import change_units
from reports.unit_orders import Order
from tests.api.conftest import Caller
from tests.factories import user_with
from townships.actions.rename_unit import rename_unit

DAY = date(2026, 12, 7)


def test_a_unit_tells_its_former_names(tree, county, posting):
    rename_unit(unit=tree.village, name="大同社区", code="459901101001", day=date(2026, 11, 20), actor=county)
    found = Caller(county).read("units/459901101201").json()
    assert (found["code"], found["name"]) == ("459901101001", "大同社区")
    assert [one["name"] for one in found["names"]] == ["大同村", "大同社区"]
    changes = Caller(county).read("units/459901101001/changes").json()
    assert [(one["kind"], one["side"], one["other"]) for one in changes] == [("rename", "after", None)]


def test_where_a_unit_went_is_told_to_whom_it_is_in_reach_of(tree, county, posting):
    city = user_with("city_organization", tree.city, username="city")
    county2 = user_with("county_organization", tree.county2, username="county2")
    change_units(order=Order(kind="move", unit=tree.township, day=DAY, target=tree.county2), actor=city)
    seen = Caller(city).read("units/459901101000").json()
    assert (seen["ends"], [one["code"] for one in seen["successors"]]) == ("2026-12-07", ["459902102000"])
    assert [one["code"] for one in Caller(city).read("units/459902102000").json()["predecessors"]] == ["459901101000"]
    for user, code in ((county, "459901101000"), (county2, "459902102000")):
        own = Caller(user).read(f"units/{code}").json()
        assert (own["successors"], own["predecessors"]) == ([], [])
        assert [one["other"] for one in Caller(user).read(f"units/{code}/changes").json()] == [None]
    assert Caller(county).read("units/459902102000/changes").status_code == 404
