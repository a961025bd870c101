"""A role is changed while people are given it: nobody keeps what the role held before."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections

from tests.factories import UserFactory
from townships.actions.appoint import appoint
from townships.actions.set_role import set_role
from townships.models import UnitPermission
from townships.periods import today

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
LEFT = {"view_members"}


@pytest.fixture(autouse=True)
def needs_postgres():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer; two at once can only be tried on PostgreSQL")


def test_whoever_is_appointed_meanwhile_gets_the_new_set(tree):
    users = [UserFactory() for _ in range(6)]
    barrier = Barrier(len(users) + 1)

    def run(act) -> None:
        try:
            barrier.wait(timeout=10)
            act()
        finally:
            connections.close_all()

    acts = [
        lambda user=user: appoint(user=user, role="township_clerk", unit=tree.township, begins=today())
        for user in users
    ]
    acts.insert(3, lambda: set_role(unit=tree.county, key="township_clerk", name="镇驻村办", capabilities=LEFT))
    with ThreadPoolExecutor(len(acts)) as pool:
        for future in [pool.submit(run, act) for act in acts]:
            future.result(timeout=60)
    rows = UnitPermission.objects.filter(user__in=users).values_list("user", "permission__codename")
    assert sorted(rows) == [(user.pk, "view_members") for user in users]
