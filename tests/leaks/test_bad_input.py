"""What nobody sends by mistake: forged numbers, markup, paths, foreign hosts, the same act twice, a session too late."""

import base64
import json
from datetime import date, datetime

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from attendance.actions.apply_for_leave import apply_for_leave
from attendance.models import CheckIn, LeaveDecision, LeaveRequest
from cadres.models import Cadre, ImportRun, Posting
from reports.actions.compile_bulletin import compile_bulletin
from reports.models import Bulletin
from tests.factories import CadreFactory, PostingFactory
from tests.factories.scores import NOVEMBER_2, OCTOBER, score_month_of
from townships.actions.appoint import end_appointment
from townships.models import Appointment, AuditEntry
from townships.periods import SHANGHAI

MARKUP = "<script>x"


@pytest.fixture
def november(db):
    with time_machine.travel(datetime(2026, 11, 24, 12, 0, tzinfo=SHANGHAI), tick=False):
        yield


@pytest.mark.parametrize("text", ["' OR 1=1 --", "%", "_", "\\", "甘'; DROP TABLE cadres_cadre; --", "x" * 5000])
def test_a_search_is_words_and_nothing_else(text, posting, county, client):
    client.force_login(county)
    for address in (
        reverse("cadres:people", args=["459901101000"]),
        reverse("attendance:leaves", args=["459901101000"]),
    ):
        assert client.get(address, {"q": text}).status_code == 200
    listed = client.get(reverse("admin:cadres_posting_changelist"), {"q": text})
    assert listed.context["cl"].result_count == 0
    assert Cadre.objects.count() == 1


@pytest.mark.parametrize(
    "code", ["../admin", "%2e%2e", "459901101000'--", "0001", "x" * 300, "４５９９０１１０１０００"]
)
def test_a_unit_is_found_by_its_code_alone(code, county, client):
    client.force_login(county)
    assert client.get(reverse("reports:unit", args=["X"]).replace("X", code)).status_code == 404


@pytest.mark.parametrize("cursor", ["x", "....", "MTIz", *(
    base64.urlsafe_b64encode(json.dumps(values).encode()).decode()
    for values in ([], ["a", "b"], [None, None], [{"a": 1}, 1], ["", 10**30], ["1", "x"], [True, False])
)])  # fmt: skip
def test_a_cursor_that_was_not_made_here_is_a_wrong_address(cursor, posting, county, client):
    client.force_login(county)
    for query in ("", "&order=since", "&order=name"):
        answer = client.get(f"{reverse('cadres:people', args=['459901000000'])}?after={cursor}{query}")
        assert answer.status_code in (200, 404)


@pytest.mark.parametrize("query", [{"month": "2026-13"}, {"month": "9999-12"}, {"month": "0000-01"}, {"month": "../x"}])
def test_a_month_that_is_none_is_a_wrong_address(query, november, posting, county, client):
    client.force_login(county)
    answer = client.get(reverse("reports:person_tab", args=[posting.cadre_id, "attendance"]), query)
    assert answer.status_code in (200, 404)


@pytest.mark.parametrize("day", ["2026-02-30", "9999-12-31", "0001-01-01", "x", "20261120", "2026-W47-1"])
def test_a_day_that_is_none_is_a_wrong_address(day, november, posting, county, client):
    client.force_login(county)
    assert client.get(f"/postings/{posting.pk}/days/{day}/").status_code in (200, 404)


@pytest.mark.parametrize("week", ["2026-W54", "9999-W52", "0000-W01", "0001-W01", "x"])
def test_a_week_that_is_none_is_a_wrong_address(week, november, posting, county, client):
    client.force_login(county)
    for route, code in (("attendance:sheet", "459901101201"), ("reports:scores_week", "459901101000")):
        assert client.get(reverse(route, args=[code, week])).status_code in (200, 404)


