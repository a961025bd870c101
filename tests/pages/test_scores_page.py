"""The page of a week's scores: the paper's columns, the proof behind a cell, points by hand, scoring anew."""

import re
from datetime import date

import pytest
import time_machine
from django.urls import reverse

from cadres.models import Talk
from reports.actions.compile_bulletin import compile_bulletin
from reports.actions.publish_bulletin import publish_bulletin
from reports.models import ManualItem, WeeklyScore
from tests.factories import CadreFactory, PostingFactory
from tests.factories.scores import NOVEMBER_2, OCTOBER, score_month_of, score_week_of

pytestmark = pytest.mark.django_db
WEEK = OCTOBER.weeks[4]


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(NOVEMBER_2, tick=False):
        yield


@pytest.fixture
def page(tree):
    return reverse("reports:scores_week", args=[tree.township.division_code, str(WEEK)])


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.mark.parametrize(
    ("who", "status"),
    [("county", 200), ("secretary", 200), ("clerk", 200), ("auditor", 200), ("outsider", 404), ("squad_leader", 404), ("member", 404)],
)  # fmt: skip
def test_who_sees_the_scores_of_a_township(request, client, page, who, status):
    client.force_login(request.getfixturevalue(who))
    assert client.get(page).status_code == status


def test_a_squad_leader_sees_the_scores_of_his_village(client, tree, squad_leader):
    client.force_login(squad_leader)
    url = reverse("reports:scores_week", args=[tree.village.division_code, str(WEEK)])
    assert client.get(url).status_code == 200


def test_the_entry_leads_to_the_last_week_that_is_over(client, tree, secretary, page):
    client.force_login(secretary)
    assert client.get(reverse("reports:scores", args=[tree.township.division_code]))["Location"] == page


@pytest.mark.parametrize("week", ["2026-W54", "第44周"])
def test_a_week_that_does_not_exist_is_not_found(client, tree, secretary, week):
    client.force_login(secretary)
    assert client.get(reverse("reports:scores_week", args=[tree.township.division_code, week])).status_code == 404


def test_a_cell_opens_its_rule_points_and_dates(client, page, posting, secretary):
    Talk.objects.create(posting=posting, held_on=date(2026, 10, 28), reason="走读", talker="分队长")
    client.force_login(secretary)
    client.post(page, {"act": "score"})
    shown = words(client.get(page))
    assert "住村（30） 考勤（30） 守纪（20） 履职（20） 合计 扣分事由" in shown
    assert "被谈话提醒 1 次，扣 5 分" in shown
    assert "10月28日(周三)" in shown
    assert "依据：谈话提醒记录 1 条" in shown


def test_scoring_anew_tells_how_many_scores_changed(client, page, posting, secretary):
    client.force_login(secretary)
    assert "1 人的得分有变动" in words(client.post(page, {"act": "score"}, follow=True))
    assert "得分没有变动" in words(client.post(page, {"act": "score"}, follow=True))


def test_a_score_that_changed_says_from_what_to_what(client, page, posting, secretary):
    client.force_login(secretary)
    client.post(page, {"act": "score"})
    before = WeeklyScore.objects.get().total
    Talk.objects.create(posting=posting, held_on=date(2026, 10, 28), reason="走读", talker="分队长")
    client.post(page, {"act": "score"})
    shown = words(client.get(page))
    assert "得分有变更" in shown
    assert f"{before:.0f} → {before - 5:.0f} 分" in shown


def test_an_auditor_scores_nothing(client, page, posting, auditor):
    client.force_login(auditor)
    assert client.post(page, {"act": "score"}).status_code == 403
    assert not WeeklyScore.objects.exists()


class TestByHand:
    def entry(self, posting, **fields):
        return {
            "act": "manual",
            "posting": posting.pk,
            "day": "2026-10-28",
            "rule": "task",
            "points": "",
            "reason": "信息上报迟三天",
        } | fields

    def test_an_entry_takes_the_standard_points_off_at_once(self, client, page, posting, secretary):
        client.force_login(secretary)
        client.post(page, {"act": "score"})
        before = WeeklyScore.objects.get().total
        response = client.post(page, self.entry(posting), follow=True)
        assert "已给甘雨扣 2 分" in words(response)
        assert WeeklyScore.objects.get().total == before - 2
        assert ManualItem.objects.get().entered_by == secretary

    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"reason": ""}, "请写明事由"),
            ({"day": "2026-10-20"}, "日期不在这一周"),
            ({"rule": "night_short"}, "选择"),
            ({"points": "-1"}, "0.01"),
        ],
    )
    def test_a_faulty_entry_is_not_taken_and_keeps_what_was_typed(self, client, page, posting, secretary, fields, said):
        client.force_login(secretary)
        response = client.post(page, self.entry(posting, **fields))
        assert said in words(response)
        assert not ManualItem.objects.exists()

    def test_nobody_enters_points_against_himself(self, client, page, posting, secretary):
        posting.cadre.user = secretary
        posting.cadre.save()
        client.force_login(secretary)
        assert client.post(page, self.entry(posting)).status_code == 403

    def test_a_clerk_enters_no_points(self, client, page, posting, clerk):
        client.force_login(clerk)
        client.post(page, self.entry(posting))
        assert not ManualItem.objects.exists()

    def test_an_entry_is_voided_with_a_reason_and_the_points_come_back(self, client, page, posting, secretary):
        client.force_login(secretary)
        client.post(page, self.entry(posting))
        item, low = ManualItem.objects.get(), WeeklyScore.objects.get().total
        client.post(page, {"act": "void", "item": item.pk, "reason": ""})
        assert ManualItem.objects.get().voided_at is None
        client.post(page, {"act": "void", "item": item.pk, "reason": "已按期补报"})
        assert WeeklyScore.objects.get().total == low + 2
        assert "已作废" in words(client.get(page))

    def test_a_published_week_takes_no_entries(self, client, tree, page, posting, secretary):
        score_month_of(posting)
        compile_bulletin(unit=tree.township, month=OCTOBER, now=NOVEMBER_2)
        publish_bulletin(unit=tree.township, month=OCTOBER, now=NOVEMBER_2)
        client.force_login(secretary)
        assert "得分锁定" in words(client.get(page))
        assert "请先更正通报" in words(client.post(page, self.entry(posting), follow=True))
        assert not ManualItem.objects.exists()


@pytest.mark.parametrize("size", [5, 40])
def test_a_week_costs_the_same_for_any_number_of_people(
    client, tree, page, secretary, django_assert_max_num_queries, size
):
    for n in range(size):
        score_week_of(PostingFactory(cadre=CadreFactory(name=f"队员{n}"), village=tree.village), WEEK, lost=n % 30)
    client.force_login(secretary)
    with django_assert_max_num_queries(16):
        assert "队员3" in words(client.get(page))
