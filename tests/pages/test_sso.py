"""Single sign-on against a real OpenID Connect provider on loopback."""

import importlib.util
import json
import re
import socket
import subprocess
import sys
import time
from urllib.parse import urlsplit

import pytest
import requests

from tests.factories import UserFactory
from townships.models import AuditEntry, User

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        importlib.util.find_spec("oidc_provider_mock") is None,
        reason="oidc-provider-mock is not installed: no provider to sign on with",
    ),
]
PEOPLE = (
    {"sub": "1", "preferred_username": "secretary"},
    {"sub": "2", "preferred_username": "nobody"},
    {"sub": "3"},
)


@pytest.fixture(scope="module")
def server():
    """A provider as a process of its own; the port is one that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    people = [word for one in PEOPLE for word in ("--user-claims", json.dumps(one))]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port), *people]
    process = subprocess.Popen(
        [*command, "--require-nonce", "true"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield _answering(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(timeout=10)


def _answering(issuer: str) -> str:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            requests.get(f"{issuer}/.well-known/openid-configuration", timeout=5).raise_for_status()
        except requests.ConnectionError:
            time.sleep(0.2)
        else:
            return issuer
    raise TimeoutError(issuer)


@pytest.fixture
def provider(server, settings):
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = server, "zhucun", "geheim"
    return server


def at_provider(answer, sub: str) -> str:
    """The person says who he is at the provider; the address it sends him back to."""
    assert answer.status_code == 302
    back = requests.post(answer.url, data={"sub": sub}, allow_redirects=False, timeout=10)
    assert back.status_code in (302, 303), back.text
    return back.headers["location"]


def come_back(client, address: str):
    parts = urlsplit(address)
    assert parts.path == "/sso/return/"
    return client.get(f"{parts.path}?{parts.query}")


def sign_on(client, sub: str, where: str = ""):
    return come_back(client, at_provider(client.get(f"/sso/{where}"), sub))


def test_the_login_page_offers_it_only_where_it_is_set_up(client, provider, settings):
    assert "统一身份认证登录" in client.get("/login/").content.decode()
    settings.OIDC_ISSUER = ""
    assert "统一身份认证登录" not in client.get("/login/").content.decode()
    assert client.get("/sso/").status_code == client.get("/sso/return/").status_code == 404


def test_whom_the_provider_vouches_for_comes_in(client, secretary, provider):
    assert sign_on(client, "1", "?next=/units/459901101000/").url == "/units/459901101000/"
    assert client.get("/units/459901101000/").status_code == 200
    entry = AuditEntry.objects.get(act="account.logged_in")
    assert (entry.actor, entry.details) == (secretary, {"way": "sso"})


@pytest.mark.parametrize("sub", ["2", "3"])
def test_whoever_has_no_account_stays_outside_and_none_is_made(client, secretary, provider, sub):
    before = User.objects.count()
    assert sign_on(client, sub).url == "/login/"
    assert "没有驻村账号" in client.get("/login/").content.decode()
    assert User.objects.count() == before
    assert AuditEntry.objects.get(act="account.sso_refused").details["code"] == "sso.no_account"


@pytest.mark.parametrize("field", [{"is_active": False}, {"is_demo": True}])
def test_a_closed_or_demonstration_account_stays_outside(client, secretary, provider, field):
    User.objects.filter(pk=secretary.pk).update(**field)
    assert sign_on(client, "1").url == "/login/"
    assert client.get("/units/459901101000/").url.startswith("/login/")


def test_a_claim_that_fits_two_accounts_opens_neither(client, secretary, provider, settings):
    settings.OIDC_FIELD = "phone"
    for name in ("a", "b"):
        UserFactory(username=name, phone="secretary")
    assert sign_on(client, "1").url == "/login/"


def test_an_answer_to_another_browsers_question_is_refused(client, secretary, provider, django_user_model):
    address = at_provider(client.get("/sso/"), "1")
    stranger = type(client)()
    stranger.get("/sso/")
    assert come_back(stranger, address).url == "/login/"


def test_an_answer_is_taken_once(client, secretary, provider):
    address = at_provider(client.get("/sso/"), "1")
    assert come_back(client, address).url == "/"
    client.post("/logout/")
    assert come_back(client, address).url == "/login/"


def test_a_forged_state_is_refused(client, secretary, provider):
    address = at_provider(client.get("/sso/"), "1")
    assert come_back(client, re.sub("state=[^&]+", "state=forged", address)).url == "/login/"


def test_it_never_leads_to_another_site(client, secretary, provider):
    assert sign_on(client, "1", "?next=https://elsewhere.example/").url == "/"


def test_a_provider_that_does_not_answer_is_told_in_words(client, provider, settings):
    settings.OIDC_ISSUER = "http://localhost:9"
    assert client.get("/sso/").url == "/login/"
    assert "单点登录没有成功" in client.get("/login/").content.decode()


def test_the_second_factor_is_owed_after_sign_on_too(client, secretary, provider, settings):
    settings.TOTP_ROLES = ["township_secretary"]
    sign_on(client, "1")
    assert client.get("/units/459901101000/").url == "/second-factor/enrol/"
