"""The door: what it keeps, when it locks, who unlocks."""

from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse

from tests.factories import user_with
from townships.models import AuditEntry

pytestmark = pytest.mark.django_db
PASSWORD = "zhucun-2026"


@pytest.fixture
def locking(settings):
    settings.AXES_ENABLED = True


def log_in(client, username="secretary", password=PASSWORD, address="203.0.113.9"):
    return client.post("/login/", {"username": username, "password": password}, REMOTE_ADDR=address)


def fail(client, times: int, **how):
    return [log_in(client, password="错的", **how).status_code for _ in range(times)]


def acts() -> list[str]:
    return list(AuditEntry.objects.filter(act__startswith="account.").order_by("pk").values_list("act", flat=True))


def test_logins_and_logouts_are_kept_at_the_accounts_unit(client, secretary, tree):
    log_in(client)
    client.post("/logout/")
    assert acts() == ["account.logged_in", "account.logged_out"]
    entry = AuditEntry.objects.get(act="account.logged_in")
    assert (entry.actor, entry.unit, entry.address) == (secretary, tree.township, "203.0.113.9")


def test_a_failure_is_kept_and_a_name_that_is_no_accounts_is_not(client, secretary):
    fail(client, 1)
    fail(client, 1, username="我的密码打错了格子")
    known, unknown = AuditEntry.objects.filter(act="account.login_failed").order_by("pk")
    assert (known.subject, known.actor) == ("secretary", None)
    assert "密码" not in unknown.subject + str(unknown.details)


def test_five_failures_lock_the_account_and_the_page_says_until_when(client, secretary, locking):
    with time_machine.travel("2026-11-24T09:00:00+08:00", tick=False):
        assert fail(client, 5) == [200] * 4 + [429]
        page = log_in(client)
    assert page.status_code == 429
    assert "11月24日 09:15" in page.content.decode()
    assert acts() == ["account.login_failed"] * 4 + ["account.locked"]


def test_a_locked_account_is_locked_from_everywhere_and_nobody_else_is(client, secretary, county, locking):
    fail(client, 5)
    assert log_in(client, address="198.51.100.1").status_code == 429
    assert log_in(client, username="county").status_code == 302


def test_it_opens_again_after_a_quarter_of_an_hour(client, secretary, locking, settings):
    with time_machine.travel("2026-11-24T09:00:00+08:00", tick=False) as clock:
        fail(client, 5)
        clock.shift(timedelta(minutes=14))
        assert log_in(client).status_code == 429
        clock.shift(timedelta(minutes=2))
        assert log_in(client).status_code == 302


def test_an_address_that_tries_many_names_is_locked(client, secretary, locking, settings):
    settings.ADDRESS_FAILURE_LIMIT = 10
    for number in range(10):
        fail(client, 1, username=f"某人{number}")
    assert log_in(client).status_code == 429
    assert log_in(client, address="198.51.100.1").status_code == 302


def test_ones_own_login_does_not_clear_the_address(client, secretary, locking, settings):
    settings.ADDRESS_FAILURE_LIMIT = 10
    for number in range(9):
        fail(client, 1, username=f"某人{number}")
    log_in(client)
    client.post("/logout/")
    fail(client, 1, username="某人9")
    assert log_in(client).status_code == 429


def test_a_login_in_time_forgets_the_failures(client, secretary, locking):
    fail(client, 4)
    log_in(client)
    client.post("/logout/")
    assert fail(client, 4) == [200] * 4


def test_the_administrator_unlocks_and_it_is_kept(client, secretary, county, locking):
    fail(client, 5)
    client.force_login(county)
    action = {"action": "unlock", "_selected_action": [secretary.pk]}
    client.post(reverse("admin:townships_user_changelist"), action)
    client.logout()
    assert AuditEntry.objects.get(act="account.unlocked").actor == county
    assert log_in(client).status_code == 302


def test_the_county_next_door_unlocks_nobody(client, secretary, tree, locking):
    stranger = user_with("county_organization", tree.county2, username="county2")
    fail(client, 5)
    client.force_login(stranger)
    action = {"action": "unlock", "_selected_action": [secretary.pk]}
    client.post(reverse("admin:townships_user_changelist"), action)
    client.logout()
    assert log_in(client).status_code == 429


def test_those_with_audit_find_the_entries_of_their_units(client, secretary, auditor, tree):
    log_in(client)
    client.post("/logout/")
    client.force_login(auditor)
    listed = client.get(reverse("admin:townships_auditentry_changelist"), {"q": "secretary"})
    assert {entry.act for entry in listed.context["cl"].result_list} == {"account.logged_in", "account.logged_out"}
    client.force_login(user_with("auditor", tree.county2, username="auditor2"))
    listed = client.get(reverse("admin:townships_auditentry_changelist"), {"q": "secretary"})
    assert list(listed.context["cl"].result_list) == []


def test_settings_of_production_pass_the_checks(settings):
    settings.AXES_ENABLED = True
    call_command("check", fail_level="WARNING")
