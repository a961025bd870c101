"""The bulletin's pages: who sees what, what publishing, deciding and correcting do, what is downloaded."""

import re
from io import BytesIO

import openpyxl
import pytest
import time_machine
from django.urls import reverse
from docx import Document

from reports.actions.compile_bulletin import compile_bulletin
from reports.actions.publish_bulletin import publish_bulletin
from reports.models import Bulletin, WeekLock
from tests.factories import CadreFactory, PostingFactory
from tests.factories.scores import NOVEMBER_2, OCTOBER, score_month_of
from townships.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(NOVEMBER_2, tick=False):
        yield


@pytest.fixture
def people(tree):
    postings = [PostingFactory(cadre=CadreFactory(name=f"队员{n}"), village=tree.village) for n in range(1, 8)]
    for n, posting in enumerate(postings, 1):
        score_month_of(posting, lost=n)
    return postings


@pytest.fixture
def draft(tree, people):
    return compile_bulletin(unit=tree.township, month=OCTOBER, now=NOVEMBER_2)


@pytest.fixture
def published(tree, draft):
    return publish_bulletin(unit=tree.township, month=OCTOBER, now=NOVEMBER_2)


@pytest.fixture
def page(draft):
    return reverse("reports:bulletin", args=[draft.pk])


def words(response):
    return re.sub(r"<[^>]+>", "", response.content.decode())


def listing(tree):
    return reverse("reports:bulletins", args=[tree.township.division_code])


DOORS = [("county", 200), ("secretary", 200), ("clerk", 200), ("auditor", 200), ("outsider", 404), ("member", 404)]
DOORS += [("squad_leader", 404), ("leader", 404), ("institution_officer", 404)]


@pytest.mark.parametrize(("who", "status"), DOORS)
@pytest.mark.parametrize("route", ["bulletin", "bulletin_document", "bulletin_ranking"])
def test_a_bulletin_is_open_to_the_offices_of_its_unit(request, client, draft, who, status, route):
    client.force_login(request.getfixturevalue(who))
    assert client.get(reverse(f"reports:{route}", args=[draft.pk])).status_code == status


@pytest.mark.parametrize(("who", "status"), DOORS)
def test_the_list_is_open_to_the_offices_of_the_unit(request, client, tree, who, status):
    client.force_login(request.getfixturevalue(who))
    assert client.get(listing(tree)).status_code == status


def test_the_list_offers_to_draft_a_month_with_scores(client, tree, people, clerk):
    client.force_login(clerk)
    shown = words(client.get(listing(tree)))
    assert "2026年10月" in shown
    assert shown.count("起草通报") == 1


def test_drafting_from_the_list_opens_the_draft(client, tree, people, clerk):
    client.force_login(clerk)
    url = reverse("reports:compile_bulletin", args=[tree.township.division_code, "2026-10"])
    response = client.post(url)
    assert response["Location"] == reverse("reports:bulletin", args=[Bulletin.objects.get().pk])


def test_drafting_without_scores_says_what_to_do(client, tree, clerk):
    client.force_login(clerk)
    url = reverse("reports:compile_bulletin", args=[tree.township.division_code, "2026-10"])
    assert "请先计算周得分" in words(client.post(url, follow=True))


def test_an_auditor_drafts_nothing(client, tree, people, auditor):
    client.force_login(auditor)
    url = reverse("reports:compile_bulletin", args=[tree.township.division_code, "2026-10"])
    assert client.post(url).status_code == 403
    assert not Bulletin.objects.exists()


def test_the_page_shows_the_paper_and_what_publishing_will_do(client, page, secretary):
    client.force_login(secretary)
    shown = words(client.get(page))
    assert "中共大同镇委员会文件" in shown
    assert "关于10月份驻村工作队员考评情况的通报" in shown
    assert "1.队员1（大同村），499分，第1名。" in shown
    assert "7 人的排名、红榜 3 人和黑榜 3 人对外公布" in shown
    assert "第40周、第41周、第42周、第43周、第44周的得分锁定" in shown


def test_publishing_from_the_page(client, page, draft, secretary):
    client.force_login(secretary)
    response = client.post(page, {"act": "publish", "number": "大同委发〔2026〕8号"}, follow=True)
    draft.refresh_from_db()
    assert (draft.status, draft.number, draft.published_by) == ("published", "大同委发〔2026〕8号", secretary)
    assert "通报已发布" in words(response)


def test_publishing_without_a_number_keeps_the_page(client, page, draft, secretary):
    client.force_login(secretary)
    assert "请填写发文字号" in words(client.post(page, {"act": "publish", "number": ""}))
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_a_clerk_reviews_but_does_not_publish(client, page, draft, clerk):
    client.force_login(clerk)
    assert 'name="act" value="publish"' not in client.get(page).content.decode()
    assert client.post(page, {"act": "publish", "number": "x"}).status_code == 403
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_changed_scores_ask_for_a_new_draft_before_publication(client, page, people, secretary):
    score_month_of(people[6], lost=0)
    client.force_login(secretary)
    response = client.get(page)
    assert "评分有变动，涉及 7 人的得分或名次" in words(response)
    assert 'name="act" value="publish"' not in response.content.decode()
    assert "请先更新草稿" in words(client.post(page, {"act": "publish", "number": "x"}, follow=True))


