"""Roles as data: what a unit says of a role, and what becomes of those who hold it."""

from datetime import date, timedelta

import pytest

from attendance.approvers import Holders
from tests.factories import UserFactory, user_with
from townships.access import can, may_use_admin
from townships.actions.appoint import appoint, change_appointment, end_appointment
from townships.actions.set_role import RoleRefused, restore_role, retire_role, set_role
from townships.appointing import RoleUnfit, may_handle, require_account_below
from townships.errors import NotAllowed, OutOfReach, OwnMatter
from townships.models import Appointment, AuditEntry, Role, UnitPermission, User
from townships.periods import today
from townships.role_book import book_of
from townships.roles import CAPABILITIES, ROLES

pytestmark = pytest.mark.django_db

CLERK = ROLES["township_clerk"].capabilities
LIAISON = {"view_members", "view_attendance"}


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def held(user: User, unit) -> frozenset[str]:
    return fresh(user).held_at(unit.path)


@pytest.fixture
def city(tree):
    return user_with("city_organization", tree.city, username="city", display_name="市组织部")


@pytest.fixture
def colleague(tree):
    return user_with("county_organization", tree.county, username="colleague", display_name="同事")


def own_role(tree, county, **other) -> str:
    terms = {"name": "驻村办干部", "capabilities": LIAISON, "acts_as": "auditor", **other}
    return set_role(unit=tree.county, actor=county, **terms).key


# ---- what a role means where


def test_a_changed_role_changes_everybody_who_holds_it_there_and_nobody_elsewhere(tree, county, clerk):
    elsewhere = user_with("township_clerk", tree.township2)
    change = set_role(
        unit=tree.county, key="township_clerk", name="镇驻村办", capabilities=LIAISON | {"adjust_score"}, actor=county
    )
    assert (change.appointments, change.people) == (1, 1)
    assert held(clerk, tree.township) == LIAISON | {"adjust_score"}
    assert held(elsewhere, tree.township2) == CLERK
    assert clerk.appointments.get().title == "镇驻村办"
    assert fresh(clerk).roles_today() == {"township_clerk"}
    assert elsewhere.appointments.get().title == "党政办秘书"


def test_whoever_is_appointed_afterwards_gets_what_the_role_is_there(tree, county):
    set_role(unit=tree.county, key="township_clerk", name="党政办秘书", capabilities=LIAISON, actor=county)
    assert held(user_with("township_clerk", tree.township), tree.township) == LIAISON
    assert held(user_with("township_clerk", tree.township2), tree.township2) == CLERK


def test_the_nearest_definition_applies(tree, county, city, clerk):
    set_role(unit=tree.city, key="township_clerk", name="市里叫法", capabilities=LIAISON, actor=city)
    assert held(clerk, tree.township) == LIAISON
    set_role(unit=tree.county, key="township_clerk", name="县里叫法", capabilities={"view_members"}, actor=county)
    change = set_role(unit=tree.city, key="township_clerk", name="市里叫法", capabilities=CLERK, actor=city)
    assert change.appointments == 0
    assert held(clerk, tree.township) == {"view_members"}
    restore_role(unit=tree.county, key="township_clerk", actor=county)
    assert (held(clerk, tree.township), clerk.appointments.get().title) == (CLERK, "市里叫法")


def test_an_appointment_to_come_changes_along_and_one_that_is_over_does_not(tree, county):
    later = user_with("township_clerk", tree.township, begins=today() + timedelta(days=9))
    over = user_with("township_clerk", tree.township, ends=today() - timedelta(days=1))
    change = set_role(unit=tree.county, key="township_clerk", name="改名", capabilities=LIAISON, actor=county)
    assert change.appointments == 1
    assert later.appointments.get().title == "改名"
    assert over.appointments.get().title == "党政办秘书"


def test_a_dry_run_says_what_would_happen_and_keeps_nothing(tree, county, clerk):
    asked = {"unit": tree.county, "key": "township_clerk", "name": "改名", "capabilities": LIAISON, "actor": county}
    look = set_role(**asked, dry_run=True)
    assert (look.appointments, look.before.capabilities, look.after.capabilities) == (1, CLERK, frozenset(LIAISON))
    assert not Role.objects.exists()
    assert held(clerk, tree.township) == CLERK
    assert look.mark == set_role(**asked).mark


def test_a_changed_role_costs_the_same_for_many_as_for_few(tree, county, django_assert_max_num_queries):
    for _ in range(12):
        user_with("township_clerk", tree.township)
    with django_assert_max_num_queries(26) as few:
        set_role(unit=tree.county, key="township_clerk", name="改名", capabilities=LIAISON, actor=fresh(county))
    for _ in range(24):
        user_with("township_clerk", tree.township)
    with django_assert_max_num_queries(26) as many:
        set_role(unit=tree.county, key="township_clerk", name="又改名", capabilities=CLERK, actor=fresh(county))
    assert len(many) <= len(few) + 1


