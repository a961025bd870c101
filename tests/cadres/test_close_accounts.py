"""An account ends with the posting it was for."""

from datetime import date, timedelta

import pytest

from cadres.actions.close_accounts import Closed, close_accounts
from tests.factories import CadreFactory, PostingFactory, user_with
from townships.actions.appoint import appoint
from townships.models import AuditEntry

pytestmark = pytest.mark.django_db
ENDED = date(2026, 6, 1)
DAY = date(2026, 6, 2)


@pytest.fixture
def gone(tree):
    """A member whose posting ended yesterday."""
    user = user_with("member", tree.village, username="gone", display_name="离任")
    PostingFactory(cadre=CadreFactory(user=user), village=tree.village, ends=ENDED)
    return user


def test_rights_end_with_the_posting_and_the_account_later(gone):
    assert close_accounts(day=DAY, keep_days=30) == Closed(1, 0)
    gone.refresh_from_db()
    assert gone.is_active
    assert gone.appointments.get().ends == DAY
    assert close_accounts(day=DAY + timedelta(days=29), keep_days=30) == Closed(0, 0)
    assert close_accounts(day=DAY + timedelta(days=30), keep_days=30) == Closed(0, 1)
    gone.refresh_from_db()
    assert not gone.is_active
    entry = AuditEntry.objects.get(act="account.closed")
    assert (entry.subject, entry.unit) == ("gone", gone.appointments.get().unit)


def test_whoever_is_posted_keeps_his_account(member, tree):
    appoint(user=member, role="member", unit=tree.village, begins=date(2026, 3, 1))
    assert close_accounts(day=DAY, keep_days=0) == Closed(0, 0)


def test_another_office_keeps_the_account(gone, tree):
    appoint(user=gone, role="township_clerk", unit=tree.township, begins=date(2026, 1, 1))
    assert close_accounts(day=DAY, keep_days=0) == Closed(0, 0)


def test_the_next_posting_keeps_the_account(gone, tree):
    PostingFactory(cadre=gone.cadre, village=tree.other_village, begins=date(2026, 7, 1))
    assert close_accounts(day=DAY, keep_days=0) == Closed(0, 0)


def test_accounts_outside_the_roster_are_left_alone(leader, secretary):
    assert close_accounts(day=DAY, keep_days=0) == Closed(0, 0)


def test_a_demonstration_account_stays(gone):
    type(gone).objects.filter(pk=gone.pk).update(is_demo=True)
    assert close_accounts(day=DAY, keep_days=0) == Closed(0, 0)


def test_a_closed_account_is_out_at_once(gone, client):
    client.force_login(gone)
    close_accounts(day=DAY, keep_days=0)
    assert client.get("/").url.startswith("/login/")