@pytest.mark.parametrize("body", [
    b"[]", b"{}", b"null", b"\xff\xfe", b'{"client_id": "a", "made_at": 5}',
    b'{"client_id": "a", "made_at": "0001-01-01T00:00:00+14:00"}',
    b'{"client_id": "a", "made_at": "9999-12-31T23:59:59-14:00"}',
    b'{"client_id": "a", "made_at": "2026-11-24T11:00:00+08:00", "latitude": "NaN", "longitude": "NaN"}',
    b'{"client_id": "a", "made_at": "2026-11-24T11:00:00+08:00", "latitude": 1e400, "longitude": 1}',
    b'{"client_id": "a", "made_at": "2026-11-24T11:00:00+08:00", "latitude": [1], "longitude": {}}',
    b'{"client_id": "a", "made_at": "2026-11-24T11:00:00+08:00", "accuracy_m": "Infinity"}',
])  # fmt: skip
def test_a_phone_that_sends_nonsense_is_told_so(body, november, member, client):
    client.force_login(member)
    answer = client.post(reverse("attendance:check_in"), body, content_type="application/json")
    assert answer.status_code in (400, 422)
    assert not CheckIn.objects.exists()


def test_a_check_in_is_not_answered_with_somebody_elses(november, tree, member, client):
    other = PostingFactory(cadre=CadreFactory(name="别人"), village=tree.village2)
    moment = datetime(2026, 11, 24, 8, 7, tzinfo=SHANGHAI)
    CheckIn.objects.create(
        posting=other, client_id="theirs", made_at=moment, received_at=moment, day=moment.date(), minute=487
    )
    client.force_login(member)
    body = json.dumps({"client_id": "theirs", "made_at": "2026-11-24T11:00:00+08:00"})
    answer = client.post(reverse("attendance:check_in"), body, content_type="application/json")
    assert answer.status_code == 422
    assert "08:07" not in answer.content.decode()


