"""Loading evidence: every kind arrives at its member, day and half, for a constant number of queries."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance import holiday_library
from attendance.actions.seed_calendar import seed_calendar
from attendance.ledger import dates_of
from attendance.ledgers import ledger_for
from attendance.models import (
    AttendancePolicy,
    CalendarDay,
    CheckIn,
    ExemptDay,
    Fence,
    LeaveRequest,
    OfficialTrip,
    SheetMark,
    SpotCheckResult,
    WeeklySheet,
)
from attendance.setting import work_calendar
from tests.factories import CadreFactory, PostingFactory
from townships.periods import SHANGHAI

pytestmark = pytest.mark.django_db

MONDAY, SUNDAY = date(2026, 10, 12), date(2026, 10, 18)
TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)


def october(number):
    return date(2026, 10, number)


def check_in(posting, day, minute=480, **fields):
    return CheckIn.objects.create(
        posting=posting,
        client_id=f"{posting.pk}-{day}-{minute}",
        made_at=NOW,
        received_at=NOW,
        day=october(day),
        minute=minute,
        **fields,
    )


def sign(posting, day, am, pm, **fields):
    sheet, _ = WeeklySheet.objects.get_or_create(unit=posting.village, week="2026-W42")
    return SheetMark.objects.create(sheet=sheet, posting=posting, day=october(day), am=am, pm=pm, **fields)


def leave(posting, first, last, **fields):
    return LeaveRequest.objects.create(
        **{
            "posting": posting,
            "begins_on": october(first),
            "ends_on": october(last),
            "days": 1,
            "counted_days": 1,
            "state": "approved",
            "applied_at": NOW,
            "returned_on": october(last),
        }
        | fields
    )


def found(posting, day, finding, method="onsite", minute=600, **fields):
    return SpotCheckResult.objects.create(
        posting=posting,
        checked_at=datetime(2026, 10, day, tzinfo=SHANGHAI) + timedelta(minutes=minute),
        day=october(day),
        half="am" if minute < 720 else "pm",
        minute=minute,
        method=method,
        finding=finding,
        **fields,
    )


def days_of(unit, first=MONDAY, last=SUNDAY, today=TODAY):
    """{day of the month: (am, pm, flags)} of the only member of a unit."""
    (member,) = ledger_for(unit=unit, first=first, last=last, today=today).members
    return {line.day.day: (line.am, line.pm, line.flags) for line in member.days()}


def test_each_kind_of_evidence_arrives_at_its_half(posting, tree):
    check_in(posting, 12)
    sign(posting, 13, "√", "×")
    leave(posting, 14, 14, begins_half="pm")
    OfficialTrip.objects.create(
        posting=posting, begins_on=october(15), ends_on=october(15), ends_half="am", reason="会"
    )
    found(posting, 16, "present", minute=800)
    days = days_of(tree.township)
    assert {day: each[:2] for day, each in days.items()} == {
        12: ("present", "present"),
        13: ("present", "absent"),
        14: ("absent", "leave"),
        15: ("official_trip", "absent"),
        16: ("absent", "present"),
        17: ("rest", "rest"),
        18: ("rest", "rest"),
    }


def test_what_is_void_superseded_or_undecided_says_nothing(posting, tree):
    check_in(posting, 12, voided_at=NOW)
    sign(posting, 13, "√", "√", superseded_at=NOW)
    found(posting, 14, "present", superseded_at=NOW)
    for number, state in enumerate(("pending", "rejected", "cancelled", "revoked")):
        leave(posting, 12 + number, 12 + number, state=state)
    OfficialTrip.objects.create(
        posting=posting, begins_on=october(12), ends_on=october(16), reason="会", state="revoked"
    )
    assert {each[:2] for day, each in days_of(tree.township).items() if day < 17} == {("absent", "absent")}


def test_a_check_in_outside_the_fence_is_flagged_and_no_proof(posting, tree):
    Fence.objects.create(unit=tree.village, latitude=22.8, longitude=108.3)
    Fence.objects.create(unit=tree.village, name="教学点", latitude=22.9, longitude=108.3, ends=october(13))
    check_in(posting, 12, latitude=22.9, longitude=108.3, late_upload=True)
    check_in(posting, 13, latitude=22.9, longitude=108.3)
    check_in(posting, 14, latitude=22.8005, longitude=108.3005)
    days = days_of(tree.township)
    assert days[12] == ("present", "present", ["late_upload", "unsigned"])
    assert days[13] == ("absent", "absent", ["outside_fence"])
    assert days[14] == ("present", "present", ["unsigned"])


def test_the_fence_is_as_wide_as_the_policy_says_where_it_has_no_radius(posting, tree):
    AttendancePolicy.objects.create(
        unit=tree.county, effective_from=date(2026, 1, 1), document={"required_days": "all_days", "fence_m": 20_000}
    )
    Fence.objects.create(unit=tree.village, latitude=22.8, longitude=108.3)
    check_in(posting, 12, latitude=22.9, longitude=108.3)
    assert days_of(tree.township)[12][0] == "present"


def test_a_policy_of_the_middle_of_a_month_holds_from_the_monday_after(posting, tree):
    AttendancePolicy.objects.create(
        unit=tree.township, effective_from=october(14), document={"required_days": "all_days"}
    )
    days = days_of(tree.township, last=october(25))
    assert [day for day in range(12, 26) if days[day][0] == "rest"] == [17, 18]


def test_leave_reported_back_early_makes_the_rest_owed_again(posting, tree):
    leave(posting, 12, 16, returned_on=october(14))
    days = days_of(tree.township)
    assert [days[day][0] for day in range(12, 17)] == ["leave", "leave", "leave", "absent", "absent"]


def test_leave_goes_with_the_person_through_a_transfer(tree, institution):
    cadre = CadreFactory()
    first = PostingFactory(cadre=cadre, village=tree.village, ends=october(14))
    PostingFactory(cadre=cadre, village=tree.village2, begins=october(14))
    leave(first, 13, 15)
    assert [days_of(tree.township)[day][0] for day in (12, 13)] == ["absent", "leave"]
    assert [days_of(tree.township2)[day][0] for day in (14, 15, 16)] == ["leave", "leave", "absent"]


def test_two_postings_in_one_township_are_one_member_with_united_days(tree):
    cadre = CadreFactory()
    first = PostingFactory(cadre=cadre, village=tree.village, ends=october(14))
    second = PostingFactory(cadre=cadre, village=tree.other_village, begins=october(15))
    for posting, day in ((first, 12), (first, 13), (second, 15), (second, 16)):
        check_in(posting, day, minute=1200)
    days = days_of(tree.township)
    assert sorted(days) == [12, 13, 15, 16, 17, 18]
    (member,) = ledger_for(unit=tree.township, first=MONDAY, last=SUNDAY, today=TODAY).members
    assert (member.nights_required, member.nights_kept) == (4, 4)
    assert member.service.village == "龙塘村"
    assert sorted(days_of(tree.village)) == [12, 13]


def test_whoever_is_only_proposed_is_not_judged(posting, tree):
    PostingFactory(village=tree.village, state="selected")
    PostingFactory(village=tree.village, state="declined")
    assert len(ledger_for(unit=tree.township, first=MONDAY, last=SUNDAY, today=TODAY).members) == 1


def test_a_typhoon_day_of_the_county_is_not_owed(posting, tree):
    ExemptDay.objects.create(unit=tree.county, day=october(13), reason="台风")
    ExemptDay.objects.create(unit=tree.county2, day=october(14), reason="台风")
    days = days_of(tree.township)
    assert (days[13][0], days[14][0]) == ("rest", "absent")


def test_overdue_days_reach_back_to_leaves_of_earlier_weeks(posting, tree):
    leave(posting, 1, 2, returned_on=None)
    (member,) = ledger_for(unit=tree.township, first=MONDAY, last=SUNDAY, today=october(15)).members
    assert member.weeks[0][1].overdue.bit_count() == 3
    leave(posting, 3, 9, returned_on=october(9))
    (member,) = ledger_for(unit=tree.township, first=MONDAY, last=SUNDAY, today=october(15)).members
    assert member.weeks[0][1].overdue == 0


def test_overdue_days_go_on_after_a_move_to_another_village_of_the_township(tree):
    cadre = CadreFactory()
    first = PostingFactory(cadre=cadre, village=tree.village, ends=october(9))
    PostingFactory(cadre=cadre, village=tree.other_village, begins=october(13))
    leave(first, 5, 6, returned_on=None)
    (member,) = ledger_for(unit=tree.township, first=MONDAY, last=SUNDAY, today=TODAY).members
    assert [day.day for day in dates_of(member.weeks[0][1].overdue, MONDAY)] == [13, 14, 15, 16, 17, 18]


def test_overdue_days_are_not_counted_by_another_township(tree):
    cadre = CadreFactory()
    first = PostingFactory(cadre=cadre, village=tree.village, ends=october(9))
    PostingFactory(cadre=cadre, village=tree.village2, begins=october(9))
    leave(first, 5, 6, returned_on=None)
    (member,) = ledger_for(unit=tree.township2, first=MONDAY, last=SUNDAY, today=TODAY).members
    assert member.weeks[0][1].overdue == 0


def test_without_seed_the_library_speaks_and_corrections_win():
    assert not work_calendar([2026]).is_workday(october(7))
    assert work_calendar([2026]).is_workday(october(10))
    CalendarDay.objects.create(day=october(10), kind="holiday", name="更正", source="县里通知")
    assert not work_calendar([2026]).is_workday(october(10))
    assert not work_calendar([2026]).is_workday(october(7))
    assert work_calendar([2027]).notices([2027])


def test_seeding_fills_each_year_once_and_keeps_corrections():
    CalendarDay.objects.create(day=october(10), kind="holiday", name="更正", source="县里通知")
    first = seed_calendar()
    assert first.years[-1] == first.last_year
    assert CalendarDay.objects.get(day=october(10)).kind == "holiday"
    assert CalendarDay.history.filter(day=october(7)).exists()
    CalendarDay.objects.get(day=october(7)).delete()
    assert seed_calendar().days == 0
    assert work_calendar([2026]).is_workday(october(7))
    assert CalendarDay.objects.filter(source=holiday_library.SOURCE).count() == first.days - 1


def test_a_year_entered_by_hand_is_announced(posting, tree):
    CalendarDay.objects.create(day=date(2027, 1, 1), kind="holiday", name="元旦", source="县里通知")
    ledger = ledger_for(unit=tree.township, first=date(2026, 12, 28), last=date(2027, 1, 3), today=TODAY)
    assert ledger.notices == ()
    (member,) = ledger.members
    assert [line.required for line in member.days()] == [True, True, True, True, False, False, False]


def test_week_53_and_the_days_across_new_year(posting, tree):
    ledger = ledger_for(unit=tree.township, first=date(2026, 12, 28), last=date(2027, 1, 3), today=TODAY)
    assert ledger.notices == ("2027 年放假安排尚未录入，按周末推算",)
    (member,) = ledger.members
    assert [line.am for line in member.days()] == ["pending"] * 5 + ["rest"] * 2


def test_contradictions_are_listed_latest_first(posting, tree):
    for day in (12, 14):
        sign(posting, day, "√", "√")
        check_in(posting, day)
        found(posting, day, "absent")
    listed = ledger_for(unit=tree.township, first=MONDAY, last=SUNDAY, today=TODAY).contradictions()
    assert [(one.service.name, one.line.day.day) for one in listed] == [("甘雨", 14), ("甘雨", 12)]


def people(village, count):
    for _ in range(count):
        posting = PostingFactory(village=village)
        check_in(posting, 12, latitude=22.8, longitude=108.3)
        sign(posting, 13, "√", "√")
        leave(posting, 1, 2, returned_on=None)
        found(posting, 14, "absent")


def queries(unit):
    with CaptureQueriesContext(connection) as caught:
        members = ledger_for(unit=unit, first=MONDAY, last=SUNDAY, today=TODAY).members
    return len(members), len(caught)


def test_three_hundred_people_cost_the_queries_of_ten(tree):
    Fence.objects.create(unit=tree.village, latitude=22.8, longitude=108.3)
    people(tree.village, 10)
    few = queries(tree.township)
    people(tree.other_village, 290)
    assert queries(tree.township) == (300, few[1])
    assert few[1] <= 12
