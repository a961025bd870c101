"""Tokens in the admin: seen and ended by whoever manages the account."""

import pytest
from django.urls import reverse

from townships.actions.issue_token import issue_token
from townships.models import ApiToken
from townships.periods import now

pytestmark = pytest.mark.django_db
LIST = "admin:townships_apitoken_changelist"


@pytest.fixture
def token(secretary):
    return issue_token(user=secretary, name="县里的看板", days=30, at=now())[0]


def end(client, token):
    return client.post(reverse(LIST), {"action": "revoke", "_selected_action": [token.pk]}, follow=True)


def test_the_organization_ends_a_token(client, county, token):
    client.force_login(county)
    assert "县里的看板" in client.get(reverse(LIST)).content.decode()
    assert "已作废 1 个令牌" in end(client, token).content.decode()
    assert ApiToken.objects.get().revoked_at is not None


def test_it_is_neither_added_nor_edited_there(client, county, token):
    client.force_login(county)
    assert client.get(reverse("admin:townships_apitoken_add")).status_code == 403
    page = client.get(reverse("admin:townships_apitoken_change", args=[token.pk])).content.decode()
    assert token.digest not in page


@pytest.mark.parametrize("who", ["clerk", "auditor"])
def test_who_manages_no_accounts_does_not_see_it(client, request, token, who):
    client.force_login(request.getfixturevalue(who))
    assert client.get(reverse(LIST)).status_code == 403
    end(client, token)
    assert ApiToken.objects.get().revoked_at is None