@pytest.mark.parametrize(
    "there", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "http:evil.example"]
)
def test_nobody_is_led_away(there, posting, county, client):
    password = "Zhucun-2026-x"
    county.set_password(password)
    county.save()
    entered = client.post(f"/login/?next={there}", {"username": "county", "password": password, "next": there})
    assert (entered.status_code, "evil" in entered.url, entered.url.startswith("/")) == (302, False, True)
    turned = client.post(reverse("townships:large_type"), {"size": "large", "next": there})
    assert turned.url == "/"
    outward = client.get("/admin/login/", {"next": there})
    assert outward.status_code in (302, 403)
    address = reverse("attendance:draw", args=["459901101000"])
    assert "evil" not in client.post(address, {"next": there}).url


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost@evil.example", "[::1", "a b"])
def test_an_unknown_host_is_no_host(host, db, client, settings):
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
    answer = client.get("/login/", headers={"host": host})
    assert answer.status_code == 400
    assert "evil" not in answer.content.decode()


@pytest.mark.parametrize(("name", "content"), [
    ("花名册.xlsx", b"MZ\x90\x00" * 100), ("花名册.xlsx", b"<html><script>x</script></html>"), ("花名册.csv", b"\x00" * 5000),
    ("../../../etc/passwd", b"a,b\n1,2\n"), ("<script>x.xlsx", b"PK\x03\x04 no archive"), ("x" * 300 + ".xlsx", b"nothing"),
    ("花名册.php", b"<?php phpinfo();"),
])  # fmt: skip
def test_a_file_that_is_no_table_changes_nothing(name, content, november, posting, clerk, client, settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"
    client.force_login(clerk)
    page = reverse("reports:imports", args=["459901101000"])
    answer = client.post(page, {"files": SimpleUploadedFile(name, content), "kind": "roster"}, follow=True)
    assert answer.status_code == 200
    assert MARKUP not in answer.content.decode()
    assert Posting.objects.count() == 1
    assert not ImportRun.objects.filter(state__in=("ready", "written")).exists()
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and settings.DATA_DIR not in path.parents]


def test_a_file_over_the_limit_is_not_read(november, posting, clerk, client, monkeypatch):
    client.force_login(clerk)
    for module in ("cadres.roster.workbook", "reports.import_forms"):
        monkeypatch.setattr(f"{module}.MAX_BYTES", 1_000, raising=False)
    page = reverse("reports:imports", args=["459901101000"])
    answer = client.post(page, {"files": SimpleUploadedFile("表.xlsx", b"PK" * 2_000), "kind": "roster"}, follow=True)
    assert answer.status_code == 200
    assert not ImportRun.objects.filter(state__in=("ready", "written")).exists()


def test_leave_sent_twice_is_one_request(november, posting, member, secretary, squad_leader, client):
    client.force_login(member)
    data = {"kind": "personal", "begins_on": "2026-11-25", "begins_half": "am", "ends_on": "2026-11-25", "ends_half": "pm",
            "reason": "家中有事"}  # fmt: skip
    for _ in range(2):
        client.post(reverse("attendance:apply"), data)
    assert LeaveRequest.objects.count() == 1


def test_leave_decided_twice_is_one_decision(november, posting, member, secretary, squad_leader, client):
    leave = apply_for_leave(
        posting=posting, kind="personal", begins_on=date(2026, 11, 25), ends_on=date(2026, 11, 25), actor=member,
        at=datetime(2026, 11, 24, 12, 0, tzinfo=SHANGHAI), reason="家中有事",
    )  # fmt: skip
    client.force_login(squad_leader)
    for _ in range(2):
        client.post(reverse("attendance:leave_decide", args=[leave.pk]), {"outcome": "approve"})
    assert LeaveDecision.objects.count() == 1


def test_a_bulletin_published_twice_is_one(november, posting, tree, secretary, client):
    score_month_of(posting)
    draft = compile_bulletin(unit=tree.township, month=OCTOBER, now=NOVEMBER_2)
    client.force_login(secretary)
    for _ in range(2):
        client.post(reverse("reports:bulletin", args=[draft.pk]), {"act": "publish", "number": "大同〔2026〕1号"})
    assert Bulletin.objects.filter(status="published").count() == 1
    assert AuditEntry.objects.filter(act="bulletin.published").count() == 1


def test_an_appointment_that_ends_takes_the_open_session_along(november, posting, tree, secretary, client):
    client.force_login(secretary)
    page = reverse("cadres:people", args=["459901101000"])
    assert client.get(page).status_code == 200
    end_appointment(appointment=Appointment.objects.get(user=secretary), ends=date(2026, 11, 24))
    assert client.get(page).status_code == 404
    assert client.get(reverse("admin:index")).status_code in (302, 403)
    for address in (
        reverse("attendance:draw", args=["459901101000"]),
        reverse("attendance:finding", args=[posting.pk]),
    ):
        assert client.post(address, {"finding": "absent"}).status_code == 404


def test_an_account_that_is_closed_is_out_at_once(november, secretary, client):
    client.force_login(secretary)
    secretary.is_active = False
    secretary.save()
    answer = client.get(reverse("cadres:people", args=["459901101000"]))
    assert (answer.status_code, answer.url.split("?")[0]) == (302, "/login/")


@pytest.mark.parametrize("address", ["/leaves/99999999999999999999/", "/people/99999999999999999999/", "/bulletins/0/",
                                     "/postings/99999999999999999999/days/2026-11-20/",
                                     "/admin/cadres/cadre/99999999999999999999/change/"])  # fmt: skip
def test_a_number_beyond_all_numbers_is_a_wrong_address(address, november, county, client):
    client.force_login(county)
    assert client.get(address).status_code in (302, 404)


@pytest.mark.parametrize("field", ["item", "posting", "round", "extends"])
def test_a_number_beyond_all_numbers_in_a_form_is_refused(field, november, posting, tree, secretary, member, client):
    big = "9" * 30
    client.force_login(secretary)
    week = reverse("reports:scores_week", args=["459901101000", "2026-W46"])
    for act in ("void", "manual"):
        assert client.post(week, {"act": act, field: big}).status_code < 500
    finding = reverse("attendance:finding", args=[posting.pk])
    assert client.post(finding, {"finding": "absent", field: big}).status_code < 500
    client.force_login(member)
    assert client.post(reverse("attendance:apply"), {field: big}).status_code < 500
