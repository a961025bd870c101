"""Giving one's office to somebody for a time. Sources: house.md decision 3, handbook (Actors; edge cases 11 and 40)."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import UserFactory, user_with
from townships.access import can
from townships.acting import principal_of, require_deciding
from townships.actions.appoint import appoint, change_appointment, end_appointment
from townships.actions.delegate import DelegationRefused, delegate, withdraw_delegation
from townships.delegation import (
    DELEGABLE,
    LONGEST_DAYS,
    Term,
    acts_for,
    can_be_delegated,
    delegable,
    fault_of,
    may_stand_in,
)
from townships.delegations import candidates, given_by, post_of, received_by
from townships.errors import NotAllowed, OutOfReach, OwnMatter
from townships.models import Appointment, AuditEntry, User
from townships.roles import ROLES

TODAY = date(2026, 11, 24)
DAY = timedelta(days=1)
NEVER = {
    "manage_appointments",
    "manage_units",
    "manage_policy",
    "manage_roster",
    "manage_institutions",
    "audit",
    "view_identity",
}


# ---- the rule


def _holds(role: str) -> frozenset[str]:
    return ROLES[role].capabilities


@pytest.mark.parametrize("role", ROLES)
def test_power_over_accounts_rules_and_the_trail_is_never_delegated(role):
    assert not delegable(_holds(role)) & NEVER
    assert delegable(_holds(role)) <= _holds(role)


@pytest.mark.parametrize(
    ("role", "worth"),
    [("township_secretary", True), ("team_leader", True), ("auditor", False), ("member", False)],
)
def test_a_role_that_only_looks_needs_nobody_in_its_place(role, worth):
    assert can_be_delegated(_holds(role)) is worth


_TOWN, _VILLAGE, _NEXT, _OTHER = "00010001", "000100010001", "000100010002", "000100020001"


@pytest.mark.parametrize(
    ("role", "at", "level", "parent", "delegate_role", "own_at", "may"),
    [
        pytest.param("township_secretary", _TOWN, "township", "0001", "township_deputy", _TOWN, True, id="deputy"),
        pytest.param("township_secretary", _TOWN, "township", "0001", "squad_leader", _VILLAGE, True, id="below"),
        pytest.param("township_secretary", _TOWN, "township", "0001", "township_clerk", _TOWN, False, id="clerk decides nothing"),
        pytest.param("township_secretary", _TOWN, "township", "0001", "village_clerk", _VILLAGE, False, id="village clerk"),
        pytest.param("squad_leader", _VILLAGE, "village", _TOWN, "squad_leader", _NEXT, True, id="next village"),
        pytest.param("squad_leader", _VILLAGE, "village", _TOWN, "township_secretary", _TOWN, True, id="above"),
        pytest.param("squad_leader", _VILLAGE, "village", _TOWN, "squad_leader", _OTHER, False, id="another township"),
        pytest.param("team_leader", _VILLAGE, "village", _TOWN, "village_clerk", _VILLAGE, True, id="signing"),
        pytest.param("team_leader", _VILLAGE, "village", _TOWN, "member", _VILLAGE, False, id="member"),
        pytest.param("county_organization", "0001", "county", "", "county_organization", "0001", True, id="county"),
        pytest.param("county_organization", "0001", "county", "", "township_secretary", _TOWN, False, id="below a county"),
    ],
)  # fmt: skip
def test_who_may_stand_in(role, at, level, parent, delegate_role, own_at, may):
    answer = may_stand_in(
        principal=_holds(role), at=at, level=level, parent=parent, own=_holds(delegate_role), own_at=own_at
    )
    assert answer is may


@pytest.mark.parametrize(
    ("begins", "ends", "fault"),
    [
        (TODAY, TODAY + DAY, ""),
        (TODAY - DAY, TODAY + DAY, "past"),
        (TODAY, TODAY, "dates"),
        (TODAY, None, "dates"),
        (TODAY, TODAY + timedelta(days=LONGEST_DAYS + 1), "long"),
        (TODAY, date(2026, 12, 25), "outside"),
        (date(2026, 12, 2), date(2026, 12, 4), "taken"),
        (date(2026, 12, 5), date(2026, 12, 7), ""),
    ],
)
def test_for_which_time(begins, ends, fault):
    own, taken = Term(date(2026, 1, 1), date(2026, 12, 24)), Term(date(2026, 12, 1), date(2026, 12, 5))
    asked = Term(begins, ends)
    assert fault_of(asked, today=TODAY, within=[own], taken=[taken], is_delegate=False) == fault


def test_a_delegate_does_not_delegate():
    assert fault_of(Term(TODAY, TODAY + DAY), today=TODAY, within=[], taken=[], is_delegate=True) == "chain"


_PATHS = st.sampled_from(["0001", "00010001", "000100010001", "000100010002", "00010002", "0002"])


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_PATHS, st.sets(_PATHS), st.dictionaries(_PATHS, st.integers(1, 9), max_size=4))
def test_who_holds_a_right_himself_acts_for_himself(path, own, lent):
    principal = acts_for(path, own=own, lent=lent)
    assert principal is None or not any(path.startswith(each) for each in own)
    assert principal is None or principal in {who for each, who in lent.items() if path.startswith(each)}


# ---- giving and taking back


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel("2026-11-24T12:00:00+08:00", tick=False):
        yield


@pytest.fixture
def deputy(tree):
    return user_with("township_deputy", tree.township, username="deputy", display_name="副书记")


def give(principal, user, *, begins=TODAY, ends=TODAY + 7 * DAY, actor=None, reason="外出开会") -> list[Appointment]:
    held = list(Appointment.objects.own().filter(user=principal))
    return delegate(
        appointments=held, user=user, begins=begins, ends=ends, reason=reason, actor=actor or principal, today=TODAY
    )


def again(user) -> User:
    """The same person at his next request."""
    return User.objects.get(pk=user.pk)


@pytest.mark.django_db
def test_a_delegate_holds_the_office_for_the_time_and_no_longer(secretary, squad_leader, tree):
    give(secretary, squad_leader)
    assert can(again(squad_leader), "approve_leave", tree.other_village)
    assert not can(again(squad_leader), "manage_roster", tree.other_village)
    with time_machine.travel("2026-11-30T23:59:00+08:00"):
        assert can(again(squad_leader), "approve_leave", tree.other_village)  # edge 40: works until midnight
    with time_machine.travel("2026-12-01T00:00:00+08:00"):
        assert not can(again(squad_leader), "approve_leave", tree.other_village)


@pytest.mark.django_db
def test_a_delegation_to_come_does_not_act_yet(secretary, squad_leader, tree):
    give(secretary, squad_leader, begins=TODAY + DAY)
    assert not can(again(squad_leader), "approve_leave", tree.other_village)


@pytest.mark.django_db
def test_a_principal_whose_term_ends_takes_his_delegations_along(secretary, squad_leader, tree, county):
    give(secretary, squad_leader)
    end_appointment(appointment=Appointment.objects.own().get(user=secretary), ends=TODAY, actor=county)
    assert not can(again(squad_leader), "approve_leave", tree.other_village)


@pytest.mark.django_db
def test_a_principal_whose_account_is_closed_takes_his_delegations_along(secretary, squad_leader, tree):
    give(secretary, squad_leader)
    User.objects.filter(pk=secretary.pk).update(is_active=False)
    assert not can(again(squad_leader), "approve_leave", tree.other_village)


@pytest.mark.django_db
def test_a_principal_who_is_moved_takes_his_delegations_along(secretary, squad_leader, tree, county):
    give(secretary, squad_leader)
    own = Appointment.objects.own().get(user=secretary)
    own.role = "township_clerk"
    change_appointment(appointment=own, actor=county)
    assert not can(again(squad_leader), "approve_leave", tree.other_village)


@pytest.mark.django_db
def test_a_principal_who_is_back_early_takes_it_back_today(secretary, squad_leader, tree):
    rows = give(secretary, squad_leader)
    withdraw_delegation(delegations=rows, actor=secretary, today=TODAY)
    assert not can(again(squad_leader), "approve_leave", tree.other_village)
    assert Appointment.objects.get(pk=rows[0].pk).withdrawn_on == TODAY
    give(secretary, squad_leader)  # and may give it again


@pytest.mark.django_db
def test_the_delegate_declines(secretary, squad_leader, tree):
    rows = give(secretary, squad_leader, begins=TODAY + DAY)
    withdraw_delegation(delegations=rows, actor=squad_leader, today=TODAY)
    with time_machine.travel("2026-11-25T12:00:00+08:00"):
        assert not can(again(squad_leader), "approve_leave", tree.other_village)


@pytest.mark.django_db
def test_what_is_over_is_not_withdrawn(secretary, squad_leader):
    rows = give(secretary, squad_leader)
    withdraw_delegation(delegations=rows, actor=secretary, today=TODAY)
    with pytest.raises(DelegationRefused):
        withdraw_delegation(delegations=rows, actor=secretary, today=TODAY)


@pytest.mark.django_db
def test_others_neither_give_nor_take_back(secretary, squad_leader, clerk, outsider):
    with pytest.raises(NotAllowed):
        give(secretary, squad_leader, actor=clerk)
    rows = give(secretary, squad_leader)
    with pytest.raises(NotAllowed):
        withdraw_delegation(delegations=rows, actor=clerk, today=TODAY)
    with pytest.raises(OutOfReach):
        withdraw_delegation(delegations=rows, actor=outsider, today=TODAY)


@pytest.mark.django_db
def test_who_manages_appointments_gives_for_somebody_who_is_ill(secretary, squad_leader, county, tree):
    rows = give(secretary, squad_leader, actor=county, reason="住院")
    assert can(again(squad_leader), "approve_leave", tree.other_village)
    withdraw_delegation(delegations=rows, actor=county, today=TODAY)


@pytest.mark.django_db
def test_nobody_becomes_his_own_delegate(secretary, county):
    with pytest.raises(OwnMatter):
        give(secretary, secretary)
    with pytest.raises(OwnMatter):
        give(secretary, county, actor=county)


@pytest.mark.django_db
def test_a_stranger_a_clerk_and_a_closed_account_are_no_delegates(secretary, outsider, clerk, deputy):
    User.objects.filter(pk=deputy.pk).update(is_active=False)
    for user in (outsider, clerk, deputy, UserFactory()):
        with pytest.raises(DelegationRefused):
            give(secretary, user)


@pytest.mark.django_db
def test_no_chain(secretary, squad_leader, deputy):
    rows = give(secretary, squad_leader)
    with pytest.raises(DelegationRefused, match="不能再委托"):
        delegate(
            appointments=rows, user=deputy, begins=TODAY, ends=TODAY + DAY, reason="x", actor=squad_leader, today=TODAY
        )
    assert [post.first.role for post in _posts(squad_leader)] == ["squad_leader"]


def _posts(user):
    own = Appointment.objects.own().filter(user=user).first()
    return [post_of(own, TODAY)]


@pytest.mark.django_db
def test_one_delegate_at_a_time(secretary, squad_leader, deputy):
    give(secretary, squad_leader, ends=TODAY + 3 * DAY)
    with pytest.raises(DelegationRefused, match="已经委托"):
        give(secretary, deputy, begins=TODAY + 2 * DAY)
    give(secretary, deputy, begins=TODAY + 3 * DAY)


@pytest.mark.django_db
def test_the_database_keeps_the_promise(secretary, squad_leader, deputy):
    row = give(secretary, squad_leader)[0]
    for changes in ({"user": deputy}, {"ends": None}):
        twin = Appointment.objects.get(pk=row.pk)
        twin.pk = None
        for name, value in changes.items():
            setattr(twin, name, value)
        with pytest.raises(IntegrityError), transaction.atomic():
            twin.save()


@pytest.mark.django_db
def test_a_delegation_does_not_outlast_the_unit(secretary, deputy, tree):
    tree.township.ends = TODAY + 3 * DAY
    tree.township.save()
    with pytest.raises(DelegationRefused, match="存续期"):
        give(secretary, deputy)
    give(secretary, deputy, ends=TODAY + 3 * DAY)


@pytest.mark.django_db
def test_a_delegation_is_not_edited_like_an_appointment(secretary, deputy, county):
    row = give(secretary, deputy)[0]
    row.role = "county_organization"
    with pytest.raises(Exception, match="委托"):
        change_appointment(appointment=row, actor=county)


@pytest.mark.django_db
def test_a_squad_leader_gives_all_his_villages_at_once(tree, squad_leader, secretary):
    appoint(user=squad_leader, role="squad_leader", unit=tree.other_village, begins=date(2026, 1, 1))
    post = post_of(Appointment.objects.own().filter(user=squad_leader).first(), TODAY)
    assert len(post.appointments) == 2
    assert [one.user for one in candidates(post, TODAY)] == [secretary]
    give(squad_leader, secretary)
    assert [len(one.rows) for one in given_by(squad_leader)] == [2]
    assert [one.principal for one in received_by(secretary)] == [squad_leader]


@pytest.mark.django_db
def test_the_trail_says_who_gave_what_to_whom(secretary, deputy):
    rows = give(secretary, deputy)
    withdraw_delegation(delegations=rows, actor=deputy, today=TODAY)
    entries = AuditEntry.objects.filter(act__startswith="delegation.").order_by("pk")
    assert [(one.act, one.actor, one.subject) for one in entries] == [
        ("delegation.given", secretary, "副书记代书记"),
        ("delegation.withdrawn", deputy, "副书记代书记"),
    ]
    assert entries[0].details["reason"] == "外出开会"


# ---- on whose behalf


@pytest.mark.django_db
def test_a_delegate_acts_for_his_principal_where_the_right_is_not_his_own(secretary, squad_leader, tree):
    give(secretary, squad_leader)
    squad = again(squad_leader)
    assert principal_of(squad, "record_talk", tree.other_village) == secretary
    assert principal_of(squad, "record_talk", tree.village) is None  # he leads this one himself


@pytest.mark.django_db
def test_a_delegate_does_not_decide_about_himself_nor_about_his_principal(secretary, squad_leader, tree, member):
    give(secretary, squad_leader)
    squad = again(squad_leader)
    assert require_deciding(squad, "record_talk", tree.other_village, about=member) == secretary
    for about in (squad_leader, secretary):
        with pytest.raises(OwnMatter):
            require_deciding(squad, "record_talk", tree.other_village, about=about)


@pytest.mark.django_db
def test_what_somebody_holds_still_costs_one_query(secretary, squad_leader, django_assert_num_queries):
    give(secretary, squad_leader)
    squad = again(squad_leader)
    with django_assert_num_queries(1):
        squad.paths("approve_leave")
        squad.acts_for("record_talk", "0001")
        squad.institution_ids()


def test_what_is_delegable_is_a_capability():
    assert {name for role in ROLES for name in _holds(role)} >= DELEGABLE
