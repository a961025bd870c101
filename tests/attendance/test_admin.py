"""Evidence typed into the admin goes through the actions; a refusal comes back to the form."""

from datetime import date, datetime

import pytest
import time_machine
from django.urls import reverse

from attendance.models import (
    CalendarDay,
    CheckIn,
    Fence,
    LeaveRequest,
    OfficialTrip,
    SheetMark,
    SpotCheck,
    SpotCheckResult,
    WeeklySheet,
)
from tests.attendance.files import posted, questions
from townships.periods import SHANGHAI

NOW = datetime(2026, 11, 4, 10, tzinfo=SHANGHAI)
MODELS = [
    "checkin", "weeklysheet", "sheetmark", "officialtrip", "leaverequest", "spotcheck", "spotcheckresult",
    "calendarday", "exemptday", "fence", "meeting", "attendancepolicy", "leavepolicy",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def url(model: str, page: str = "changelist", *args) -> str:
    return reverse(f"admin:attendance_{model}_{page}", args=args)


def add(client, model: str, **data):
    return client.post(url(model, "add"), data)


def errors(response) -> str:
    assert response.status_code == 200
    return str(response.context["adminform"].form.errors)


def halves(begins="2026-11-05", ends="2026-11-05", **data) -> dict:
    return {"begins_on": begins, "begins_half": "am", "ends_on": ends, "ends_half": "pm", **data}


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("page", ["changelist", "add"])
def test_pages_open_in_chinese(client, county, posting, model, page):
    client.force_login(county)
    response = client.get(url(model, page))
    read_only = model in {"sheetmark", "attendancepolicy", "leavepolicy"}
    assert response.status_code == (403 if read_only and page == "add" else 200)


def test_a_check_in_is_entered_by_the_office(client, clerk, posting):
    client.force_login(clerk)
    response = add(
        client, "checkin", posting=posting.pk, made_at_0="2026-11-04", made_at_1="08:12", datum="GCJ02",
        latitude="22.82", longitude="108.32",
    )  # fmt: skip
    assert response.status_code == 302
    kept = CheckIn.objects.get()
    assert (kept.source, kept.recorded_by, kept.day) == ("office", clerk, date(2026, 11, 4))
    assert kept.latitude != 22.82


def test_a_refused_check_in_keeps_the_form(client, clerk, posting):
    client.force_login(clerk)
    response = add(
        client, "checkin", posting=posting.pk, made_at_0="2026-12-04", made_at_1="08:12", datum="GCJ02", place="村委会"
    )
    assert "手机时间不对" in errors(response)
    assert "村委会" in response.content.decode()
    assert not CheckIn.objects.exists()


def test_evidence_is_not_edited_but_voided_with_a_reason(client, clerk, posting):
    client.force_login(clerk)
    add(client, "checkin", posting=posting.pk, made_at_0="2026-11-04", made_at_1="08:12", datum="GCJ02")
    kept = CheckIn.objects.get()
    assert 'name="place"' not in client.get(url("checkin", "change", kept.pk)).content.decode()
    assert client.post(url("checkin", "delete", kept.pk)).status_code == 403
    chosen = {"action": "void", "_selected_action": [kept.pk]}
    assert "原因" in client.post(url("checkin"), chosen).content.decode()
    client.post(url("checkin"), {**chosen, "reason": "代打卡"})
    kept.refresh_from_db()
    assert (kept.void_reason, kept.voided_at) == ("代打卡", NOW)


def sheet_form(**lines) -> dict:
    form = {"marks-TOTAL_FORMS": "1", "marks-INITIAL_FORMS": "0", "week": "2026-w45", "note": "", "reason": ""}
    return {**form, "attested_by": "", **{f"marks-0-{name}": value for name, value in lines.items()}}


def test_a_weekly_sheet_is_typed_in_and_corrected(client, clerk, tree, posting):
    client.force_login(clerk)
    line = {"posting": posting.pk, "day": "2026-11-03", "am": "✓", "pm": "x"}
    form = {**sheet_form(**line), "unit": tree.village.pk, "attested_by": "农书记"}
    assert add(client, "weeklysheet", **form).status_code == 302
    sheet, mark = WeeklySheet.objects.get(), SheetMark.objects.get()
    assert (sheet.week, sheet.attested_by, mark.am, mark.pm, mark.made_by) == ("2026-W45", "农书记", "√", "×", clerk)
    page = client.get(url("weeklysheet", "change", sheet.pk)).content.decode()
    assert "√×" in page
    change = {**sheet_form(**{**line, "pm": "√"}), "attested_by": "农书记"}
    assert client.post(url("weeklysheet", "change", sheet.pk), change).status_code == 302
    assert list(SheetMark.objects.filter(superseded_at__isnull=True).values_list("am", "pm")) == [("√", "√")]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [({"day": "2026-11-10"}, "不在大同村第45周"), ({"am": "?"}, "不是考勤符号"), ({"day": "2026-11-06"}, "还没有到")],
)
def test_a_wrong_mark_comes_back_with_its_sentence(client, clerk, tree, posting, line, sentence):
    client.force_login(clerk)
    line = {"posting": posting.pk, "day": "2026-11-03", "am": "√", "pm": "√", **line}
    response = add(client, "weeklysheet", **{**sheet_form(**line), "unit": tree.village.pk})
    assert sentence in errors(response)
    assert not WeeklySheet.objects.exists()