def test_the_trail_and_the_history_tell_before_and_after(tree, county, clerk):
    set_role(unit=tree.county, key="township_clerk", name="改名", capabilities=LIAISON, actor=county)
    told = AuditEntry.objects.get(act="role.set").details
    assert (told["before"]["capabilities"], told["after"]["capabilities"]) == (sorted(CLERK), sorted(LIAISON))
    assert (told["appointments"], told["people"]) == (1, 1)
    restore_role(unit=tree.county, key="township_clerk", actor=county)
    kept = list(Role.history.order_by("history_id").values_list("history_type", "grants", "history_user"))
    assert kept == [("+", sorted(LIAISON), county.pk), ("-", sorted(LIAISON), county.pk)]
    titles = clerk.appointments.get().history.order_by("history_id").values_list("title", flat=True)
    assert list(titles) == ["党政办秘书", "改名", "党政办秘书"]


# ---- a role of one's own


def test_a_county_adds_a_role_of_its_own(tree, county):
    key = own_role(tree, county)
    user = UserFactory()
    appoint(user=user, role=key, unit=tree.county, begins=today(), actor=county)
    assert held(user, tree.village) == LIAISON
    assert (str(user.appointments.get()), may_use_admin(fresh(user))) == (f"{user} 样例县驻村办干部", True)


def test_another_countys_own_role_does_not_exist_here(tree, county, outsider):
    key = own_role(tree, county)
    county2 = user_with("county_organization", tree.county2)
    for actor in (county2, None):
        with pytest.raises(RoleUnfit):
            appoint(user=UserFactory(), role=key, unit=tree.county2, begins=today(), actor=actor)
    with pytest.raises(RoleRefused):
        set_role(unit=tree.county2, key=key, name="偷来", capabilities=LIAISON, actor=county2)
    with pytest.raises(OutOfReach):
        set_role(unit=tree.county, key=key, name="偷来", capabilities=LIAISON, actor=county2)
    assert key not in [role.key for role in book_of(tree.county2.path).all_at(tree.county2.path)]


def test_a_retired_role_takes_nobody_new_and_keeps_whom_it_has(tree, county):
    key = own_role(tree, county)
    user = UserFactory()
    kept = appoint(user=user, role=key, unit=tree.county, begins=today(), actor=county)
    retire_role(unit=tree.county, key=key, actor=county)
    assert held(user, tree.county) == LIAISON
    with pytest.raises(RoleUnfit):
        appoint(user=UserFactory(), role=key, unit=tree.county, begins=today(), actor=county)
    kept.ends = today() + timedelta(days=30)
    change_appointment(appointment=kept, actor=county)
    retire_role(unit=tree.county, key=key, actor=county, retired=False)
    appoint(user=UserFactory(), role=key, unit=tree.county, begins=today(), actor=county)


def test_an_ended_appointment_comes_back_only_as_what_the_role_is_now(tree, county, clerk):
    ended = end_appointment(appointment=clerk.appointments.get(), ends=today(), actor=county)
    set_role(unit=tree.county, key="township_clerk", name="改名", capabilities=LIAISON, actor=county)
    ended.ends = None
    change_appointment(appointment=ended, actor=county)
    assert (held(clerk, tree.township), clerk.appointments.get().title) == (LIAISON, "改名")
    end_appointment(appointment=ended, ends=today(), actor=county)
    retire_role(unit=tree.county, key="township_clerk", actor=county)
    ended.ends = None
    with pytest.raises(RoleUnfit):
        change_appointment(appointment=ended, actor=county)


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({"acts_as": "emperor"}, "请选择"),
        ({"acts_as": "city_organization"}, "上级单位"),
        ({"name": "党政办秘书"}, "已经有叫"),
        ({"name": " "}, "不能为空"),
        ({"name": "长" * 31}, "30"),
    ],
)
def test_what_makes_no_role_is_refused_in_words(tree, county, terms, said):
    with pytest.raises(RoleRefused, match=said):
        own_role(tree, None, **terms)
    assert not Role.objects.exists()


def test_nothing_to_change_and_nothing_to_restore_are_said(tree, county):
    with pytest.raises(RoleRefused, match="没有改动"):
        set_role(unit=tree.county, key="township_clerk", name="党政办秘书", capabilities=CLERK, actor=county)
    with pytest.raises(RoleRefused, match="没有可以恢复"):
        restore_role(unit=tree.county, key="township_clerk", actor=county)
    with pytest.raises(RoleRefused, match="没有可以恢复"):
        restore_role(unit=tree.county, key=own_role(tree, county), actor=county)


# ---- nobody above or beside himself


def test_a_county_officer_appoints_no_other_and_the_city_does(tree, county, city):
    new = UserFactory()
    with pytest.raises(NotAllowed):
        appoint(user=new, role="county_organization", unit=tree.county, begins=today(), actor=county)
    for role, unit in (("auditor", tree.county), ("township_secretary", tree.township), ("member", tree.village)):
        appoint(user=UserFactory(), role=role, unit=unit, begins=today(), actor=county)
    appoint(user=new, role="county_organization", unit=tree.county, begins=today(), actor=city)


