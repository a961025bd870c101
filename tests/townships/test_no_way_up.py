"""No way up by what was lent, kept or left over. Sources: house.md decisions 2 and 3; handbook, Actors."""

from datetime import date, timedelta

import pytest
import time_machine
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from attendance.approvers import Holders
from tests.factories import InstitutionFactory, UserFactory, user_with
from townships.access import can
from townships.actions.appoint import AppointmentRefused, appoint, change_appointment, end_appointment
from townships.actions.delegate import delegate, withdraw_delegation
from townships.actions.issue_token import NotByPassword, log_in_for_token
from townships.actions.set_role import retire_role, set_role
from townships.appointing import RoleUnfit, may_handle
from townships.errors import NotAllowed
from townships.models import Appointment, User

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 24)
DAY = timedelta(days=1)
OFFICE = {"view_members", "manage_appointments", "approve_leave"}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel("2026-11-24T12:00:00+08:00", tick=False):
        yield


def again(user: User) -> User:
    return User.objects.get(pk=user.pk)


def lend(principal: User, user: User, *, actor: User | None = None) -> list[Appointment]:
    held = list(Appointment.objects.own().filter(user=principal))
    return delegate(
        appointments=held,
        user=user,
        begins=TODAY,
        ends=TODAY + 7 * DAY,
        reason="外出",
        actor=actor or principal,
        today=TODAY,
    )


@pytest.fixture
def office(tree, county) -> str:
    """A role of the county's own, for a township's office that appoints."""
    return set_role(unit=tree.county, name="镇办", capabilities=OFFICE, acts_as="township_clerk", actor=county).key


@pytest.fixture
def officer(tree, office):
    return user_with(office, tree.township, username="officer", display_name="镇办甲")


@pytest.fixture
def deputy(tree):
    return user_with("township_deputy", tree.township, username="deputy", display_name="副书记")


# ---- what was lent


def test_what_was_lent_for_a_time_is_not_given_on_for_good(tree, county, secretary, officer):
    lend(secretary, officer)
    delegate_of_his = again(officer)
    assert can(delegate_of_his, "publish_bulletin", tree.township)
    change = {"unit": tree.township, "acts_as": "township_clerk", "actor": delegate_of_his}
    with pytest.raises(NotAllowed, match="发布通报"):
        set_role(name="通报员", capabilities=["view_members", "publish_bulletin"], **change)
    printer = set_role(
        unit=tree.county, name="通报员", acts_as="township_clerk", capabilities=["publish_bulletin"], actor=county
    )
    with pytest.raises(NotAllowed, match="发布通报"):
        appoint(user=UserFactory(), role=printer.key, unit=tree.township, begins=TODAY, actor=delegate_of_his)


def test_what_was_lent_makes_no_colleague_less_than_oneself(tree, secretary, officer, office):
    colleague = user_with(office, tree.township, username="officer2", display_name="镇办乙")
    assert not may_handle(again(officer), colleague)
    lend(secretary, officer)
    assert not may_handle(again(officer), colleague)
    with pytest.raises(NotAllowed):
        end_appointment(appointment=colleague.appointments.get(), ends=TODAY, actor=again(officer))


def test_the_page_of_a_role_offers_nothing_that_was_lent(client, tree, secretary, officer):
    lend(secretary, officer)
    client.force_login(officer)
    page = client.get(reverse("townships:role_new", args=[tree.township.division_code]))
    lines = {line["name"]: line for group in page.context["groups"] for line in group["lines"]}
    assert lines["publish_bulletin"]["why_not"]
    assert not lines["approve_leave"]["why_not"]


# ---- who stands in


@pytest.mark.parametrize("how", ["ended", "moved", "expired"])
def test_who_has_left_the_office_stands_in_for_nobody(tree, county, secretary, how):
    leader = user_with("squad_leader", tree.village, ends=TODAY + 2 * DAY)
    (row,) = lend(secretary, leader)
    assert can(again(leader), "publish_bulletin", tree.township)
    own = Appointment.objects.own().select_related("unit", "user").get(user=leader)
    day = TODAY
    if how == "ended":
        end_appointment(appointment=own, ends=TODAY, actor=county)
    elif how == "moved":
        own.unit = tree.village2
        change_appointment(appointment=own)
    else:
        day = TODAY + 2 * DAY
    with time_machine.travel(f"{day}T12:00:00+08:00", tick=False):
        assert not can(again(leader), "publish_bulletin", tree.township)
        assert row not in Appointment.objects.in_force(day)
        assert leader.pk not in Holders([tree.village], day).of("township_secretary", tree.village.path)