def test_leave_is_asked_for_and_decided_in_the_list(client, clerk, squad_leader, secretary, posting):
    client.force_login(clerk)
    assert add(client, "leaverequest", posting=posting.pk, kind="personal", **halves()).status_code == 302
    leave = LeaveRequest.objects.get()
    assert (leave.state, leave.awaiting_role, leave.applied_by) == ("pending", "squad_leader", clerk)
    chosen = {"action": "approve", "_selected_action": [leave.pk]}
    client.force_login(secretary)
    response = client.post(url("leaverequest"), chosen, follow=True)
    assert "不由您审批" in response.content.decode()
    leave.refresh_from_db()
    assert leave.state == "pending"


def test_the_secretary_approves_and_takes_back_what_the_clerk_filed(client, clerk, secretary, posting):
    client.force_login(clerk)
    add(client, "leaverequest", posting=posting.pk, kind="personal", **halves(ends="2026-11-06"))
    leave = LeaveRequest.objects.get()
    client.force_login(secretary)
    client.post(url("leaverequest"), {"action": "approve", "_selected_action": [leave.pk]})
    leave.refresh_from_db()
    assert leave.state == "approved"
    client.post(url("leaverequest"), {"action": "revoke", "_selected_action": [leave.pk], "reason": "防汛"})
    leave.refresh_from_db()
    assert leave.state == "revoked"
    assert "防汛" in client.get(url("leaverequest", "change", leave.pk)).content.decode()


def test_a_contact_number_is_masked_for_those_who_may_not_see_it(client, clerk, secretary, posting):
    client.force_login(clerk)
    add(client, "leaverequest", posting=posting.pk, kind="personal", contact="13800001234", **halves())
    page = url("leaverequest", "change", LeaveRequest.objects.get().pk)
    assert "13800001234" not in client.get(page).content.decode()
    client.force_login(secretary)
    assert "13800001234" in client.get(page).content.decode()


def test_a_leave_on_paper_is_approved_at_once(client, clerk, posting):
    client.force_login(clerk)
    data = {"posting": posting.pk, "kind": "sick", "on_paper": "on", **halves("2026-11-02", "2026-11-03")}
    assert "纸上批准的人" in errors(add(client, "leaverequest", **data))
    assert add(client, "leaverequest", **data, approver_name="书记", returned_on="2026-11-03").status_code == 302
    leave = LeaveRequest.objects.get()
    assert (leave.state, leave.on_paper, leave.days, leave.returned_on) == ("approved", True, 2, date(2026, 11, 3))


def test_a_trip_may_be_for_the_whole_team(client, clerk, tree, posting):
    posted(tree.village, "韦一")
    posted(tree.other_village, "蓝天")
    client.force_login(clerk)
    data = {"posting": posting.pk, "whole_team": "on", "reason": "镇里开会", **halves()}
    assert add(client, "officialtrip", **data).status_code == 302
    assert set(OfficialTrip.objects.values_list("posting__cadre__name", flat=True)) == {"甘雨", "韦一"}
    chosen = [trip.pk for trip in OfficialTrip.objects.all()]
    client.post(url("officialtrip"), {"action": "revoke", "_selected_action": chosen, "reason": "会议取消"})
    assert set(OfficialTrip.objects.values_list("state", flat=True)) == {"revoked"}


