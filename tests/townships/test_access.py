"""Who reaches what: the tree, one's own things, the institution's people, and nothing else."""

from datetime import date, timedelta

import pytest
import time_machine

from attendance.models import LeaveRequest
from cadres.models import Cadre, Posting
from tests.factories import PostingFactory, user_with
from townships.access import can, require
from townships.actions.appoint import appoint, end_appointment
from townships.errors import NotAllowed, OutOfReach, OwnMatter
from townships.models import AdministrativeUnit, User
from townships.periods import today

pytestmark = pytest.mark.django_db


def test_a_capability_reaches_the_whole_subtree_and_nothing_else(tree, county):
    names = set(AdministrativeUnit.objects.reachable_by(county, "view_members").values_list("name", flat=True))
    assert names == {"样例县", "大同镇", "大同村", "龙塘村"}


def test_no_appointment_no_rows(tree, posting):
    stranger = User.objects.create_user("stranger", password="zhucun-2026")
    assert not AdministrativeUnit.objects.reachable_by(stranger, "view_members").exists()
    assert not Posting.objects.reachable_by(stranger, "view_members").exists()


def test_a_member_sees_his_own_posting_and_no_neighbour(tree, posting, member):
    PostingFactory(village=tree.village)
    assert list(Posting.objects.reachable_by(member, "view_members")) == [posting]
    assert not Posting.objects.reachable_by(member, "manage_roster").exists()


def test_an_institution_follows_the_people_it_sent_read_only(tree, posting, institution_officer):
    PostingFactory(village=tree.village)
    assert list(Posting.objects.reachable_by(institution_officer, "view_members")) == [posting]
    assert list(Cadre.objects.reachable_by(institution_officer, "view_members")) == [posting.cadre]
    assert not Posting.objects.reachable_by(institution_officer, "manage_roster").exists()


def test_a_person_with_two_postings_is_listed_once(tree, posting, secretary):
    PostingFactory(cadre=posting.cadre, village=tree.other_village, begins=date(2025, 1, 1), ends=date(2025, 6, 1))
    assert list(Cadre.objects.reachable_by(secretary, "view_members")) == [posting.cadre]


def test_out_of_reach_is_not_found_and_in_reach_without_the_right_is_refused(tree, posting, outsider, auditor):
    with pytest.raises(OutOfReach):
        require(outsider, "manage_roster", posting)
    with pytest.raises(NotAllowed):
        require(auditor, "manage_roster", posting)
    require(auditor, "view_members", posting)


def test_has_perm_agrees_with_the_tree(tree, posting, secretary, outsider):
    assert secretary.has_perm("cadres.change_posting", posting)
    assert secretary.has_perm("townships.approve_leave", tree.village)
    assert not outsider.has_perm("cadres.view_posting", posting)
    assert not secretary.has_perm("cadres.no_such_thing", posting)


def test_an_appointment_acts_from_its_first_to_its_last_day_without_anyone_touching_it(tree):
    day = today()
    user = user_with("township_secretary", tree.township, begins=day, ends=day + timedelta(days=1))
    assert can(user, "approve_leave", tree.village)
    with time_machine.travel(day + timedelta(days=1), tick=False):
        assert not can(User.objects.get(pk=user.pk), "approve_leave", tree.village)
    with time_machine.travel(day - timedelta(days=2), tick=False):
        assert not can(User.objects.get(pk=user.pk), "approve_leave", tree.village)


def test_ending_one_of_two_appointments_at_a_unit_leaves_the_other(tree):
    user = user_with("township_clerk", tree.township)
    second = appoint(user=user, role="township_secretary", unit=tree.township, begins=date(2026, 1, 1))
    end_appointment(appointment=second, ends=today())
    fresh = User.objects.get(pk=user.pk)
    assert can(fresh, "manage_roster", tree.village)
    assert not can(fresh, "approve_leave", tree.village)


def test_nobody_appoints_himself_or_above_his_own_rights(tree, county, secretary):
    with pytest.raises(OwnMatter):
        appoint(user=county, role="county_organization", unit=tree.county, begins=today(), actor=county)
    with pytest.raises(OutOfReach):
        appoint(user=secretary, role="city_organization", unit=tree.city, begins=today(), actor=county)
    with pytest.raises(NotAllowed):
        appoint(user=county, role="township_clerk", unit=tree.township, begins=today(), actor=secretary)
    appoint(user=secretary, role="township_deputy", unit=tree.township, begins=today(), actor=county)


def test_all_of_a_users_rights_cost_one_query(tree, secretary, django_assert_num_queries):
    user = User.objects.get(pk=secretary.pk)
    with django_assert_num_queries(1):
        assert user.paths("view_members")
        assert user.paths("approve_leave")
        assert not user.paths("audit")


def test_a_list_and_its_count_cost_two_queries(tree, posting, secretary, django_assert_num_queries):
    user = User.objects.get(pk=secretary.pk)
    with django_assert_num_queries(3):
        rows = LeaveRequest.objects.reachable_by(user, "view_attendance")
        assert rows.count() == len(rows) == 0
