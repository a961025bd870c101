"""Who has gone to another county: the old one keeps its postings and evidence; what is his own goes along with him."""

from datetime import date, datetime

import pytest
import time_machine
from django.urls import reverse

from attendance.models import Meeting, MeetingAbsence
from cadres.actions.export_roster import export_roster
from cadres.actions.import_roster import import_roster
from cadres.models import Cadre, Posting, Talk
from tests.cadres.roster_files import person, table, xlsx
from tests.factories import CadreFactory, InstitutionFactory, PostingFactory, user_with
from townships.actions.appoint import appoint
from townships.models import AuditEntry, User
from townships.periods import SHANGHAI

pytestmark = pytest.mark.django_db
MOVED = date(2026, 8, 1)
PHONE = "19907654321"


@pytest.fixture(autouse=True)
def november():
    with time_machine.travel(datetime(2026, 11, 24, 12, 0, tzinfo=SHANGHAI), tick=False):
        yield


@pytest.fixture
def gone(tree, institution) -> Cadre:
    """From the first county's village to the second's, sent by the first county's bureau all along."""
    cadre = CadreFactory(name="覃远", phone=PHONE, major="水利工程", education="本科")
    PostingFactory(cadre=cadre, village=tree.village, ends=MOVED, dispatching_institution=institution)
    PostingFactory(cadre=cadre, village=tree.village2, begins=MOVED, dispatching_institution=institution)
    return cadre


@pytest.fixture
def county2(tree):
    return user_with("county_organization", tree.county2, username="county2", display_name="邻县组织部")


