"""Whatever a county officer does, one act after another, nobody holds what he lacks, nor as much as he."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import UserFactory
from townships.actions.appoint import appoint, change_appointment, end_appointment
from townships.actions.set_role import restore_role, retire_role, set_role
from townships.appointing import may_handle
from townships.errors import Refused
from townships.models import User
from townships.periods import today
from townships.roles import CAPABILITIES

pytestmark = pytest.mark.django_db

PLACES = ("county", "township", "village")
ROLES = ("auditor", "region_liaison", "county_organization", "township_clerk", "squad_leader", "own")
chosen = st.sets(st.sampled_from(sorted(CAPABILITIES)), max_size=len(CAPABILITIES))
whole = st.just(set(CAPABILITIES))
acts = st.lists(
    st.one_of(
        st.tuples(st.just("define"), st.sampled_from(ROLES), chosen | whole, st.sampled_from(PLACES)),
        st.tuples(st.just("give"), st.sampled_from(ROLES), st.integers(0, 2), st.sampled_from(PLACES)),
        st.tuples(st.just("change"), st.sampled_from(ROLES), st.integers(0, 2), st.sampled_from(PLACES)),
        st.tuples(st.just("end"), st.just(""), st.integers(0, 2), st.just("")),
        st.tuples(st.sampled_from(["retire", "restore"]), st.sampled_from(ROLES), st.just(0), st.sampled_from(PLACES)),
    ),
    min_size=3,
    max_size=9,
)


@given(held=chosen | whole, acts=acts)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_sequence_of_acts_leads_up_or_sideways(tree, held, acts):
    with transaction.atomic():
        _play(tree, held, acts)
        transaction.set_rollback(True)


def _play(tree, held, acts) -> None:
    # His own rights are the operator's to say: a role of the county's that he holds there.
    post = set_role(
        unit=tree.county, name="经办", acts_as="county_organization", capabilities=held | {"manage_appointments"}
    ).key
    officer = UserFactory()
    appoint(user=officer, role=post, unit=tree.county, begins=today())
    people = [UserFactory() for _ in range(3)]
    own = set_role(unit=tree.county, name="自设", acts_as="auditor", capabilities={"view_members"}).key
    for act, role, what, place in acts:
        unit = getattr(tree, place, None)
        try:
            with transaction.atomic():
                _act(act, own if role == "own" else role, what, unit, people, User.objects.get(pk=officer.pk))
        except Refused:
            continue
    officer = User.objects.get(pk=officer.pk)
    for person in (User.objects.get(pk=one.pk) for one in people):
        for unit in (tree.county, tree.township, tree.village):
            mine, his = officer.held_at(unit.path), person.held_at(unit.path)
            assert his <= mine
            at_county = person.held_at(tree.county.path)
            assert not mine <= at_county, "an equal at the county"
        assert may_handle(officer, person)


def _act(act, role, what, unit, people, officer) -> None:
    if act == "define":
        set_role(unit=unit, key=role, name=f"{role}名", capabilities=what, actor=officer)
    elif act == "give":
        appoint(user=people[what], role=role, unit=unit, begins=today(), actor=officer)
    elif act == "change":
        for one in people[what].appointments.all()[:1]:
            one.role, one.unit = role, unit
            change_appointment(appointment=one, actor=officer)
    elif act == "end":
        for one in people[what].appointments.filter(begins__lt=today())[:1]:
            end_appointment(appointment=one, ends=today(), actor=officer)
    elif act == "retire":
        retire_role(unit=unit, key=role, actor=officer)
    else:
        restore_role(unit=unit, key=role, actor=officer)
