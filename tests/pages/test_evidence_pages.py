"""Evidence on pages, from the member's phone to the office: leave, sheets, spot checks."""

from datetime import date, datetime

import pytest
import time_machine
from django.urls import reverse

from attendance.models import LeaveRequest, SheetMark, SpotCheck, SpotCheckResult, WeeklySheet
from tests.attendance.files import posted
from townships.periods import SHANGHAI

NOW = datetime(2026, 11, 4, 10, tzinfo=SHANGHAI)
WEEK = "2026-W45"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def page(client, name: str, *args) -> str:
    response = client.get(reverse(f"attendance:{name}", args=args))
    assert response.status_code == 200
    return response.content.decode()


def send(client, name: str, *args, **data) -> str:
    response = client.post(reverse(f"attendance:{name}", args=args), data, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def ask(client, begins="2026-11-05", ends="2026-11-05", **data) -> str:
    form = {"kind": "personal", "begins_on": begins, "begins_half": "am", "ends_on": ends, "ends_half": "pm"}
    return send(
        client, "apply", **form, **{"reason": "家中有事", "destination": "县城", "contact": "13800001234", **data}
    )


def test_leave_goes_from_the_phone_to_the_approver_and_back(client, posting, member, squad_leader, tree):
    client.force_login(member)
    assert "等分队长审批" in ask(client)
    leave = LeaveRequest.objects.get()
    client.force_login(squad_leader)
    assert "批准 1 天请假" in page(client, "leaves", tree.village.division_code)
    assert "已批准甘雨 1 天请假" in send(client, "leave_decide", leave.pk, outcome="approve")
    with time_machine.travel(NOW.replace(day=5), tick=False):
        client.force_login(member)
        assert "销假" in send(client, "leave_return", leave.pk)
    leave.refresh_from_db()
    assert (leave.state, leave.returned_on) == ("approved", date(2026, 11, 5))


def test_a_refused_request_keeps_what_was_typed(client, posting, member, squad_leader):
    client.force_login(member)
    shown = ask(client, "2026-11-06", "2026-11-05", reason="回家收稻子")
    assert "早于开始日期" in shown
    assert "回家收稻子" in shown
    assert not LeaveRequest.objects.exists()


def test_a_rejection_asks_for_the_reason(client, posting, member, squad_leader):
    client.force_login(member)
    ask(client)
    leave = LeaveRequest.objects.get()
    client.force_login(squad_leader)
    assert "请写明不批准的原因" in send(client, "leave_decide", leave.pk, outcome="reject")
    send(client, "leave_decide", leave.pk, outcome="reject", reason="防汛期间")
    client.force_login(member)
    assert "防汛期间" in page(client, "leave", leave.pk)


def test_a_second_half_sent_to_another_day_says_who_decides_now(client, posting, member, squad_leader, secretary):
    client.force_login(member)
    ask(client)
    assert "等镇党委书记审批" in ask(client, "2026-11-06", "2026-11-06")


def test_overdue_returns_are_listed(client, posting, member, squad_leader, tree):
    client.force_login(member)
    ask(client, "2026-11-04", "2026-11-04")
    client.force_login(squad_leader)
    send(client, "leave_decide", LeaveRequest.objects.get().pk, outcome="approve")
    with time_machine.travel(NOW.replace(day=6), tick=False):
        client.force_login(squad_leader)
        url = reverse("attendance:leaves", args=[tree.village.division_code])
        assert "甘雨" in client.get(url, {"show": "overdue"}).content.decode()


def test_a_village_sheet_is_marked_and_signed(client, posting, leader, tree):
    client.force_login(leader)
    field = f"m{posting.pk}_20261103"
    assert field in page(client, "sheet", tree.village.division_code, WEEK)
    send(client, "sheet", tree.village.division_code, WEEK, **{field: "√|×", "sign": "1"})
    mark, sheet = SheetMark.objects.get(), WeeklySheet.objects.get()
    assert (mark.am, mark.pm, mark.made_by, sheet.leader_signed_by) == ("√", "×", leader, leader)


def test_a_member_signs_his_own_line_only(client, posting, member, tree):
    other = posted(tree.village, "韦一")
    client.force_login(member)
    shown = page(client, "my_week")
    assert f"m{posting.pk}_20261104" in shown
    assert f"m{other.pk}_" not in shown
    send(client, "my_week", **{f"m{posting.pk}_20261104": "√|√", f"m{other.pk}_20261104": "×|×"})
    assert SheetMark.objects.get().posting == posting


def test_a_draw_is_ticked_off(client, posting, squad_leader, tree):
    client.force_login(squad_leader)
    shown = send(client, "draw", tree.village.division_code, villages="1", method="onsite")
    assert "甘雨" in shown
    check = SpotCheck.objects.get()
    send(client, "finding", posting.pk, round=check.pk, finding="absent")
    found = SpotCheckResult.objects.get()
    assert (found.finding, found.check_round, found.recorded_by) == ("absent", check, squad_leader)
    assert "不在岗" in page(client, "spot_checks", tree.village.division_code)


@pytest.mark.parametrize("name", ["leaves", "spot_checks"])
def test_a_stranger_finds_no_such_unit(client, outsider, tree, posting, name):
    client.force_login(outsider)
    assert client.get(reverse(f"attendance:{name}", args=[tree.village.division_code])).status_code == 404


@pytest.mark.parametrize("route", ["attendance:sheet_sign", "attendance:sheet_attest"])
def test_looking_for_a_signature_makes_no_sheet(tree, auditor, client, route):
    client.force_login(auditor)
    client.post(reverse(route, args=[tree.village.division_code, "2026-W45"]), {"name": "韦书记"})
    assert not WeeklySheet.objects.exists()
