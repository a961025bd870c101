"""Between login and the first page: the first password, the age of a session, the second factor."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import totp

from townships.models import AuditEntry, PhoneFactor, User

pytestmark = pytest.mark.django_db
PASSWORD = "zhucun-2026"
NEW = "Shan-Lu-7788"
NOON = "2026-11-24T12:00:00+08:00"
DOORS = ["/", "/units/459901101000/", "/admin/", "/check-in/", "/nowhere/", "/password/"]


@pytest.fixture
def noon():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def log_in(client, username="secretary", password=PASSWORD):
    return client.post("/login/", {"username": username, "password": password})


def change_password(client, new=NEW, old=PASSWORD):
    return client.post("/password/", {"old_password": old, "new_password1": new, "new_password2": new})


# ---- the first password ----


@pytest.fixture
def fresh(secretary):
    User.objects.filter(pk=secretary.pk).update(must_change_password=True)
    secretary.refresh_from_db()
    return secretary


@pytest.mark.parametrize("door", DOORS[:-1])
def test_a_first_password_opens_nothing_but_its_change(client, fresh, door):
    log_in(client)
    assert client.get(door).url == "/password/"
    assert client.post(door).url == "/password/"


def test_changed_it_opens_everything(client, fresh):
    log_in(client)
    assert "初始密码" in client.get("/password/").content.decode()
    assert change_password(client).status_code == 302
    assert client.get("/units/459901101000/").status_code == 200
    assert AuditEntry.objects.get(act="account.password_changed").actor == fresh


def test_the_first_password_cannot_be_kept(client, fresh):
    log_in(client)
    assert "用过的密码" in change_password(client, new=PASSWORD).content.decode()
    assert client.get("/").url == "/password/"


class TestAPasswordThatGrowsOld:
    @pytest.fixture(autouse=True)
    def ninety_days(self, settings):
        settings.PASSWORD_DAYS = 90

    @pytest.fixture
    def set_at(self, secretary, leader):
        def age(days: int) -> None:
            User.objects.update(password_set_at=timezone.now() - timedelta(days=days))

        return age

    @pytest.mark.parametrize(("days", "said"), [(82, False), (83, True), (89, True)])
    def test_in_the_last_week_the_first_page_says_so(self, client, set_at, noon, days, said):
        set_at(days)
        log_in(client)
        page = client.get("/units/459901101000/").content.decode()
        assert (f"密码还有 {90 - days} 天到期" in page) is said

    def test_too_old_it_opens_nothing_but_its_change(self, client, set_at, noon):
        set_at(90)
        log_in(client)
        assert client.get("/units/459901101000/").url == "/password/"
        assert "已到期" in client.get("/password/").content.decode()
        change_password(client)
        assert client.get("/units/459901101000/").status_code == 200

    def test_it_ends_an_open_session_too(self, client, set_at, noon):
        set_at(89)
        log_in(client)
        assert client.get("/units/459901101000/").status_code == 200
        noon.shift(timedelta(days=1))
        assert client.get("/units/459901101000/").url == "/password/"

    def test_members_and_leaders_are_not_asked_unless_a_setting_says_so(self, client, set_at, noon, settings):
        set_at(400)
        log_in(client, "leader")
        assert client.get("/password/").status_code == 200
        assert client.get("/").url != "/password/"
        settings.PASSWORD_PHONE_DAYS = 365
        assert client.get("/").url == "/password/"

    def test_it_gets_no_token(self, client, set_at, noon):
        set_at(90)
        ask = {"username": "secretary", "password": PASSWORD}
        answer = client.post("/api/v1/auth/token", ask, content_type="application/json")
        assert (answer.status_code, answer.json()["code"]) == (403, "auth.not_by_password")

    def test_one_whose_age_nobody_knows_is_left_alone(self, client, secretary, noon):
        User.objects.update(password_set_at=None)
        log_in(client)
        assert client.get("/units/459901101000/").status_code == 200


def test_a_demonstration_account_is_exempt(client, fresh, settings):
    settings.DEMO_LOGINS = True
    User.objects.filter(pk=fresh.pk).update(is_demo=True)
    log_in(client)
    assert client.get("/units/459901101000/").status_code == 200


def test_a_password_set_by_the_administrator_must_be_changed(client, county, secretary):
    client.force_login(county)
    url = reverse("admin:auth_user_password_change", args=[secretary.pk])
    client.post(url, {"password1": NEW, "password2": NEW, "usable_password": "true"})
    secretary.refresh_from_db()
    assert secretary.check_password(NEW)
    assert secretary.must_change_password
    assert AuditEntry.objects.get(act="account.password_reset").actor == county


def test_an_account_opened_in_admin_must_change_its_password(client, county, tree):
    client.force_login(county)
    form = {"username": "xin", "display_name": "新来的", "role": "township_clerk", "begins": "2026-11-01"}
    client.post(reverse("admin:townships_user_add"), {**form, "unit": tree.township.pk})
    assert User.objects.get(username="xin").must_change_password


def test_a_change_of_password_ends_the_other_sessions(secretary):
    here, there = Client(), Client()
    log_in(here)
    log_in(there)
    change_password(here)
    assert here.get("/units/459901101000/").status_code == 200
    assert there.get("/units/459901101000/").url.startswith("/login/")


# ---- the age of a session ----


@pytest.fixture
def limits(settings, noon):
    settings.SESSION_IDLE_MINUTES, settings.SESSION_ABSOLUTE_HOURS, settings.SESSION_PHONE_DAYS = 30, 12, 14
    return noon


def test_after_half_an_hour_of_nothing_the_session_is_over(client, secretary, limits):
    log_in(client)
    limits.shift(timedelta(minutes=29))
    assert client.get("/units/459901101000/").status_code == 200
    limits.shift(timedelta(minutes=29))
    assert client.get("/units/459901101000/").status_code == 200
    limits.shift(timedelta(minutes=31))
    assert client.get("/units/459901101000/").url == "/login/?next=/units/459901101000/"
    assert "已自动退出" in client.get("/login/").content.decode()
    assert AuditEntry.objects.get(act="account.logged_out").details == {"reason": "idle"}


def test_the_login_page_of_an_old_session_does_not_lead_to_itself(client, secretary, limits):
    log_in(client)
    limits.shift(timedelta(minutes=31))
    assert client.get("/login/").url == "/login/?next=/"


def test_after_twelve_hours_it_is_over_whatever_was_done(client, secretary, limits):
    log_in(client)
    for _ in range(12 * 3 - 1):
        limits.shift(timedelta(minutes=20))
        assert client.get("/password/").status_code == 200
    limits.shift(timedelta(minutes=20))
    assert client.get("/password/").url.startswith("/login/")


def test_a_phone_stays_logged_in_for_a_fortnight(client, leader, limits):
    log_in(client, "leader")
    limits.shift(timedelta(days=13))
    assert client.get("/password/").status_code == 200
    limits.shift(timedelta(days=1))
    assert client.get("/password/").url.startswith("/login/")


def test_a_session_that_knows_no_beginning_begins_now(client, secretary, limits):
    client.force_login(secretary)
    assert client.get("/password/").status_code == 200
    limits.shift(timedelta(minutes=31))
    assert client.get("/password/").status_code == 302


# ---- the second factor ----


@pytest.fixture
def required(settings, noon):
    settings.TOTP_ROLES = ["township_secretary"]
    return noon


def code_of(user) -> str:
    return f"{totp(PhoneFactor.objects.get(user=user).bin_key):06d}"


def enrol(client, user) -> list[str]:
    """Logs in, scans, confirms; the recovery codes."""
    log_in(client)
    client.get("/second-factor/enrol/")
    page = client.post("/second-factor/enrol/", {"code": code_of(user)}).content.decode()
    return re.findall(r'<li class="num">(\w+)</li>', page)


@pytest.mark.parametrize("door", DOORS)
def test_a_role_that_needs_it_reaches_nothing_before_enrolling(client, secretary, required, door):
    log_in(client)
    assert client.get(door).url == "/second-factor/enrol/"


def test_a_role_that_does_not_need_it_passes(client, clerk, required):
    log_in(client, "clerk")
    assert client.get("/units/459901101000/").status_code == 200


def test_enrolling_shows_a_picture_and_takes_the_phones_code(client, secretary, required):
    log_in(client)
    page = client.get("/second-factor/enrol/").content.decode()
    assert "data:image/svg+xml;base64," in page
    assert 'style="' not in page
    assert client.post("/second-factor/enrol/", {"code": "000000"}).status_code == 200
    assert client.get("/").url == "/second-factor/enrol/"
    required.shift(timedelta(seconds=90))
    assert len(enrol(client, secretary)) == 10
    assert client.get("/units/459901101000/").status_code == 200
    assert AuditEntry.objects.filter(act="account.factor_enrolled", actor=secretary).count() == 1


@pytest.mark.parametrize("door", DOORS)
def test_the_next_login_owes_a_code_before_anything_else(client, secretary, required, door):
    enrol(client, secretary)
    client.post("/logout/")
    log_in(client)
    assert client.get(door).url == "/second-factor/"


def test_the_code_opens_and_works_once(client, secretary, required):
    enrol(client, secretary)
    client.post("/logout/")
    required.shift(timedelta(seconds=60))
    code = code_of(secretary)
    log_in(client)
    assert client.post("/second-factor/", {"code": code}).url == "/"
    assert client.get("/units/459901101000/").status_code == 200
    again = Client()
    log_in(again)
    assert again.post("/second-factor/", {"code": code}).status_code == 200
    assert again.get("/").url == "/second-factor/"
    assert AuditEntry.objects.filter(act="account.factor_failed").count() == 1


def test_half_a_login_cannot_enrol_another_phone(client, secretary, required):
    enrol(client, secretary)
    client.post("/logout/")
    log_in(client)
    assert "data:image" not in client.get("/second-factor/enrol/").content.decode()
    client.post("/second-factor/enrol/", {"code": "123456"})
    assert PhoneFactor.objects.filter(user=secretary).count() == 1


def test_each_recovery_code_opens_once(client, secretary, required):
    codes = enrol(client, secretary)
    for expected in ("/", None):
        other = Client()
        log_in(other)
        answer = other.post("/second-factor/", {"code": codes[0].upper()})
        assert getattr(answer, "url", None) == expected
    assert len(set(codes)) == 10


def test_guessing_is_slowed_down(client, secretary, required):
    enrol(client, secretary)
    client.post("/logout/")
    required.shift(timedelta(seconds=60))
    log_in(client)
    for _ in range(3):
        client.post("/second-factor/", {"code": "000000"})
    assert client.post("/second-factor/", {"code": code_of(secretary)}).status_code == 200


def test_whoever_enrols_of_his_own_will_owes_the_code_too(client, secretary, noon):
    enrol(client, secretary)
    client.post("/logout/")
    log_in(client)
    assert client.get("/units/459901101000/").url == "/second-factor/"


def test_a_lost_phone_is_taken_out_by_the_administrator(client, secretary, county, required):
    enrol(client, secretary)
    office = Client()
    office.force_login(county)
    action = {"action": "reset_second_factor", "_selected_action": [secretary.pk]}
    office.post(reverse("admin:townships_user_changelist"), action)
    assert AuditEntry.objects.get(act="account.factor_reset").actor == county
    # The session that the lost phone had verified is worth nothing any more.
    assert client.get("/units/459901101000/").url == "/second-factor/enrol/"