def page_of(client, user, cadre, tab="facts", *, method="get") -> str:
    client.force_login(user)
    answer = getattr(client, method)(reverse("reports:person_tab", args=[cadre.pk, tab]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_old_county_still_reads_its_own_posting(gone, county, client):
    page = page_of(client, county, gone, "timeline")
    assert "到大同村驻村" in page
    assert "邻村" not in page


def test_the_old_county_is_not_told_phone_and_education(gone, county, client):
    page = page_of(client, county, gone)
    assert "覃远" in page
    for own in (PHONE, "199****4321", "水利工程", "本科"):
        assert own not in page


def test_the_old_county_cannot_unmask_him(gone, county, client):
    page = page_of(client, county, gone, method="post")
    assert gone.id_number not in page
    assert PHONE not in page
    assert not AuditEntry.objects.filter(act="identity.viewed").exists()


def test_the_new_county_reads_all_of_it(gone, county2, client):
    page = page_of(client, county2, gone, method="post")
    assert gone.id_number in page
    assert PHONE in page
    assert "水利工程" in page


@pytest.mark.parametrize("name", ["change", "delete", "history"])
def test_the_old_county_has_no_admin_page_of_him(name, gone, county, client):
    client.force_login(county)
    answer = client.post(reverse(f"admin:cadres_cadre_{name}", args=[gone.pk]), {"name": "伪造", "post": "yes"})
    assert answer.status_code in (302, 404)
    gone.refresh_from_db()
    assert gone.name == "覃远"


def test_the_old_county_lists_exports_and_picks_him_no_more(gone, county, client):
    client.force_login(county)
    assert "覃远" not in client.get(reverse("admin:cadres_cadre_changelist")).content.decode()
    lines = client.get(reverse("admin:cadres_cadre_list_export", args=["csv"]))
    assert "覃远" not in b"".join(lines.streaming_content).decode()
    source = {"app_label": "cadres", "model_name": "posting", "field_name": "cadre", "term": "覃"}
    assert client.get(reverse("admin:autocomplete"), source).json()["results"] == []


def test_a_roster_of_an_earlier_day_tells_only_what_was_of_that_day(gone, tree, county, county2):
    [row] = export_roster(unit=tree.county, day=date(2026, 7, 1), actor=county)
    assert (row["name"], row["id_number"]) == ("覃远", gone.masked_id_number)
    assert [row[key] for key in ("phone", "major", "education", "political_status")] == [""] * 4
    [here] = export_roster(unit=tree.county2, day=date(2026, 9, 1), actor=county2)
    assert (here["phone"], here["id_number"]) == (PHONE, gone.id_number)


def test_his_institution_follows_him_while_he_is_theirs(gone, institution_officer, client):
    assert "水利工程" in page_of(client, institution_officer, gone)
    gone.postings.filter(begins=MOVED).update(dispatching_institution=InstitutionFactory(name="别局"))
    assert "水利工程" not in page_of(client, institution_officer, gone)


def test_a_list_of_the_old_time_does_not_write_over_what_is_his_now(gone, tree, county):
    row = person(1, 姓名="覃远", 身份证号码=gone.id_number, 联系电话="13800000000", 驻村起始时间="2026-03-01")
    content = xlsx(("花名册", table([row])))
    report = import_roster(unit=tree.county, content=content, filename="旧表.xlsx", actor=county)
    assert report.committed
    gone.refresh_from_db()
    assert gone.phone == PHONE
    assert "199****4321" not in str([outcome.changes for outcome in report.outcomes])


def test_a_list_of_an_unknown_earlier_time_does_not_either(tree, county):
    cadre = CadreFactory(name="覃远", phone=PHONE)
    PostingFactory(cadre=cadre, village=tree.village2, begins=MOVED)
    row = person(1, 姓名="伪造", 身份证号码=cadre.id_number, 驻村起始时间="2025-03-01") | {"驻村结束时间": "2025-12-31"}
    content = xlsx(("花名册", table([row], header=[*row])))
    assert import_roster(unit=tree.county, content=content, filename="表.xlsx", actor=county).committed
    cadre.refresh_from_db()
    assert (cadre.name, cadre.phone) == ("覃远", PHONE)


def test_deleting_an_institution_names_nobody_out_of_reach(gone, county, client):
    client.force_login(county)
    institution = gone.postings.first().dispatching_institution
    page = client.get(reverse("admin:townships_institution_delete", args=[institution.pk])).content.decode()
    assert "覃远(大同村)" in page
    assert "邻村" not in page
    assert "管理范围以外的记录" in page


def test_an_account_goes_along_with_its_person(tree, county, county2, client):
    user = user_with("township_clerk", tree.township, username="mover", phone=PHONE, ends=MOVED)
    appoint(user=user, role="township_clerk", unit=tree.township2, begins=MOVED)
    accounts = {who: set(User.objects.reachable_by(who, "manage_appointments")) for who in (county, county2)}
    assert user not in accounts[county]
    assert user in accounts[county2]
    client.force_login(county)
    client.post(reverse("admin:auth_user_password_change", args=[user.pk]), {"password1": "a", "password2": "a"})
    assert client.get(reverse("admin:auth_user_password_change", args=[user.pk])).status_code in (302, 403, 404)


def test_an_account_that_is_appointed_above_from_next_month_is_not_reset_below(tree, county, client):
    """Until then it is the county's to look at; its password would be a way into what comes."""
    user = user_with("township_clerk", tree.township, username="rising")
    appoint(user=user, role="city_organization", unit=tree.city, begins=date(2026, 12, 1))
    client.force_login(county)
    assert client.get(reverse("admin:auth_user_password_change", args=[user.pk])).status_code == 403


def test_a_filter_by_role_tells_nothing_of_roles_elsewhere(tree, county, client):
    user = user_with("township_clerk", tree.township, username="both", display_name="兼任")
    appoint(user=user, role="auditor", unit=tree.county2, begins=date(2026, 1, 1))
    client.force_login(county)
    page = reverse("admin:townships_user_changelist")
    assert "兼任" in client.get(page, {"role": "township_clerk"}).content.decode()
    assert "兼任" not in client.get(page, {"role": "auditor"}).content.decode()
    assert client.get(page, {"appointments__role": "auditor"}).status_code in (302, 400)


@pytest.mark.parametrize("lookup", ["id_number__startswith", "phone__contains", "user__username__startswith", "major"])
def test_a_list_is_not_asked_about_what_it_masks(lookup, posting, clerk, client):
    client.force_login(clerk)
    answer = client.get(reverse("admin:cadres_cadre_changelist"), {lookup: "4599"})
    assert answer.status_code in (302, 400)


def test_the_box_of_a_filter_names_no_unit_out_of_reach(tree, county, client):
    client.force_login(county)
    page = client.get(reverse("admin:cadres_posting_changelist"), {"village__id__exact": tree.village2.pk})
    assert "邻村" not in page.content.decode()
    assert client.get(reverse("admin:cadres_posting_changelist"), {"village__id__exact": "x"}).status_code < 500


def test_the_history_of_something_out_of_reach_does_not_exist(gone, tree, county, client):
    client.force_login(county)
    there = Posting.objects.get(village=tree.village2)
    version = there.history.first().history_id
    nowhere = [client.get(reverse("admin:cadres_posting_history", args=[99_999])).status_code]
    nowhere.append(client.get(reverse("admin:cadres_posting_simple_history", args=[99_999, 1])).status_code)
    assert [
        client.get(reverse("admin:cadres_posting_history", args=[there.pk])).status_code,
        client.get(reverse("admin:cadres_posting_simple_history", args=[there.pk, version])).status_code,
    ] == nowhere


def test_a_talk_is_not_told_to_the_institution(posting, institution_officer, client):
    Talk.objects.create(
        posting=posting, held_on=date(2026, 11, 20), about_day=date(2026, 11, 20), talker="书记", reason="私语"
    )
    client.force_login(institution_officer)
    page = client.get(reverse("attendance:case", args=[posting.pk, "2026-11-20"]))
    assert page.status_code == 200
    assert "私语" not in page.content.decode()


def test_a_line_below_a_form_asks_the_right_at_its_own_unit(tree, posting, clerk, client):
    """He may see the whole county and enters for his township: an absence elsewhere is not his to enter."""
    other = PostingFactory(cadre=CadreFactory(name="外镇"), village=tree.village2)
    appoint(user=clerk, role="auditor", unit=tree.county2, begins=date(2026, 1, 1))
    meeting = Meeting.objects.create(unit=tree.township, day=date(2026, 11, 3), name="例会")
    client.force_login(User.objects.get(pk=clerk.pk))
    data = {
        "unit": tree.township.pk, "day": "2026-11-03", "name": "例会", "absences-TOTAL_FORMS": 1,
        "absences-INITIAL_FORMS": 0, "absences-0-posting": other.pk, "absences-0-note": "伪造",
    }  # fmt: skip
    answer = client.post(reverse("admin:attendance_meeting_change", args=[meeting.pk]), data)
    assert answer.status_code == 403
    assert not MeetingAbsence.objects.exists()


def test_an_old_version_of_a_trip_opens(posting, county, client):
    trip = posting.trips.create(begins_on=date(2026, 11, 3), ends_on=date(2026, 11, 3), reason="开会")
    client.force_login(county)
    version = trip.history.first().history_id
    assert (
        client.get(reverse("admin:attendance_officialtrip_simple_history", args=[trip.pk, version])).status_code == 200
    )