def test_two_roles_that_together_make_an_equal_are_not_given_to_one(tree, county):
    whole = frozenset(CAPABILITIES)
    left = own_role(tree, county, name="左", capabilities=whole - {"audit"})
    right = own_role(tree, county, name="右", capabilities={"view_members", "audit"})
    user = UserFactory()
    appoint(user=user, role=left, unit=tree.county, begins=today(), actor=county)
    with pytest.raises(NotAllowed):
        appoint(user=user, role=right, unit=tree.county, begins=today(), actor=county)
    set_role(unit=tree.county, key=right, name="右", capabilities={"view_members"}, actor=county)
    appoint(user=user, role=right, unit=tree.county, begins=today(), actor=county)
    with pytest.raises(NotAllowed):
        set_role(unit=tree.county, key=right, name="右", capabilities={"audit"}, actor=county)
    assert not whole <= held(user, tree.county)


def test_nobody_changes_the_role_he_holds_nor_one_beside_him(tree, county, city, colleague):
    whole = frozenset(CAPABILITIES)
    asked = {"unit": tree.county, "key": "county_organization", "name": "县委组织部"}
    with pytest.raises(OwnMatter):
        set_role(**asked, capabilities=whole - {"audit"}, actor=county)
    set_role(**asked, capabilities=whole - {"audit"}, actor=city)
    assert held(county, tree.county) == held(colleague, tree.county) == whole - {"audit"}
    # What the county has lost it can neither give nor take.
    for capabilities in (ROLES["auditor"].capabilities, {"view_members"}):
        with pytest.raises(NotAllowed):
            set_role(unit=tree.county, key="auditor", name="审计", capabilities=capabilities, actor=fresh(county))
    with pytest.raises(NotAllowed):
        appoint(user=UserFactory(), role="auditor", unit=tree.county, begins=today(), actor=fresh(county))


def test_a_colleague_and_whoever_is_above_are_out_of_ones_hands(tree, county, city, colleague, clerk):
    above = user_with("city_organization", tree.city)
    appoint(user=above, role="auditor", unit=tree.county, begins=today())
    for account in (colleague, above, county, UserFactory(is_superuser=True)):
        assert not may_handle(county, account)
    with pytest.raises(NotAllowed):
        end_appointment(appointment=colleague.appointments.get(), ends=today(), actor=county)
    with pytest.raises(NotAllowed):
        appoint(user=colleague, role="township_clerk", unit=tree.township, begins=today(), actor=county)
    with pytest.raises(NotAllowed):
        end_appointment(appointment=above.appointments.get(role="auditor"), ends=today(), actor=county)
    assert may_handle(county, clerk)
    assert may_handle(city, colleague)
    end_appointment(appointment=colleague.appointments.get(), ends=today(), actor=city)


def test_who_appoints_with_few_rights_takes_over_nobody_with_more(tree, county, secretary):
    key = own_role(tree, county, name="账号管理员", capabilities={"view_members", "manage_appointments"})
    helper = UserFactory()
    appoint(user=helper, role=key, unit=tree.county, begins=today(), actor=county)
    with pytest.raises(NotAllowed):
        require_account_below(fresh(helper), secretary)
    with pytest.raises(NotAllowed):
        appoint(user=UserFactory(), role="township_secretary", unit=tree.township, begins=today(), actor=fresh(helper))
    assert may_handle(fresh(helper), user_with("member", tree.village))


def test_the_guardian_rows_are_what_the_role_says(tree, county, clerk):
    set_role(unit=tree.county, key="township_clerk", name="改名", capabilities=LIAISON, actor=county)
    rows = UnitPermission.objects.filter(appointment__user=clerk)
    assert set(rows.values_list("permission__codename", "content_object", "user")) == {
        (name, tree.township.pk, clerk.pk) for name in LIAISON
    }
    assert not can(fresh(clerk), "manage_roster", tree.village)


def test_an_edited_role_without_the_right_decides_no_leave(tree, county, squad_leader, member, posting):
    day = date(2026, 11, 24)
    assert squad_leader.pk in Holders([tree.village], day).of("squad_leader", tree.village.path)
    less = ROLES["squad_leader"].capabilities - {"approve_leave"}
    set_role(unit=tree.county, key="squad_leader", name="分队长", capabilities=less, actor=county)
    assert squad_leader.pk not in Holders([tree.village], day).of("squad_leader", tree.village.path)


def test_an_own_role_counts_as_the_standard_one_for_leave(tree, county):
    key = own_role(
        tree,
        county,
        name="片长",
        acts_as="squad_leader",
        capabilities={"view_members", "view_attendance", "approve_leave"},
    )
    user = UserFactory()
    appoint(user=user, role=key, unit=tree.village, begins=date(2026, 1, 1), actor=county)
    assert user.pk in Holders([tree.village], date(2026, 11, 24)).of("squad_leader", tree.village.path)


def test_an_impossible_place_is_refused_in_words(tree, county):
    with pytest.raises(RoleUnfit, match="只能在乡镇一级任职"):
        appoint(user=UserFactory(), role="township_secretary", unit=tree.village, begins=today(), actor=county)
    assert not Appointment.objects.filter(role="township_secretary").exists()
