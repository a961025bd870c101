"""Who may give a role, and who may say what it holds: the judgement alone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from townships.capability_words import GROUPS, words
from townships.role_rules import (
    Standing,
    Terms,
    against_defining,
    against_giving,
    against_handling,
    unfit,
    unsuited,
)
from townships.roles import CAPABILITIES, DESK_CAPABILITIES, DESK_ROLES, ROLES, WITHOUT_CAPABILITIES

ALL = frozenset(CAPABILITIES)
SOME = frozenset({"view_members", "view_attendance", "manage_appointments"})
COUNTY = Standing(ALL, above=False, rank=4)
CITY = Standing(ALL, above=True, rank=5)
CLERK_WHO_APPOINTS = Standing(SOME, above=False, rank=0)
FROM_ABOVE_WITH_LITTLE = Standing(SOME, above=True, rank=0)


def role(acts_as: str = "auditor", capabilities=None, **other) -> Terms:
    held = ROLES[acts_as].capabilities if capabilities is None else frozenset(capabilities)
    return Terms(acts_as, ROLES[acts_as].name, acts_as, held, **other)


def test_every_capability_stands_once_on_the_page():
    assert sorted(name for group in GROUPS.values() for name in group) == sorted(CAPABILITIES)
    assert words(["view_attendance", "view_members"]) == "查看人员、查看考勤"
    assert words([]) == "无"


def test_the_standard_set_is_sound():
    for key, one in ROLES.items():
        assert one.capabilities <= ALL
        assert one.levels
        assert unsuited(key, one.capabilities) == ""
    assert set(ROLES) >= DESK_ROLES
    assert {key for key, one in ROLES.items() if not one.capabilities} == WITHOUT_CAPABILITIES


@pytest.mark.parametrize(
    ("officer", "given_role", "already", "allowed"),
    [
        (COUNTY, role("auditor"), (), True),
        (COUNTY, role("county_organization"), (), False),  # beside him
        (COUNTY, role("county_organization", ALL - {"audit"}), (), True),
        (COUNTY, role("auditor"), ALL - {"audit"}, False),  # together they make an equal
        (COUNTY, role("region_liaison"), ALL, False),  # he is beside already
        (COUNTY, role("city_organization", SOME), (), False),  # decides above him
        (CITY, role("county_organization"), (), True),
        (CITY, role("region_liaison"), ALL, True),
        (CLERK_WHO_APPOINTS, role("auditor"), (), False),  # he lacks audit
        (CLERK_WHO_APPOINTS, role("region_liaison", {"view_members"}), (), True),
        (CLERK_WHO_APPOINTS, role("region_liaison", SOME), (), False),
        (FROM_ABOVE_WITH_LITTLE, role("township_clerk"), (), False),
        (FROM_ABOVE_WITH_LITTLE, role("township_clerk", SOME), (), True),
        (COUNTY, role("member"), (), True),
    ],
)
def test_giving(officer, given_role, already, allowed):
    assert (against_giving(officer, given_role, frozenset(already)) == "") is allowed


@pytest.mark.parametrize(
    ("officer", "held", "rank", "allowed"),
    [
        (COUNTY, ALL, 4, False),
        (COUNTY, ALL - {"audit"}, 4, True),
        (COUNTY, SOME, 5, False),
        (COUNTY, (), 0, True),
        (CITY, ALL, 4, True),
        (FROM_ABOVE_WITH_LITTLE, {"publish_bulletin"}, 3, False),  # a reset password would publish in his name
        (FROM_ABOVE_WITH_LITTLE, SOME, 3, True),
    ],
)
def test_handling_an_account(officer, held, rank, allowed):
    assert (against_handling(officer, frozenset(held), rank) == "") is allowed


@pytest.mark.parametrize(
    ("officer", "before", "after", "allowed"),
    [
        (COUNTY, role("auditor"), role("auditor", {"view_members"}), True),
        (COUNTY, role("auditor"), role("auditor", ALL), False),
        (COUNTY, role("county_organization"), role("county_organization", SOME), False),
        (CITY, role("county_organization"), role("county_organization", SOME), True),
        (CLERK_WHO_APPOINTS, role("auditor"), role("auditor", {"view_members"}), False),  # takes what he lacks
        (CLERK_WHO_APPOINTS, role("auditor", {"view_members"}), role("auditor", {"audit"}), False),
        (CLERK_WHO_APPOINTS, None, role("auditor", {"view_members"}), True),
        (CLERK_WHO_APPOINTS, None, role("county_organization", {"view_members"}), False),
        (COUNTY, role("member"), role("member", {"view_members"}), False),
        (COUNTY, role("squad_leader"), role("squad_leader", {"view_members", "audit"}), False),
        (COUNTY, None, role("auditor", ALL), False),
    ],
)
def test_defining(officer, before, after, allowed):
    assert (against_defining(officer, before, after) == "") is allowed


@pytest.mark.parametrize(
    ("key", "level", "fits"),
    [
        ("county_organization", "county", True),
        ("county_organization", "village", False),
        ("township_secretary", "county", False),
        ("squad_leader", "township", True),
        ("squad_leader", "village", True),
        ("member", "village", True),
        ("region_liaison", "county", True),
        ("auditor", "village", False),
    ],
)
def test_a_role_belongs_to_levels(key, level, fits):
    assert (unfit(role(key), level) == "") is fits


def test_a_retired_role_begins_nowhere():
    assert "已停用" in unfit(role("auditor", retired=True), "county")


# ---- whatever an officer does, one act after another

DESK = ["auditor", "region_liaison", "county_organization"]
sets = st.sets(st.sampled_from(sorted(CAPABILITIES))).map(frozenset)
acts = st.lists(
    st.one_of(
        st.tuples(st.just("define"), st.sampled_from(DESK), sets),
        st.tuples(st.just("give"), st.sampled_from(DESK), st.integers(0, 2)),
    ),
    max_size=12,
)


@given(held=sets, rank=st.sampled_from([0, 4]), acts=acts)
@settings(max_examples=400, deadline=None)
def test_no_sequence_of_acts_gives_anybody_what_the_officer_lacks_nor_makes_an_equal(held, rank, acts):
    """Three people at the officer's own unit; the roles there, defined and given by him alone."""
    officer = Standing(held | {"manage_appointments"}, above=False, rank=rank)
    roles = {key: role(key, ()) for key in DESK}
    given: dict[int, set[str]] = {0: set(), 1: set(), 2: set()}

    def all_of(person: int, besides: str = "") -> frozenset[str]:
        return frozenset().union(*(roles[key].capabilities for key in given[person] - {besides}))

    for act, key, what in acts:
        if act == "define":
            after = role(key, what)
            holders = [person for person in given if key in given[person]]
            if not against_defining(officer, roles[key], after) and not any(
                against_giving(officer, after, all_of(person, key)) for person in holders
            ):
                roles[key] = after
        elif not against_giving(officer, roles[key], all_of(what)):
            given[what].add(key)
        for person in given:
            assert all_of(person) <= officer.held
            assert not officer.held <= all_of(person)
            assert max((roles[key].rank for key in given[person]), default=0) <= officer.rank


@given(acts_as=st.sampled_from(sorted(ROLES)), chosen=sets)
def test_what_only_a_desk_may_hold_is_never_on_a_phone(acts_as, chosen):
    if not unsuited(acts_as, chosen):
        assert acts_as in DESK_ROLES or not chosen & DESK_CAPABILITIES
        assert acts_as not in WITHOUT_CAPABILITIES or not chosen
