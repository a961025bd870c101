"""First pages of the reference town: the figures of the report, what waits for whom."""

import json
from datetime import date
from pathlib import Path

import pytest

from attendance.models import LeaveRequest
from reports import dashboards, todo
from reports.dashboards import Days
from tests.pages.visible import english, texts
from townships.models import AdministrativeUnit, User

REFERENCE = json.loads((Path(dashboards.__file__).parent / "demo" / "reference-town.json").read_text(encoding="utf-8"))
DAY = date(2026, 11, 24)
FIRST_PAGES = {
    "county": "/units/459901000000/",
    "auditor": "/units/459901000000/",
    "secretary": "/units/459901101000/",
    "deputy": "/units/459901101000/",
    "clerk": "/units/459901101000/",
    "squad1": "/squad/",
    "leader1": "/team/",
    "member1": "/check-in/",
    "dispatch1": "/institution/",
}


def test_the_dashboard_counts_the_reference_town(town):
    user, unit = User.objects.get(username="secretary"), AdministrativeUnit.objects.get(name="大同镇")
    found = dashboards.reference(user, unit, DAY)
    groups = {group.title: {share.label: share.number for share in group.shares} for group in found.groups}
    assert groups == {
        "选派层级": REFERENCE["members"]["by_dispatch_level"],
        "住村地点": REFERENCE["lodging"],
        "村级设施": REFERENCE["facilities_of_18_villages"],
    }
    assert (found.people, found.villages) == (
        REFERENCE["members"]["total"],
        REFERENCE["units"]["villages_and_communities"],
    )
    assert found.reminder_talks == REFERENCE["reminder_talks_this_year"]


def test_the_page_prints_those_figures(town, log_in):
    words = texts(log_in("secretary").get("/units/459901101000/").content.decode())
    assert {"42 人", "18 个", "2026年 9 次", "27", "13", "2", "22", "17 / 18", "15 / 18", "16 / 18", "12 / 18"} <= set(
        words
    )


def test_everybody_of_today_is_counted_once(town):
    user, unit = User.objects.get(username="secretary"), AdministrativeUnit.objects.get(name="大同镇")
    whole, rows = dashboards.today_by_unit(Days.of(user, unit, DAY), unit, dashboards.units_below(user, unit, DAY))
    assert whole.whole == sum(row.whole for row in rows) == REFERENCE["members"]["total"]
    assert len(rows) == REFERENCE["units"]["villages_and_communities"]


@pytest.mark.parametrize(("username", "page"), FIRST_PAGES.items())
def test_login_leads_each_role_to_its_page(town, log_in, username, page):
    answer = log_in(username).get("/", follow=True)
    assert (answer.redirect_chain[-1][0], answer.status_code) == (page, 200)
    assert english(answer.content.decode()) == set()


def test_things_to_do_come_oldest_first_and_only_to_whom_they_concern(town):
    unit = AdministrativeUnit.objects.get(name="大同镇")
    secretary, auditor = User.objects.get(username="secretary"), User.objects.get(username="auditor")
    ledger = Days.of(secretary, unit, DAY, weeks_back=5).ledger
    found = todo.waiting(secretary, unit, DAY, ledger)
    assert [one.since for one in found] == sorted(one.since for one in found)
    assert {"对不上", "逾期未归", "考勤表", "等您审批"} <= {one.badge for one in found}
    assert todo.waiting(auditor, unit, DAY, ledger) == []


def test_the_secretary_approves_from_his_first_page_and_stays_there(town, log_in):
    client, page = log_in("secretary"), "/units/459901101000/"
    leave = next(one.leave for one in client.get(page).context["todos"] if one.leave)
    answer = client.post(f"/leaves/{leave.pk}/decide/", {"outcome": "approve", "next": page})
    leave.refresh_from_db()
    assert (leave.state, answer.url) == (LeaveRequest.State.APPROVED, page)
    assert "已批准" in client.get(page).content.decode()


def test_an_institution_sees_its_own_people_alone(town, log_in):
    client = log_in("dispatch1")
    rows = client.get("/institution/").context["rows"]
    institutions = {row["posting"].dispatching_institution_id for row in rows}
    assert len(rows) > 0
    assert len(institutions) == 1


def test_a_county_lists_its_townships_with_their_numbers(town, log_in):
    lines = log_in("county").get("/units/459901000000/").context["lines"]
    by_name = {line.unit.name: line for line in lines}
    assert by_name["大同镇"].people == REFERENCE["members"]["total"]
    assert by_name["大同镇"].average is not None
