"""A role is changed while people are given it: nobody keeps what the role held before."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections

from tests.factories import UserFactory, user_with
from townships.actions.appoint import appoint
from townships.actions.set_role import set_role
from townships.errors import NotAllowed
from townships.models import UnitPermission, User
from townships.periods import today
from townships.roles import CAPABILITIES

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
LEFT = {"view_members"}


@pytest.fixture(autouse=True)
def needs_postgres():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer; two at once can only be tried on PostgreSQL")


def at_once(acts) -> list[bool]:
    """Which of them were done and not refused."""
    barrier = Barrier(len(acts))

    def run(act) -> bool:
        try:
            barrier.wait(timeout=10)
            act()
        except NotAllowed:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result(timeout=60) for future in [pool.submit(run, act) for act in acts]]


def test_whoever_is_appointed_meanwhile_gets_the_new_set(tree):
    users = [UserFactory() for _ in range(6)]
    acts = [
        lambda user=user: appoint(user=user, role="township_clerk", unit=tree.township, begins=today())
        for user in users
    ]
    acts.insert(3, lambda: set_role(unit=tree.county, key="township_clerk", name="镇驻村办", capabilities=LEFT))
    at_once(acts)
    rows = UnitPermission.objects.filter(user__in=users).values_list("user", "permission__codename")
    assert sorted(rows) == [(user.pk, "view_members") for user in users]


def test_two_roles_that_together_make_an_equal_are_not_given_at_once(tree):
    officer = user_with("county_organization", tree.county)
    halves = [set(CAPABILITIES) - {"audit"}, {"view_members", "audit"}]
    keys = [
        set_role(unit=tree.county, name=f"半个{n}", capabilities=half, acts_as="auditor").key
        for n, half in enumerate(halves)
    ]
    users = [UserFactory() for _ in range(5)]

    def giving(user, key):
        actor = User.objects.get(pk=officer.pk)
        return lambda: appoint(user=user, role=key, unit=tree.county, begins=today(), actor=actor)

    done = at_once([giving(user, key) for user in users for key in keys])
    assert [sum(done[n : n + 2]) for n in range(0, len(done), 2)] == [1] * len(users)
