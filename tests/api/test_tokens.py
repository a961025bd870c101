"""Tokens: who gets one, what it opens, how it ends."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from tests.api.conftest import NOON, ROOT
from townships.actions.issue_token import issue_token, revoke_token
from townships.errors import NotAllowed, OutOfReach
from townships.models import ApiToken, AuditEntry

PASSWORD = "zhucun-2026"


def asked(caller, username="secretary", password=PASSWORD, **more):
    return caller.send("auth/token", username=username, password=password, **more)


def test_a_password_opens_a_token_and_the_token_opens_the_api(calling, secretary):
    answer = asked(calling(), name="镇里的看板", days=7)
    assert answer.status_code == 201
    said = answer.json()
    assert (said["token_type"], said["name"]) == ("Bearer", "镇里的看板")
    assert said["expires_at"] == "2026-12-01T12:00:00+08:00"
    caller = calling()
    caller.token = said["token"]
    assert caller.read("me").json()["username"] == "secretary"


def test_the_token_itself_is_stored_nowhere(calling, secretary):
    secret = asked(calling()).json()["token"]
    row = ApiToken.objects.get()
    assert secret not in str(vars(row))
    assert secret not in str(list(AuditEntry.objects.values()))


@pytest.mark.parametrize(("username", "password"), [("secretary", "wrong"), ("nobody", PASSWORD)])
def test_a_wrong_password_and_an_unknown_account_hear_the_same(calling, secretary, username, password):
    answer = asked(calling(), username, password)
    assert answer.status_code == 401
    assert answer.json() == {
        "code": "auth.wrong_password",
        "message": "用户名或密码不对，请重新输入，注意大小写。",
        "fields": {},
    }


@pytest.fixture
def locking(settings):
    settings.AXES_ENABLED = True


def test_guessing_is_paused_and_kept(calling, secretary, locking):
    caller = calling()
    assert [asked(caller, password="wrong").status_code for _ in range(5)] == [401] * 4 + [429]
    answer = asked(caller)
    assert (answer.status_code, answer.json()["code"]) == (429, "auth.too_many")
    assert answer["Retry-After"] == "900"
    assert ApiToken.objects.count() == 0
    acts = AuditEntry.objects.filter(subject="secretary").order_by("pk").values_list("act", flat=True)
    assert list(acts) == ["account.login_failed"] * 4 + ["account.locked"]


def test_guessing_at_one_account_leaves_another_open(calling, secretary, county, locking):
    caller = calling()
    for _ in range(5):
        asked(caller, password="wrong")
    assert asked(caller, username="county").status_code == 201


def test_the_api_and_the_login_page_count_together(calling, secretary, locking, client):
    caller = calling()
    for _ in range(5):
        asked(caller, password="wrong")
    page = client.post("/login/", {"username": "secretary", "password": PASSWORD})
    assert (page.status_code, "登录" in page.content.decode()) == (429, True)


def test_the_closed_account_gets_none_and_keeps_none(calling, secretary):
    caller = calling(secretary)
    secretary.is_active = False
    secretary.save()
    assert asked(calling()).status_code == 401
    assert caller.read("me").status_code == 401


def test_a_demo_account_is_closed_where_demo_is(calling, secretary, settings):
    settings.DEMO_LOGINS = False
    caller = calling(secretary)
    secretary.is_demo = True
    secretary.save()
    assert asked(calling()).status_code == 401
    assert caller.read("me").status_code == 401


def test_revoking_ends_the_token_that_was_used_and_no_other(calling, secretary):
    one, other = calling(secretary), calling(secretary)
    assert one.call("DELETE", "auth/token").status_code == 204
    assert one.read("me").status_code == 401
    assert other.read("me").status_code == 200
    assert AuditEntry.objects.filter(act="token.revoked", actor=secretary).count() == 1


def test_an_expired_token_opens_nothing(calling, secretary):
    caller = calling(secretary)
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        assert caller.read("me").status_code == 401


def test_a_new_password_ends_every_token(calling, secretary):
    caller = calling(secretary)
    secretary.set_password("驻村-2027-新")
    secretary.save()
    assert caller.read("me").status_code == 401


@pytest.mark.parametrize("token", ["", "zc_", "zc_" + "x" * 43, "令牌", "zc_\ud800"])
def test_a_made_up_token_opens_nothing(calling, db, token):
    caller = calling()
    caller.token = token.encode("utf-8", "replace").decode("latin-1")
    answer = caller.read("me")
    assert (answer.status_code, answer.json()["code"]) == (401, "auth.required")


def test_who_manages_the_account_may_end_its_token_and_the_stranger_may_not(secretary, county, outsider):
    token, _ = issue_token(user=secretary, name="看板", days=1, at=NOON)
    with pytest.raises(OutOfReach):
        revoke_token(token=token, actor=outsider, at=NOON)
    assert revoke_token(token=token, actor=county, at=NOON).revoked_at == NOON


def test_a_colleague_without_the_right_may_not_end_it(secretary, clerk):
    token, _ = issue_token(user=secretary, name="看板", days=1, at=NOON)
    with pytest.raises((NotAllowed, OutOfReach)):
        revoke_token(token=token, actor=clerk, at=NOON)
    assert ApiToken.objects.get().revoked_at is None


def test_reading_writes_the_day_of_use_once(calling, secretary, django_assert_num_queries):
    caller = calling(secretary)
    caller.read("me")
    assert ApiToken.objects.get().last_used_on == NOON.date()
    with django_assert_num_queries(3):  # the token with its account, the appointments, what they give
        caller.read("me")


class TestSession:
    """Whoever is logged in to the pages needs no token."""

    def test_a_session_reads(self, client, secretary):
        client.force_login(secretary)
        answer = client.get(f"{ROOT}me")
        assert answer.json()["roles"] == [
            {
                "role": "township_secretary",
                "label": "镇党委书记",
                "acts_as": "township_secretary",
                "unit": {"code": "459901101000", "name": "大同镇", "level": "township"},
                "institution": None,
                "on_behalf_of": None,
            }
        ]
        assert answer.json()["token_expires_at"] is None

    def test_a_session_writes_only_with_the_csrf_token(self, posting, member):
        client = Client(enforce_csrf_checks=True)
        client.force_login(member)
        answer = client.post(f"{ROOT}check-ins", {}, content_type="application/json")
        assert (answer.status_code, answer.json()["code"]) == (403, "csrf")
        client.cookies["csrftoken"] = "a" * 32
        headers = {"X-CSRFToken": "a" * 32}
        answer = client.post(f"{ROOT}check-ins", {}, content_type="application/json", headers=headers)
        assert answer.json()["code"] == "invalid"

    def test_a_token_writes_without_it(self, posting, member):
        _, secret = issue_token(user=member, name="手机", days=1, at=NOON)
        client = Client(enforce_csrf_checks=True)
        headers = {"Authorization": f"Bearer {secret}"}
        answer = client.post(f"{ROOT}check-ins", {}, content_type="application/json", headers=headers)
        assert answer.json()["code"] == "invalid"

    def test_a_stranger_who_writes_is_told_to_log_in(self, db):
        answer = Client(enforce_csrf_checks=True).post(f"{ROOT}check-ins", {}, content_type="application/json")
        assert (answer.status_code, answer.json()["code"]) == (401, "auth.required")

    def test_there_is_no_token_to_revoke(self, client, secretary):
        client.force_login(secretary)
        answer = client.delete(f"{ROOT}auth/token")
        assert (answer.status_code, answer.json()["code"]) == (422, "auth.no_token")


class TestABodyThatIsNoJson:
    """By whatever way one is logged in: told so, never an error of ours."""

    BODIES = [
        ({"act": "x"}, "multipart/form-data; boundary=BoUnDaRyStRiNg"),
        (b"a=b", "application/x-www-form-urlencoded"),
        (b"\xff\xfe", "text/plain"),
        (b"{", "application/json"),
        (b"[1]", "application/json"),
        (b"null", "application/json"),
        (b"<a/>", "application/xml"),
    ]

    @pytest.mark.parametrize(("body", "kind"), BODIES)
    def test_by_session(self, posting, member, body, kind):
        client = Client(enforce_csrf_checks=True)
        client.force_login(member)
        client.cookies["csrftoken"] = "a" * 32
        answer = client.post(f"{ROOT}check-ins", body, content_type=kind, headers={"X-CSRFToken": "a" * 32})
        assert answer.status_code in (400, 422)
        assert set(answer.json()) == {"code", "message", "fields"}

    @pytest.mark.parametrize(("body", "kind"), BODIES)
    def test_by_token_and_at_the_door(self, posting, member, body, kind, client):
        _, secret = issue_token(user=member, name="手机", days=1, at=NOON)
        headers = {"Authorization": f"Bearer {secret}"}
        for address in ("check-ins", "auth/token"):
            answer = client.post(f"{ROOT}{address}", body, content_type=kind, headers=headers)
            assert answer.status_code in (400, 422)
