"""A token is no way around what guards the login page."""

import pytest

from tests.factories import user_with

pytestmark = pytest.mark.django_db
ASK = {"username": "jin", "password": "zhucun-2026"}


def ask(client):
    return client.post("/api/v1/auth/token", ASK, content_type="application/json")


@pytest.fixture
def account(tree, settings):
    settings.AXES_ENABLED = True
    return user_with("township_secretary", tree.township, username="jin")


def test_a_token_is_given_with_the_lockout_on(client, account):
    assert ask(client).status_code == 201


def test_a_first_password_gets_no_token(client, account):
    account.must_change_password = True
    account.save()
    assert (ask(client).status_code, ask(client).json()["code"]) == (403, "auth.not_by_password")


def test_who_needs_a_second_factor_gets_no_token_by_password(client, account, settings):
    settings.TOTP_ROLES = ["township_secretary"]
    assert ask(client).status_code == 403
