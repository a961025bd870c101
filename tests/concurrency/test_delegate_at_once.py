"""Two people deal with one delegation at the same moment."""

from datetime import timedelta

import pytest

from tests.concurrency.test_leave_at_once import at_once, needs_postgres
from tests.factories import user_with
from townships.actions.delegate import delegate, withdraw_delegation
from townships.models import Appointment
from townships.periods import today

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
__all__ = ["needs_postgres"]  # the fixture that skips where only one can write


def give(principal, user, days=0):
    return delegate(
        appointments=list(Appointment.objects.own().filter(user=principal)), user=user,
        begins=today() + timedelta(days=days), ends=today() + timedelta(days=7), reason="外出", actor=principal,
        today=today(),
    )  # fmt: skip


def test_two_delegates_at_once_give_one(tree, secretary, squad_leader):
    deputy = user_with("township_deputy", tree.township)
    # The second begins later: no constraint stops it, the lock does.
    results = at_once(lambda: give(secretary, squad_leader), lambda: give(secretary, deputy, days=1))
    assert results == ["DelegationRefused", "list"]
    assert Appointment.objects.delegations().count() == 1


def test_taken_back_and_declined_at_once_ends_it_once(tree, secretary, squad_leader):
    rows = give(secretary, squad_leader)
    results = at_once(
        lambda: withdraw_delegation(delegations=rows, actor=secretary, today=today()),
        lambda: withdraw_delegation(delegations=rows, actor=squad_leader, today=today()),
    )
    assert results == ["DelegationRefused", "list"]
