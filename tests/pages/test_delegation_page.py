"""委托代理: giving one's office away for a time on a page, and what the pages say of it."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from attendance.actions.apply_for_leave import apply_for_leave
from attendance.actions.decide_leave import decide_leave
from tests.factories import user_with
from townships.actions.delegate import delegate
from townships.models import Appointment, User
from townships.periods import SHANGHAI

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=SHANGHAI)
TODAY = NOW.date()
PAGE = "/delegations/"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def given(secretary, squad_leader) -> Appointment:
    held = list(Appointment.objects.filter(user=secretary))
    return delegate(
        appointments=held, user=squad_leader, begins=TODAY, ends=TODAY + timedelta(days=7), reason="外出开会",
        actor=secretary, today=TODAY,
    )[0]  # fmt: skip


def words(response) -> str:
    return response.content.decode()


def asked(principal, delegate_, **fields) -> dict:
    return {
        "for": Appointment.objects.own().get(user=principal).pk, "delegate": delegate_.pk, "begins": "2026-11-24",
        "last_day": "2026-11-28", "reason": "外出开会", **fields,
    }  # fmt: skip


def test_a_secretary_leaves_his_office_to_somebody_of_his_unit(client, secretary, squad_leader, clerk):
    client.force_login(secretary)
    page = words(client.get(PAGE))
    assert "分队长（分队长）" in page  # name and role
    assert "秘书（党政办秘书）" not in page
    answer = client.post(PAGE, asked(secretary, squad_leader), follow=True)
    assert "2026年11月24日至2026年11月28日由分队长代理镇党委书记（大同镇）" in words(answer)
    row = Appointment.objects.delegations().get()
    assert (row.user, row.begins, row.ends) == (squad_leader, TODAY, date(2026, 11, 29))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"last_day": "2026-11-23"}, "结束日期早于开始日期"),
        ({"begins": "2026-11-20"}, "开始日期已经过去"),
        ({"reason": ""}, "请写明原因"),
        ({"delegate": "0"}, "请在列出的人员中选择"),
        ({"begins": "昨天"}, "日期要写成"),
    ],
)
def test_what_cannot_be_is_said_on_the_form(client, secretary, squad_leader, fields, said):
    client.force_login(secretary)
    assert said in words(client.post(PAGE, asked(secretary, squad_leader, **fields)))
    assert not Appointment.objects.delegations().exists()


def test_both_see_it_on_their_first_pages(client, secretary, squad_leader, given, tree):
    home = reverse("reports:unit", args=[tree.township.division_code])
    client.force_login(secretary)
    assert "分队长正在代理您的镇党委书记（大同镇），到2026年11月30日为止。" in words(client.get(home))
    client.force_login(squad_leader)
    page = words(client.get(home))
    assert "您正在代理书记的镇党委书记（大同镇），到2026年11月30日为止。" in page
    assert "分队长 · 大同村" in page  # what he is himself


def test_the_delegate_begins_at_his_own_work_and_finds_the_other_from_there(client, squad_leader, given, tree):
    client.force_login(squad_leader)
    page = words(client.get("/", follow=True))
    assert "您正在代理书记的镇党委书记（大同镇）" in page
    assert f'<a href="{reverse("reports:unit", args=[tree.township.division_code])}">去大同镇</a>' in page


@pytest.mark.parametrize("who", ["secretary", "squad_leader"])
def test_either_ends_it_at_once(client, request, given, who):
    client.force_login(request.getfixturevalue(who))
    assert "代理中" in words(client.get(PAGE))
    answer = client.post("/delegations/withdraw/", {"delegation": given.pk}, follow=True)
    assert "委托已收回" in words(answer)
    assert "已收回" in words(client.get(PAGE))
    given.refresh_from_db()
    assert given.withdrawn_on == TODAY


def test_nobody_else_ends_it(client, clerk, leader, outsider, given):
    for user in (clerk, leader, outsider):
        client.force_login(user)
        assert client.post("/delegations/withdraw/", {"delegation": given.pk}).status_code == 404


def test_who_manages_appointments_gives_it_for_somebody_ill(client, county, secretary, squad_leader, outsider):
    client.force_login(county)
    own = Appointment.objects.get(user=secretary)
    assert "替书记办理委托" in words(client.get(PAGE, {"for": own.pk}))
    client.post(PAGE, asked(secretary, squad_leader, reason="住院"))
    assert Appointment.objects.delegations().get().delegated_from == own
    assert client.get(PAGE, {"for": Appointment.objects.get(user=outsider).pk}).status_code == 404
    assert client.get(PAGE, {"for": "9" * 40}).status_code == 404


def test_somebody_elses_office_is_not_his_to_give(client, clerk, squad_leader, secretary):
    client.force_login(clerk)
    assert client.post(PAGE, asked(secretary, squad_leader)).status_code == 404


def test_who_has_nothing_to_give_is_told_so(client, member, auditor):
    for user in (member, auditor):
        client.force_login(user)
        assert "没有可以委托的职务" in words(client.get(PAGE))


def test_where_nobody_can_stand_in_the_page_says_what_happens(client, county):
    client.force_login(county)
    assert "本单位没有可以代理的人" in words(client.get(PAGE))


def test_the_leave_says_who_decided_in_whose_place(client, posting, secretary, squad_leader, tree):
    stand_in = user_with("squad_leader", tree.other_village, display_name="王某")
    delegate(
        appointments=list(Appointment.objects.filter(user=squad_leader)), user=stand_in, begins=TODAY,
        ends=TODAY + timedelta(days=1), reason="外出", actor=squad_leader, today=TODAY,
    )  # fmt: skip
    leave = apply_for_leave(
        posting=posting, kind="personal", begins_on=TODAY, ends_on=TODAY, actor=posting.cadre.user, at=NOW
    )
    decide_leave(leave=leave, actor=User.objects.get(pk=stand_in.pk), approve=True, at=NOW)
    client.force_login(secretary)
    assert "王某代分队长" in words(client.get(reverse("attendance:leave", args=[leave.pk])))


def test_the_admin_shows_who_acts_for_whom_and_ends_it(client, county, given):
    client.force_login(county)
    address = reverse("admin:townships_appointment_changelist")
    assert "受谁委托" in words(client.get(address))
    assert client.get(reverse("admin:townships_appointment_change", args=[given.pk])).status_code == 200
    client.post(address, {"action": "end_today", "_selected_action": [given.pk]})
    given.refresh_from_db()
    assert given.withdrawn_on == TODAY


def test_the_admin_leads_to_giving_it_for_somebody(client, county, secretary):
    client.force_login(county)
    own = Appointment.objects.get(user=secretary)
    address = reverse("admin:townships_appointment_changelist")
    answer = client.post(address, {"action": "delegate", "_selected_action": [own.pk]})
    assert answer.url == f"{PAGE}?for={own.pk}"