def test_the_way_to_publication_names_the_weeks(client, tree, page, secretary):
    PostingFactory(village=tree.village, begins=OCTOBER.weeks[4].monday)
    client.force_login(secretary)
    assert "第44周还有人员没有评分" in words(client.get(page))


class TestTie:
    @pytest.fixture
    def people(self, tree):
        postings = [PostingFactory(cadre=CadreFactory(name=f"队员{n}"), village=tree.village) for n in range(1, 9)]
        for posting in postings:
            score_month_of(posting)
        return postings

    def test_the_page_asks_who_goes_on_the_list(self, client, page, secretary):
        client.force_login(secretary)
        shown = words(client.get(page))
        assert "8 人得分相同" in shown
        assert "最多 6 人" in shown

    def test_a_decision_is_taken_and_kept(self, client, page, draft, people, secretary):
        client.force_login(secretary)
        chosen = [str(people[0].cadre_id)]
        response = client.post(
            page, {"act": "decide", "board": "red", "chosen": chosen, "reason": "连续两月满分"}, follow=True
        )
        draft.refresh_from_db()
        assert draft.content["red"] == [people[0].cadre_id]
        assert "连续两月满分" in words(response)

    def test_the_reason_is_not_for_the_clerk_nor_for_the_paper(self, client, page, draft, people, secretary, clerk):
        client.force_login(secretary)
        client.post(page, {"act": "decide", "board": "red", "chosen": [], "reason": "内部原因"})
        client.force_login(clerk)
        assert "内部原因" not in client.get(page).content.decode()
        document = client.get(reverse("reports:bulletin_document", args=[draft.pk]))
        assert "内部原因" not in "".join(p.text for p in Document(BytesIO(document.content)).paragraphs)

    def test_what_was_typed_stays_when_the_reason_is_missing(self, client, page, people, secretary):
        client.force_login(secretary)
        response = client.post(
            page, {"act": "decide", "board": "red", "chosen": [str(people[2].cadre_id)], "reason": ""}
        )
        assert "请写明原因" in words(response)
        assert re.search(rf'value="{people[2].cadre_id}"[^>]*checked', response.content.decode())


def test_a_correction_from_the_page_opens_the_next_revision(client, page, published, secretary):
    client.force_login(secretary)
    response = client.post(page, {"act": "revise", "reason": "队员2的请假已补办手续"}, follow=True)
    revision = Bulletin.objects.get(revision=2)
    assert response.redirect_chain[-1][0] == reverse("reports:bulletin", args=[revision.pk])
    assert "更正原因：队员2的请假已补办手续。" in words(response)
    assert not WeekLock.objects.exists()


def test_a_correction_can_be_given_up(client, page, published, secretary):
    client.force_login(secretary)
    client.post(page, {"act": "revise", "reason": "有误"})
    second = reverse("reports:bulletin", args=[Bulletin.objects.get(revision=2).pk])
    assert client.post(second, {"act": "withdraw"})["Location"] == page
    assert WeekLock.objects.count() == 5


def test_downloads_are_recorded(client, published, secretary):
    client.force_login(secretary)
    document = client.get(reverse("reports:bulletin_document", args=[published.pk]))
    assert "关于10月份驻村工作队员考评情况的通报" in "".join(
        p.text for p in Document(BytesIO(document.content)).paragraphs
    )
    ranking = client.get(reverse("reports:bulletin_ranking", args=[published.pk]))
    assert openpyxl.load_workbook(BytesIO(ranking.content)).active["B3"].value == "队员1"
    assert AuditEntry.objects.filter(act="bulletin.exported", actor=secretary).count() == 2


def test_the_attendance_notice_carries_the_telephone(client, tree, people, secretary):
    client.force_login(secretary)
    url = reverse("reports:attendance_notice", args=[tree.township.division_code, "2026-10"])
    response = client.get(url, {"telephone": "0700-1234567", "posted_from": "2026-11-02", "posted_until": "2026-11-06"})
    sheet = openpyxl.load_workbook(BytesIO(response.content)).active
    assert sheet["A1"].value == "大同镇2026年10月驻村工作队员考勤公示"
    assert sheet.max_row == 2 + 7 + 2
    assert "0700-1234567" in sheet.cell(11, 1).value


@pytest.mark.parametrize("size", [7, 40])
def test_a_bulletin_costs_the_same_for_any_number_of_people(
    client, tree, secretary, django_assert_max_num_queries, size
):
    for n in range(size):
        posting = PostingFactory(cadre=CadreFactory(name=f"队员{n}"), village=tree.village)
        score_month_of(posting, lost=n % 30)
    bulletin = compile_bulletin(unit=tree.township, month=OCTOBER, now=NOVEMBER_2)
    client.force_login(secretary)
    with django_assert_max_num_queries(16):
        client.get(reverse("reports:bulletin", args=[bulletin.pk]))
