"""The address in the trail is the client's: proxies of ours are believed, strangers' headers are not."""

import pytest
from django.test import RequestFactory

from townships.models import AuditEntry
from townships.request_origin import address_of, current_address


@pytest.mark.parametrize(
    ("peer", "forwarded", "trusted", "address"),
    [
        ("203.0.113.9", "", [], "203.0.113.9"),
        ("203.0.113.9", "10.1.1.1", [], "203.0.113.9"),
        ("127.0.0.1", "198.51.100.7", ["127.0.0.1"], "198.51.100.7"),
        ("127.0.0.1", "1.2.3.4, 198.51.100.7", ["127.0.0.1"], "198.51.100.7"),
        ("10.0.0.5", "1.2.3.4, 198.51.100.7, 10.0.0.6", ["10.0.0.0/8"], "198.51.100.7"),
        ("127.0.0.1", "不是地址", ["127.0.0.1"], "127.0.0.1"),
        ("127.0.0.1", "2001:db8::1", ["127.0.0.1"], "2001:db8::1"),
        ("", "", [], None),
    ],
)
def test_the_first_address_that_is_not_ours_counts(settings, peer, forwarded, trusted, address):
    settings.TRUSTED_PROXIES = trusted
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    assert address_of(RequestFactory().get("/", REMOTE_ADDR=peer, **headers)) == address


def test_an_entry_made_during_a_request_carries_its_address(client, secretary):
    client.post("/login/", {"username": "secretary", "password": "zhucun-2026"}, REMOTE_ADDR="203.0.113.9")
    assert AuditEntry.objects.get(act="account.logged_in").address == "203.0.113.9"
    assert current_address() is None
