"""The reference town comes out with exactly its figures, once, the same for the same day."""

import json
from datetime import date
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command

from attendance.calendar import WorkCalendar
from attendance.holiday_library import days_of
from attendance.models import CheckIn, LeaveRequest, SheetMark, WeeklySheet
from cadres.models import Cadre
from reports.demo.people import check_digit, members
from reports.demo.span import Span
from reports.demo.story import tell
from reports.demo.town import DATONG, QINGHE, REFERENCE
from reports.models import Bulletin, WeeklyScore
from townships.models import AdministrativeUnit, Appointment, User
from townships.periods import Week

DAYS = ["2026-11-24", "2026-12-01", "2026-10-05", "2026-01-02", "2026-03-02"]
CALENDAR = WorkCalendar.of([(one.day, one.kind) for year in (2025, 2026) for one in days_of(year)])


def load(day: str) -> dict:
    out = StringIO()
    with time_machine.travel(f"{day}T12:00:00+08:00", tick=False):
        call_command("load_demo", "--json", stdout=out, stderr=StringIO())
    return json.loads(out.getvalue())


@pytest.fixture
def demo(db):
    return load("2026-11-24")


@pytest.mark.django_db
@pytest.mark.parametrize("day", DAYS)
def test_the_figures_are_those_of_the_reference_town(day):
    counts = load(day)["counts"]
    assert counts == {
        "members": REFERENCE["members"]["total"],
        "villages": REFERENCE["units"]["villages_and_communities"],
        "by_dispatch_level": REFERENCE["members"]["by_dispatch_level"],
        "lodging": REFERENCE["lodging"],
        "facilities": REFERENCE["facilities_of_18_villages"],
        "reminder_talks": REFERENCE["reminder_talks_this_year"],
    }
    published = Bulletin.objects.filter(status="published", unit__name="大同镇")
    assert (published.count(), Bulletin.objects.filter(status="draft", unit__name="大同镇").count()) == (2, 1)
    assert WeeklySheet.objects.values("week").distinct().count() >= 9


def test_loading_twice_changes_nothing(demo):
    before = (CheckIn.objects.count(), SheetMark.objects.count(), User.objects.count(), WeeklyScore.objects.count())
    assert load("2026-11-24") == demo
    assert before == (
        CheckIn.objects.count(),
        SheetMark.objects.count(),
        User.objects.count(),
        WeeklyScore.objects.count(),
    )


@pytest.mark.parametrize("day", DAYS)
def test_a_day_has_one_story(day):
    span = Span(date.fromisoformat(day))
    people = members(DATONG)
    assert tell(people, span, CALENDAR.is_workday) == tell(people, span, CALENDAR.is_workday)


def test_every_account_of_the_contract_is_there(demo):
    roles = {one["username"]: (one["role"], one["unit"]) for one in demo["accounts"]}
    town, county = REFERENCE["units"]["township"][0], REFERENCE["units"]["county"][0]
    assert roles["county"] == ("county_organization", county)
    assert roles["secretary"] == ("township_secretary", town)
    assert roles["clerk"] == ("township_clerk", town)
    assert roles["squad1"][0] == "squad_leader"
    assert roles["leader1"][0] == "team_leader"
    assert roles["member1"][0] == "member"
    assert roles["auditor"] == ("auditor", county)
    assert roles["dispatch1"][0] == "institution_officer"
    assert {"county2", "secretary2", "member2"} <= set(roles)
    assert all(roles[name][1].startswith("459902") for name in ("county2", "secretary2", "member2"))


@pytest.mark.parametrize(("opened", "works"), [(True, True), (False, False)])
def test_demo_passwords_open_only_where_somebody_asked_for_it(demo, client, settings, opened, works):
    settings.DEMO_LOGINS = opened
    one = demo["accounts"][0]
    assert client.login(username=one["username"], password=one["password"]) is works


def test_the_demo_never_mixes_with_real_units(tree):
    """The cast's county has the demo's code."""
    with pytest.raises(SystemExit):
        load("2026-11-24")
    assert not User.objects.filter(is_demo=True).exists()


def test_a_province_that_is_there_is_used(db):
    call_command(
        "create_unit", "--code", "450000000000", "--level", "province", "--name", "样例自治区", stdout=StringIO()
    )
    load("2026-11-24")
    assert AdministrativeUnit.objects.filter(level="province").count() == 1


def test_the_numbers_are_invented_and_valid(demo):
    for cadre in Cadre.objects.all():
        assert cadre.id_number.startswith("4599")
        assert check_digit(cadre.id_number[:17]) == cadre.id_number[17]
        assert cadre.phone.startswith("138000")
        assert len(cadre.phone) == 11
    assert len({person.id_number for person in members(DATONG) + members(QINGHE)}) == Cadre.objects.count() == 51


def test_something_waits_for_everybody(demo):
    waiting = set(LeaveRequest.objects.filter(state="pending").values_list("awaiting_role", flat=True))
    assert waiting == {"squad_leader", "township_secretary", "county_organization"}
    last = str(Week.parse("2026-W47"))
    assert WeeklySheet.objects.filter(week=last, leader_signed_at__isnull=True).exists()
    assert LeaveRequest.objects.filter(
        state="approved", returned_on__isnull=True, ends_on__lt=date(2026, 11, 24)
    ).exists()
    assert Bulletin.objects.get(status="draft", unit__name="大同镇").content["needs_decision"] == ["red"]


def test_one_published_month_had_a_tie_that_the_secretary_decided(demo):
    decided = [one.decisions for one in Bulletin.objects.filter(status="published") if one.decisions]
    assert len(decided) == 1
    assert decided[0][0]["by_name"] == "覃建新"


def test_a_newcomer_and_a_mother_on_leave_are_not_ranked(demo):
    october = Bulletin.objects.get(month="2026-10", unit__name="大同镇").content
    unranked = {one["name"] for one in october["people"] if one["place"] is None}
    assert unranked == {"石大伟", "许静"}


def test_nothing_is_later_than_the_loading(demo):
    assert not CheckIn.objects.filter(made_at__gt="2026-11-24T12:00:00+08:00").exists()
    assert not SheetMark.objects.filter(day__gte="2026-11-24").exists()


def test_scoring_the_last_week_again_changes_nothing(demo):
    out, err = StringIO(), StringIO()
    with time_machine.travel("2026-11-24T12:30:00+08:00", tick=False):
        call_command("score_week", "2026-W47", unit=DATONG.code, as_json=True, stdout=out, stderr=err)
    assert len(json.loads(out.getvalue())["members"]) == 42
    assert "有变动" not in err.getvalue()


def test_a_squad_leader_has_his_villages_and_no_others(demo):
    villages = Appointment.objects.filter(user__username="squad1").values_list("unit__name", flat=True)
    assert len(villages) == 6
