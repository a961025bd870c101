"""Everything the trail must hold: who, when, from where, what, and what it was before and after."""

import copy
from datetime import date, datetime

import pytest
import time_machine
from django.urls import reverse

from attendance.actions.apply_for_leave import apply_for_leave
from attendance.policies import reference_policy
from cadres.models import Posting
from reports.actions.compile_bulletin import compile_bulletin
from reports.actions.set_policy import set_policy
from reports.actions.start_import import start_import
from tests.cadres.roster_files import person, table, xlsx
from tests.factories.scores import NOVEMBER_2, OCTOBER, score_month_of
from townships.actions.appoint import appoint, end_appointment
from townships.models import Appointment, AuditEntry
from townships.periods import SHANGHAI

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=SHANGHAI)
HERE = "203.0.113.9"
PASSWORD = "zhucun-2026"


@pytest.fixture(autouse=True)
def noon(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def page(client):
    """Somebody at his desk, at an address of his own."""

    def at(user):
        client.force_login(user)
        client.defaults["REMOTE_ADDR"] = HERE
        return client

    return at


def kept(act: str, *, actor, unit, address=HERE) -> dict:
    """The one entry of the act is complete; its details."""
    entry = AuditEntry.objects.get(act=act)
    assert (entry.actor, entry.unit, entry.address, entry.at) == (actor, unit, address, NOON)
    assert entry.subject
    return entry.details


def changed(details: dict) -> tuple[dict, dict]:
    assert details["before"] != details["after"]
    return details["before"], details["after"]


def test_a_login_and_a_failure(client, secretary, tree):
    for password in ("wrong", PASSWORD):
        client.post("/login/", {"username": "secretary", "password": password}, REMOTE_ADDR=HERE)
    kept("account.login_failed", actor=None, unit=tree.township)
    assert kept("account.logged_in", actor=secretary, unit=tree.township) == {"way": "password"}


def test_a_look_at_an_identity_number(page, posting, secretary, tree):
    answer = page(secretary).post(reverse("reports:person_tab", args=[posting.cadre_id, "facts"]))
    assert posting.cadre.id_number in answer.content.decode()
    assert kept("identity.viewed", actor=secretary, unit=tree.village)["cadre"] == posting.cadre_id


def test_an_export(page, posting, secretary, tree):
    page(secretary).get(reverse("cadres:people_export", args=[tree.township.division_code]))
    assert kept("roster.exported", actor=secretary, unit=tree.township)["people"] == 1


def test_an_import(page, clerk, tree, institution):
    content = xlsx(("名单", table([person(1)])))
    run = start_import(unit=tree.township, kind="roster", content=content, file_name="花名册.xlsx", actor=clerk)
    page(clerk).post(reverse("reports:import_confirm", args=[tree.township.division_code, run.pk]))
    assert Posting.objects.count() == 1
    kept("roster.imported", actor=clerk, unit=tree.township)


def test_an_approval(page, posting, member, squad_leader, secretary, tree):
    leave = apply_for_leave(
        posting=posting, kind="personal", begins_on=date(2026, 11, 25), ends_on=date(2026, 11, 25), actor=member, at=NOON,
        reason="家中有事",
    )  # fmt: skip
    page(squad_leader).post(reverse("attendance:leave_decide", args=[leave.pk]), {"outcome": "approve"})
    details = kept("leave.approved", actor=squad_leader, unit=tree.village)
    assert changed(details) == ({"state": "pending"}, {"state": "approved"})


def test_a_change_of_a_score(page, posting, secretary, tree):
    score_month_of(posting)
    address = reverse("reports:scores_week", args=[tree.township.division_code, "2026-W44"])
    item = {
        "act": "manual",
        "posting": posting.pk,
        "day": "2026-10-28",
        "rule": "task",
        "points": "3",
        "reason": "未完成",
    }
    page(secretary).post(address, item)
    details = kept("manual.added", actor=secretary, unit=tree.village)
    assert (details["points"], details["reason"]) == ("3.00", "未完成")


def test_a_publication(page, posting, secretary, tree):
    score_month_of(posting)
    draft = compile_bulletin(unit=tree.township, month=OCTOBER, now=NOVEMBER_2)
    page(secretary).post(reverse("reports:bulletin", args=[draft.pk]), {"act": "publish", "number": "大同〔2026〕1号"})
    before, after = changed(kept("bulletin.published", actor=secretary, unit=tree.township))
    assert (before["status"], after["status"], after["number"]) == ("draft", "published", "大同〔2026〕1号")


def test_an_appointment_and_its_end(county, clerk, tree):
    given = appoint(user=clerk, role="village_clerk", unit=tree.village, begins=date(2026, 11, 1), actor=county)
    AuditEntry.objects.get(act="appointment.given", actor=county, unit=tree.village)
    end_appointment(appointment=given, ends=date(2026, 11, 30), actor=county)
    details = AuditEntry.objects.get(act="appointment.ended", actor=county, unit=tree.village).details
    assert (details["before"]["ends"], details["ends"]) == (None, "2026-11-30")
    assert Appointment.objects.get(pk=given.pk).ends == date(2026, 11, 30)


def test_a_change_of_policy(county, tree):
    document = copy.deepcopy(reference_policy())
    document["attendance"]["fence_m"] = 900
    set_policy(unit=tree.county, document=document, actor=county)
    entry = AuditEntry.objects.get(act="policy.set")
    assert (entry.actor, entry.unit, entry.at) == (county, tree.county, NOON)
    before, after = changed(entry.details)
    assert (before["attendance"]["fence_m"], after["attendance"]["fence_m"]) == (1000, 900)


@pytest.fixture
def written(posting, secretary, county, tree, page):
    """Two entries: of the secretary at the township, of the county; how the cast was appointed is another matter."""
    client = page(secretary)
    client.get(reverse("cadres:people_export", args=[tree.township.division_code]))
    AuditEntry.objects.create(act="leave.approved", actor=county, unit=tree.county, subject="早先的事")
    return page


def acts_of(listed) -> set[str]:
    return set(listed.context["cl"].queryset.values_list("act", flat=True)) - {"appointment.given"}


@pytest.mark.parametrize(("query", "found"), [
    ({"q": "secretary"}, {"roster.exported"}),
    ({"q": HERE}, {"roster.exported"}),
    ({"act": "leave.approved"}, {"leave.approved"}),
    ({"at__year": "2026", "at__month": "11", "at__day": "24"}, {"roster.exported", "leave.approved"}),
    ({"at__year": "2025"}, set()),
])  # fmt: skip
def test_who_holds_audit_searches_by_person_act_and_date(written, auditor, query, found):
    listed = written(auditor).get(reverse("admin:townships_auditentry_changelist"), query)
    assert acts_of(listed) == found


def test_he_searches_by_unit_and_takes_the_list_along(written, auditor, tree):
    client = written(auditor)
    page_of_unit = client.get(reverse("admin:townships_auditentry_changelist"), {"unit__id__exact": tree.township.pk})
    assert acts_of(page_of_unit) == {"roster.exported"}
    file = client.get(reverse("admin:townships_auditentry_list_export", args=["csv"]))
    assert "早先的事" in b"".join(file.streaming_content if file.streaming else [file.content]).decode()


def test_who_does_not_hold_it_sees_none(written, secretary):
    listed = written(secretary).get(reverse("admin:townships_auditentry_changelist"))
    assert listed.status_code in (302, 403) or not listed.context["cl"].queryset.exists()
