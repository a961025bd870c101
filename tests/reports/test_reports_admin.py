"""Schemes, points by hand and bulletins in the admin."""

import json
from copy import deepcopy

import pytest
import time_machine
from django.urls import reverse

from attendance.policies import reference_policy
from reports.actions.compile_bulletin import compile_bulletin
from reports.models import ManualItem, ScoringScheme, WeeklyScore
from reports.schemes import reference_scheme_row
from tests.factories.scores import NOVEMBER_2, OCTOBER, score_month_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(NOVEMBER_2, tick=False):
        yield


def scheme(**changes):
    return deepcopy(reference_policy()["scoring"]) | changes


class TestScheme:
    url = "/admin/reports/scoringscheme/add/"

    def send(self, client, unit, document):
        return client.post(
            self.url, {"unit": unit.pk, "effective_from": "2026-11-02", "document": json.dumps(document)}
        )

    def test_the_form_begins_with_the_packaged_scheme_laid_out_to_edit(self, client, county):
        client.force_login(county)
        assert "&quot;name&quot;: &quot;周进度考评办法&quot;,\n" in client.get(self.url).content.decode()

    def test_a_new_version_is_set_for_a_unit_in_reach(self, client, tree, county):
        client.force_login(county)
        assert self.send(client, tree.township, scheme(name="大同镇办法")).status_code == 302
        row = ScoringScheme.objects.get(unit=tree.township)
        assert (row.name, row.revision, row.set_by) == ("大同镇办法", 1, county)

    def test_a_faulty_scheme_comes_back_with_the_fault_named(self, client, tree, county):
        client.force_login(county)
        response = self.send(client, tree.township, scheme(tie_breakers=["nothing"]))
        assert "tie_breakers" in response.content.decode()
        assert not ScoringScheme.objects.filter(unit=tree.township).exists()

    def test_a_secretary_reads_schemes_and_sets_none(self, client, tree, secretary):
        client.force_login(secretary)
        assert client.get(self.url).status_code == 403

    def test_the_packaged_scheme_is_there_for_every_office_to_read(self, client, tree, secretary):
        row = reference_scheme_row()
        client.force_login(secretary)
        assert row.name in client.get("/admin/reports/scoringscheme/").content.decode()
        assert client.get(reverse("admin:reports_scoringscheme_change", args=[row.pk])).status_code == 200

    def test_a_version_is_readable(self, client, tree, county):
        client.force_login(county)
        self.send(client, tree.township, scheme())
        row = ScoringScheme.objects.get(unit=tree.township)
        shown = client.get(reverse("admin:reports_scoringscheme_change", args=[row.pk])).content.decode()
        assert "住村 · 少住一夜（住村夜数不足）：每次扣 5 分" in shown
        assert "总分相同时依次比较：住村、考勤、守纪；红榜、黑榜各 3 名" in shown


def test_points_by_hand_are_entered_and_voided_in_the_admin(client, posting, secretary):
    client.force_login(secretary)
    entry = {"posting": posting.pk, "day": "2026-10-28", "rule": "task", "points": "2", "reason": "未按时上报"}
    client.post("/admin/reports/manualitem/add/", entry)
    item = ManualItem.objects.get()
    assert item.entered_by == secretary
    act = {"action": "void", "_selected_action": [item.pk], "reason": "已补报"}
    client.post("/admin/reports/manualitem/", act)
    item.refresh_from_db()
    assert (item.void_reason, item.voided_by) == ("已补报", secretary)


def test_a_rule_of_another_scheme_comes_back_to_the_form(client, tree, posting, county):
    client.force_login(county)
    TestScheme().send(client, tree.county2.parent, scheme())
    entry = {"posting": posting.pk, "day": "2026-12-01", "rule": "task", "points": "2", "reason": "未按时上报"}
    assert "日期还没有到" in client.post("/admin/reports/manualitem/add/", entry).content.decode()
    assert not ManualItem.objects.exists()


def test_scores_and_bulletins_are_read_not_edited(client, tree, posting, county):
    score_month_of(posting, lost=5)
    bulletin = compile_bulletin(unit=tree.township, month=OCTOBER, now=NOVEMBER_2)
    client.force_login(county)
    score = WeeklyScore.objects.first()
    shown = client.get(reverse("admin:reports_weeklyscore_change", args=[score.pk])).content.decode()
    assert "少住一夜 1 次，扣 5 分" in shown or "没有扣分" in shown
    shown = client.get(reverse("admin:reports_bulletin_change", args=[bulletin.pk])).content.decode()
    assert reverse("reports:bulletin_document", args=[bulletin.pk]) in shown
    assert client.get("/admin/reports/bulletin/add/").status_code == 403
    assert client.post(reverse("admin:reports_weeklyscore_change", args=[score.pk]), {}).status_code == 403