@pytest.mark.parametrize("place", ["village", "other_village", "township"])
def test_who_goes_on_in_the_office_goes_on_standing_in(tree, secretary, place):
    leader = user_with("squad_leader", tree.village)
    (row,) = lend(secretary, leader)
    own = Appointment.objects.own().select_related("unit", "user").get(user=leader)
    own.unit = getattr(tree, place)
    change_appointment(appointment=own)
    assert row in Appointment.objects.in_force(TODAY)


def test_a_deputys_delegate_decides_nothing_that_the_deputy_may_not(tree, secretary, deputy, squad_leader):
    lend(deputy, squad_leader)
    holders = Holders([tree.village], TODAY)
    asked = {secretary.pk}
    assert holders.deciders("township_secretary", tree.village.path, asked) == frozenset()
    assert holders.stood_in_for(squad_leader.pk, "township_secretary", tree.village.path) == deputy.pk
    assert squad_leader.pk in holders.deciders("township_secretary", tree.village.path, {None})
    assert squad_leader.pk not in holders.deciders("township_secretary", tree.village.path, {deputy.pk})


def test_a_closed_account_holds_up_no_leave(tree, secretary):
    assert Holders([tree.village], TODAY).of("township_secretary", tree.village.path) == {secretary.pk}
    secretary.is_active = False
    secretary.save()
    assert Holders([tree.village], TODAY).of("township_secretary", tree.village.path) == frozenset()


def test_a_delegation_is_not_taken_back_by_who_is_below_it(tree, county, secretary, deputy, officer):
    rows = lend(secretary, deputy)
    with pytest.raises(NotAllowed):
        withdraw_delegation(delegations=rows, actor=again(officer), today=TODAY)
    withdraw_delegation(delegations=rows, actor=county, today=TODAY)


def test_an_appointment_that_is_lent_does_not_change_hands(tree, county, secretary, squad_leader, deputy):
    lend(secretary, squad_leader)
    own = Appointment.objects.own().select_related("unit", "user").get(user=secretary)
    own.user = user_with("village_clerk", tree.village)
    with pytest.raises(AppointmentRefused, match="收回"):
        change_appointment(appointment=own, actor=county)


# ---- what was kept


def test_a_retired_role_is_not_handed_to_somebody_else(tree, county):
    key = set_role(
        unit=tree.county, name="驻村办干部", capabilities=["view_members"], acts_as="auditor", actor=county
    ).key
    held = appoint(user=UserFactory(), role=key, unit=tree.township, begins=TODAY, actor=county)
    retire_role(unit=tree.county, key=key, actor=county)
    held.user = UserFactory()
    with pytest.raises(RoleUnfit, match="停用"):
        change_appointment(appointment=held, actor=county)


def test_what_is_over_is_not_ended_again(client, tree, county):
    over = user_with("township_clerk", tree.township, ends=date(2026, 6, 1)).appointments.get()
    client.force_login(county)
    client.post(
        reverse("admin:townships_appointment_changelist"),
        {"action": "end_today", "_selected_action": [over.pk]},
    )
    over.refresh_from_db()
    assert over.ends == date(2026, 6, 1)


# ---- who follows an institution


def test_nobody_lets_follow_an_institution_that_is_not_in_his_charge(tree, county, institution):
    higher = InstitutionFactory(name="自治区财政厅", unit=tree.province)
    given = {"role": "institution_officer", "unit": tree.county, "begins": TODAY, "actor": county}
    with pytest.raises(NotAllowed, match="自治区财政厅"):
        appoint(user=UserFactory(), institution=higher, **given)
    held = appoint(user=UserFactory(), institution=institution, **given)
    held.institution = higher
    with pytest.raises(NotAllowed, match="自治区财政厅"):
        change_appointment(appointment=held, actor=county)


# ---- the second factor


def test_a_superuser_who_owes_a_second_factor_gets_no_token_by_password(settings):
    settings.TOTP_ROLES = ["superuser"]
    user = UserFactory(username="root", is_superuser=True)
    user.set_password("hei-yu-3-shan")
    user.save()
    with pytest.raises(NotByPassword):
        log_in_for_token(
            request=RequestFactory().post("/"),
            username="root",
            password="hei-yu-3-shan",
            name="接口",
            days=1,
            at=timezone.now(),
        )
