"""The rules of the tree over plain values: what is allowed, which codes are proposed, and that the tree stays a tree."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from townships.division_codes import CodeBook
from townships.divisions import Names, Place, Planner, Tree

DAY = date(2026, 12, 7)
PROVINCE, CITY, COUNTY, COUNTY2, TOWN, TOWN2, TOWN3, A, B, C = range(1, 11)
PLACES = [
    Place(PROVINCE, "450000000000", "样例自治区", "province", None),
    Place(CITY, "459900000000", "样例市", "city", PROVINCE),
    Place(COUNTY, "459901000000", "样例县", "county", CITY),
    Place(COUNTY2, "459902000000", "邻县", "county", CITY),
    Place(TOWN, "459901101000", "大同镇", "township", COUNTY),
    Place(TOWN2, "459901102000", "龙塘镇", "township", COUNTY),
    Place(TOWN3, "459902101000", "邻镇", "township", COUNTY2),
    Place(A, "459901101201", "大同村", "village", TOWN),
    Place(B, "459901101202", "龙塘村", "village", TOWN),
    Place(C, "459901102201", "大同村", "village", TOWN2),
]


def planner(places=PLACES, day=DAY, **wanted) -> Planner:
    return Planner(Tree(places), day, CodeBook(one.code for one in places), Names(wanted.get("names", {})))


def codes(plan) -> dict[str, str]:
    return {one.code: one.name for one in plan.born}


def said(plan) -> list[str]:
    return [one.code for one in plan.problems]


def test_a_township_takes_its_villages_along_under_codes_of_the_new_county():
    plan = planner().move(TOWN, COUNTY2)
    assert not plan.problems
    assert codes(plan) == {"459902102000": "大同镇", "459902102201": "大同村", "459902102202": "龙塘村"}
    assert sorted(plan.ended) == [TOWN, A, B]


def test_digits_stay_where_they_are_free():
    assert codes(planner().move(A, TOWN3)) == {"459902101201": "大同村"}
    assert codes(planner().merge([A, B], into=None, name="大龙村")) == {"459901101203": "大龙村"}


def test_the_villages_of_merged_townships_go_below_the_one_that_stays():
    names = {"459901102201": ("", "东大同村")}
    plan = planner(names=names).merge([TOWN2], into=TOWN)
    assert codes(plan) == {"459901101203": "东大同村"}
    assert plan.heirs == {TOWN2: TOWN, C: -1}
    assert said(planner().merge([TOWN2], into=TOWN)) == ["name.taken"]


def test_a_part_that_keeps_its_code_goes_on():
    plan = planner().split(TOWN, [("459901101000", ""), ("459901103000", "龙塘新镇")], {"459901101202": 1})
    assert codes(plan) == {"459901103000": "龙塘新镇", "459901103202": "龙塘村"}
    assert plan.ended == [B]
    assert plan.parts == [TOWN, -1]


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda p: p.move(A, TOWN), "unit.same_parent"),
        (lambda p: p.move(A, B), "unit.level"),
        (lambda p: p.move(A, COUNTY), "unit.level"),
        (lambda p: p.move(TOWN, A), "unit.cycle"),
        (lambda p: p.move(TOWN, TOWN2), "unit.level"),
        (lambda p: p.move(A, TOWN2), "name.taken"),
        (lambda p: p.merge([A], into=None, name="新村"), "merge.too_few"),
        (lambda p: p.merge([A, A], into=None, name="新村"), "merge.too_few"),
        (lambda p: p.merge([A], into=A), "merge.too_few"),
        (lambda p: p.merge([A, TOWN2], into=None, name="新村"), "merge.level"),
        (lambda p: p.merge([A, B], into=None, name=""), "name.required"),
        (lambda p: p.merge([A, B], into=None, name="新村", code="459901101201"), "code.taken"),
        (lambda p: p.merge([A, B], into=None, name="新村", code="45990110120"), "code.invalid"),
        (lambda p: p.merge([A, B], into=None, name="新村", code="459901103000"), "code.level"),
        (lambda p: p.split(A, [("459901101203", "甲村")]), "split.too_few"),
        (lambda p: p.split(A, [("459901101203", "甲村"), ("459901101203", "乙村")]), "code.taken"),
        (lambda p: p.split(A, [("459901101203", "甲村"), ("459901101204", "甲村")]), "name.taken"),
        (lambda p: p.split(A, [("459901101201", "甲村"), ("459901101204", "乙村")]), "split.renamed"),
        (lambda p: p.split(TOWN, [("459901101000", ""), ("459901104000", "乙镇")], {"459901101201": 7}), "split.share"),
    ],
)
def test_what_the_rules_forbid(make, code):
    assert code in said(make(planner()))


def dated(key: int, **dates) -> list[Place]:
    return [
        Place(p.key, p.code, p.name, p.level, p.parent, dates.get("begins"), dates.get("ends")) if p.key == key else p
        for p in PLACES
    ]


@pytest.mark.parametrize(
    ("places", "code"),
    [
        (dated(A, begins=DAY), "unit.begins_later"),
        (dated(A, ends=date(2027, 1, 1)), "unit.changes_later"),
        (dated(A, ends=date(2026, 1, 1)), "unit.ended"),
        (dated(TOWN3, ends=date(2027, 1, 1)), "target.not_active"),
        (dated(TOWN3, begins=date(2027, 1, 1)), "target.not_active"),
    ],
)
def test_days_must_fit(places, code):
    assert code in said(planner(places).move(A, TOWN3))


def test_what_has_ended_before_is_left_where_it_was():
    plan = planner(dated(A, ends=date(2026, 1, 1))).move(TOWN, COUNTY2)
    assert not plan.problems
    assert A not in plan.ended


# ---- any sequence of changes


def running(places, day, level=None):
    return [p for p in places if p.is_active_on(day) and (level is None or p.level == level)]


def check_tree(places, day):
    by_key = {p.key: p for p in places}
    active = running(places, day)
    assert all(p.parent is None or by_key[p.parent].is_active_on(day) for p in active)
    siblings = [(p.parent, p.name) for p in active]
    assert len(siblings) == len(set(siblings))
    assert len({p.code for p in places}) == len(places)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_the_tree_stays_a_tree_on_every_day(data):
    places, day, changed = list(PLACES), DAY, []
    for step in range(data.draw(st.integers(1, 5))):
        day += timedelta(days=data.draw(st.integers(1, 20)))
        plan = _any_plan(data, places, day, step)
        if plan.problems:
            continue
        before = {p.key: p for p in places}
        places = [_renumbered(p, len(before)) for p in _after(places, plan)]
        for key, old in before.items():
            new = next(p for p in places if p.key == key)
            # Nothing that was before the day is touched.
            assert new.is_active_on(day - timedelta(days=1)) == old.is_active_on(day - timedelta(days=1))
        changed.append(day)
    for day in (DAY, *changed, *(day - timedelta(days=1) for day in changed), DAY + timedelta(days=365)):
        check_tree(places, day)


def _after(places, plan):
    """The tree as it stands with the plan carried out."""
    day, ended = plan.day, set(plan.ended)
    kept = [
        Place(p.key, p.code, p.name, p.level, p.parent, p.begins, day if p.key in ended else p.ends) for p in places
    ]
    return kept + [Place(b.key, b.code, b.name, b.level, b.parent, day, None) for b in plan.born]


def _any_plan(data, places, day, step):
    make = planner(places, day)
    kind = data.draw(st.sampled_from(["move", "merge", "split", "abolish"]))
    level = data.draw(st.sampled_from(["township", "village"]))
    here = [p.key for p in running(places, day, level)] or [A]
    key = data.draw(st.sampled_from(here))
    if kind == "move":
        return make.move(key, data.draw(st.sampled_from([p.key for p in running(places, day)])))
    if kind == "merge":
        into = data.draw(st.sampled_from([None, *here]))
        return make.merge([key, data.draw(st.sampled_from(here))], into=into, name=f"新{step}")
    if kind == "split":
        own = next(p.code for p in places if p.key == key)
        return make.split(key, [(data.draw(st.sampled_from(["", own])), ""), ("", f"分{step}")])
    return make.abolish(key)


def _renumbered(place: Place, count: int) -> Place:
    """Born units as the database numbers them."""

    def key(one):
        return one if one is None or one > 0 else count - one

    return Place(key(place.key), place.code, place.name, place.level, key(place.parent), place.begins, place.ends)
