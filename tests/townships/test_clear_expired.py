"""Keys and traces at the door that are over are deleted; those in force stay."""

from datetime import datetime, timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session

from tests.factories import UserFactory
from townships.actions.clear_expired import clear_expired
from townships.actions.second_factor import begin_enrolment
from townships.models import ApiToken, AuditEntry, PhoneFactor
from townships.periods import SHANGHAI

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 1, 0, tzinfo=SHANGHAI)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def account():
    return UserFactory(username="jin")


def token(account, name: str, *, expires, revoked=None) -> None:
    ApiToken.objects.create(
        user=account, name=name, digest=name, created_at=NOW - 200 * DAY, expires_at=expires, revoked_at=revoked
    )


def test_only_what_is_over_goes(account):
    for name, age in (("over", -MINUTE), ("open", MINUTE)):
        Session.objects.create(session_key=name, session_data="", expire_date=NOW + age)
    token(account, "in force", expires=NOW + DAY)
    token(account, "just over", expires=NOW - DAY)
    token(account, "long over", expires=NOW - 31 * DAY)
    token(account, "long revoked", expires=NOW + DAY, revoked=NOW - 31 * DAY)
    for name, age in (("counts", MINUTE), ("forgotten", DAY)):
        attempt = AccessAttempt.objects.create(username=name, ip_address="203.0.113.9", failures_since_start=1)
        AccessAttempt.objects.filter(pk=attempt.pk).update(attempt_time=NOW - age)
    begin_enrolment(user=account)
    PhoneFactor.objects.update(created_at=NOW - 2 * DAY)
    confirmed = PhoneFactor.made_for(UserFactory(username="other"))
    PhoneFactor.objects.filter(pk=confirmed.pk).update(created_at=NOW - 2 * DAY, confirmed=True)

    assert clear_expired(at=NOW) == {"sessions": 1, "tokens": 2, "failures": 1, "factors": 1}
    assert list(Session.objects.values_list("session_key", flat=True)) == ["open"]
    assert set(ApiToken.objects.values_list("name", flat=True)) == {"in force", "just over"}
    assert list(AccessAttempt.objects.values_list("username", flat=True)) == ["counts"]
    assert list(PhoneFactor.objects.all()) == [confirmed]
    assert AuditEntry.objects.get(act="door.cleared").details == {
        "sessions": 1, "tokens": 2, "failures": 1, "factors": 1,
    }  # fmt: skip


def test_a_day_without_anything_to_do_leaves_no_entry():
    assert set(clear_expired(at=NOW).values()) == {0}
    assert not AuditEntry.objects.exists()