def test_a_draw_and_a_finding(client, secretary, tree, posting):
    client.force_login(secretary)
    data = {"unit": tree.township.pk, "day": "2026-11-04", "count": 1, "method": "onsite", "seed": "七"}
    assert add(client, "spotcheck", **data).status_code == 302
    check = SpotCheck.objects.get()
    assert "大同村" in client.get(url("spotcheck", "change", check.pk)).content.decode()
    found = {"posting": posting.pk, "checked_at_0": "2026-11-04", "checked_at_1": "09:30", "method": "onsite"}
    assert add(client, "spotcheckresult", **found, finding="absent").status_code == 302
    assert "原因" in errors(add(client, "spotcheckresult", **found, finding="present"))
    assert add(client, "spotcheckresult", **found, finding="present", supersede_reason="看错人").status_code == 302
    assert SpotCheckResult.objects.get(superseded_at__isnull=True).finding == "present"


def test_a_clerk_records_no_spot_check(client, clerk, posting):
    client.force_login(clerk)
    assert client.get(url("spotcheckresult", "add")).status_code == 403


def test_a_fence_picked_on_a_chinese_map_is_kept_as_wgs84(client, county, tree):
    client.force_login(county)
    data = {"unit": tree.village.pk, "name": "村委会", "datum": "GCJ02", "latitude": "22.82", "longitude": "108.32"}
    assert add(client, "fence", **data).status_code == 302
    assert Fence.objects.get().latitude == pytest.approx(22.82, abs=0.01)
    assert Fence.objects.get().latitude != 22.82


def test_the_calendar_is_corrected_by_those_who_manage_policies(client, county, clerk):
    client.force_login(clerk)
    assert client.get(url("calendarday", "add")).status_code == 403
    client.force_login(county)
    assert add(client, "calendarday", day="2027-10-01", kind="holiday", name="国庆节", source="").status_code == 302
    assert CalendarDay.objects.get(day=date(2027, 10, 1)).source


# ---- files


@pytest.mark.parametrize(
    ("model", "kind"),
    [
        ("checkin", "check_ins"),
        ("weeklysheet", "weekly_sheet"),
        ("leaverequest", "leaves"),
        ("spotcheckresult", "spot_checks"),
    ],
)
def test_a_list_leads_to_the_page_that_brings_files_in(client, clerk, auditor, tree, model, kind):
    client.force_login(clerk)
    page = client.get(url(model)).content.decode()
    address = f"{reverse('reports:imports', args=[tree.township.division_code])}?kind={kind}"
    assert address in page
    assert client.get(address).status_code == 200
    client.force_login(auditor)
    assert "导入文件" not in client.get(url(model)).content.decode()


def fill(postings) -> None:
    for number, one in enumerate(postings):
        day = {"posting": one, "day": date(2026, 11, 3)}
        moment = {"made_at": NOW, "received_at": NOW, "minute": 600}
        CheckIn.objects.create(**day, **moment, client_id=f"{one.pk}")
        sheet, _ = WeeklySheet.objects.get_or_create(unit=one.village, week=f"2026-W{number % 9 + 10}")
        SheetMark.objects.create(sheet=sheet, **day, am="√", pm="√")
        span = {"begins_on": day["day"], "ends_on": day["day"], "posting": one}
        LeaveRequest.objects.create(**span, days=1, counted_days=1, applied_at=NOW)
        OfficialTrip.objects.create(**span, reason="开会")
        found = {"checked_at": NOW, "half": "am", "minute": 600, "method": "onsite", "finding": "present"}
        SpotCheckResult.objects.create(**day, **found)


def test_a_longer_list_costs_no_more_queries(client, secretary, tree, posting):
    client.force_login(secretary)
    models = ["checkin", "weeklysheet", "sheetmark", "leaverequest", "officialtrip", "spotcheckresult"]
    fill([posted(tree.village, f"甲{n}") for n in range(2)])
    few = {model: questions(lambda model=model: client.get(url(model))) for model in models}
    fill([posted(tree.other_village, f"乙{n}") for n in range(20)])
    assert {model: questions(lambda model=model: client.get(url(model))) for model in models} == few
