"""A day's work on the pages: asking for leave, signing the sheet, looking into what does not agree, checking."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from attendance.models import CheckIn, DayReview, LeaveRequest, SheetMark, SpotCheck, SpotCheckResult, WeeklySheet
from cadres.models import Talk
from townships.models import AuditEntry

WEEK = "2026-W48"
MONDAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def tuesday_noon():
    with time_machine.travel("2026-11-24T12:00:00+08:00", tick=False):
        yield


@pytest.fixture
def as_(client):
    def enter(user):
        client.force_login(user)
        return client

    return enter


def ask(client, **fields):
    asked = {
        "kind": "personal",
        "begins_on": "2026-11-25",
        "begins_half": "am",
        "ends_on": "2026-11-25",
        "ends_half": "pm",
    }
    return client.post(reverse("attendance:apply"), {**asked, "reason": "家中有事", **fields}, follow=True)


def test_a_member_asks_and_reads_who_decides(as_, member, squad_leader):
    page = ask(as_(member)).content.decode()
    assert "1 天请假已提交，等分队长审批。" in page
    assert LeaveRequest.objects.get().awaiting_role == "squad_leader"


def test_a_refused_request_keeps_what_was_typed(as_, member, squad_leader):
    client = as_(member)
    ask(client)
    page = ask(client, reason="再请一次").content.decode()
    assert "这段时间已有请假" in page
    assert "再请一次" in page


def test_dates_in_the_wrong_order_are_pointed_at(as_, member):
    assert "结束日期早于开始日期" in ask(as_(member), ends_on="2026-11-20").content.decode()


def test_a_rejection_without_a_reason_is_not_taken(as_, member, squad_leader):
    ask(as_(member))
    leave = LeaveRequest.objects.get()
    address = reverse("attendance:leave_decide", args=[leave.pk])
    page = as_(squad_leader).post(address, {"outcome": "reject"}, follow=True).content.decode()
    assert "请写明不批准的原因" in page
    as_(squad_leader).post(address, {"outcome": "reject", "reason": "村里防汛"})
    leave.refresh_from_db()
    assert leave.state == "rejected"


def sheet_address(tree) -> str:
    return reverse("attendance:sheet", args=[tree.village.division_code, WEEK])


def test_the_team_leader_marks_and_signs(as_, leader, posting, tree):
    address = sheet_address(tree)
    as_(leader).post(address, {f"m{posting.pk}_20261123": "√|△", "sign": "yes"})
    mark, sheet = SheetMark.objects.get(), WeeklySheet.objects.get()
    assert (mark.day, mark.am, mark.pm) == (MONDAY, "√", "△")
    assert sheet.leader_signed_by == leader


def test_a_signed_sheet_changes_only_with_a_reason(as_, leader, posting, tree):
    address, field = sheet_address(tree), f"m{posting.pk}_20261123"
    as_(leader).post(address, {field: "√|√", "sign": "yes"})
    page = as_(leader).post(address, {field: "×|×"}, follow=True).content.decode()
    assert "队长已签字，更正请写明原因。" in page
    as_(leader).post(address, {field: "×|×", "reason": "核实不在"})
    assert SheetMark.objects.get(superseded_at__isnull=True).am == "×"


def test_a_sign_the_policy_does_not_know_is_left_out(as_, leader, posting, tree):
    as_(leader).post(sheet_address(tree), {f"m{posting.pk}_20261123": "★|★"})
    assert SheetMark.objects.count() == 0


def test_a_member_signs_his_own_days_alone(as_, member, posting, tree):
    as_(member).post(reverse("attendance:my_week"), {f"m{posting.pk}_20261124": "√|√", "m999_20261124": "√|√"})
    assert [(one.posting_id, one.am) for one in SheetMark.objects.all()] == [(posting.pk, "√")]


@pytest.fixture
def contradiction(posting, tree):
    """He checked in, and the visit found nobody."""
    now = timezone.now()
    CheckIn.objects.create(posting=posting, client_id="c", made_at=now, received_at=now, day=MONDAY, minute=500)
    return SpotCheckResult.objects.create(
        posting=posting,
        checked_at=now,
        day=MONDAY,
        half="am",
        minute=600,
        method="onsite",
        finding="absent",
        note="门锁着",
    )


def test_a_contradiction_shows_what_each_source_says(as_, secretary, contradiction, tree):
    address = reverse("attendance:contradictions", args=[tree.township.division_code])
    page = as_(secretary).get(address)
    (case,) = page.context["cases"]
    assert case.is_open
    assert {proof.source for proof in case.proofs} == {"抽查", "打卡"}
    assert "门锁着" in page.content.decode()


@pytest.mark.parametrize(
    ("data", "kept"),
    [
        ({"act": "review", "conclusion": "confirmed", "note": "本人承认回城"}, DayReview),
        ({"act": "talk", "held_on": "2026-11-24", "talker": "书记", "reason": "抽查不在岗"}, Talk),
    ],
)
def test_a_conclusion_or_a_talk_closes_the_case(as_, secretary, contradiction, posting, tree, data, kept):
    as_(secretary).post(reverse("attendance:case", args=[posting.pk, str(MONDAY)]), data)
    assert kept.objects.count() == 1
    address = reverse("attendance:contradictions", args=[tree.township.division_code])
    assert not as_(secretary).get(address).context["cases"][0].is_open


def test_a_squad_leader_draws_and_ticks_off(as_, squad_leader, posting, tree):
    client = as_(squad_leader)
    client.post(reverse("attendance:draw", args=[tree.village.division_code]), {"villages": "1", "method": "onsite"})
    check = SpotCheck.objects.get()
    assert "甘雨" in client.get(reverse("reports:squad_home")).content.decode()
    client.post(reverse("attendance:finding", args=[posting.pk]), {"finding": "absent", "round": check.pk})
    (found,) = client.get(reverse("reports:squad_home")).context["rounds"]
    assert (found.done, found.visits[0].result.finding) == (1, "absent")


def test_full_numbers_show_only_when_asked_and_the_asking_is_kept(as_, secretary, posting):
    client, address = as_(secretary), reverse("reports:person_tab", args=[posting.cadre_id, "facts"])
    number = posting.cadre.id_number
    assert number not in client.get(address).content.decode()
    assert number in client.post(address).content.decode()
    assert AuditEntry.objects.filter(act="identity.viewed", actor=secretary).count() == 1


def test_whoever_may_not_unmask_gets_nothing_by_asking(as_, squad_leader, posting):
    answer = as_(squad_leader).post(reverse("reports:person_tab", args=[posting.cadre_id, "facts"]))
    assert posting.cadre.id_number not in answer.content.decode()


@pytest.mark.parametrize(("who", "code", "words"), [("outsider", 404, "没有找到这一页"), ("auditor", 403, "开展抽查")])
def test_refusals_are_pages_in_words(request, as_, tree, who, code, words):
    client = as_(request.getfixturevalue(who))
    answer = client.post(reverse("attendance:draw", args=[tree.village.division_code]))
    assert (answer.status_code, words in answer.content.decode()) == (code, True)
