"""Every file that leaves: kept in the trail with how much it held, says who took it and when, masks what it must."""

import re
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from attendance.models import LeaveRequest
from cadres import proofs
from cadres.models import Cadre, CorrectionRequest
from reports.actions.compile_bulletin import compile_bulletin
from reports.actions.start_import import start_import
from tests.cadres.roster_files import person, table, xlsx
from tests.factories import id_number, user_with
from tests.factories.scores import OCTOBER, score_week_of
from tests.leaks.reading import text_of
from tests.test_house import SKINS, name_of
from townships.models import AuditEntry

pytestmark = pytest.mark.django_db

#: name → (route, arguments, act of the trail, what it counts)
FILES = {
    "roster": ("cadres:people_export", "township", "roster.exported", "people"),
    "roster by the admin": ("admin:cadres_posting_export", "POST", "roster.exported", "people"),
    "list as xlsx": ("admin:cadres_cadre_list_export", "xlsx", "list.exported", "rows"),
    "list as csv": ("admin:cadres_cadre_list_export", "csv", "list.exported", "rows"),
    "attendance": ("attendance:grid_export", "township month", "attendance.exported", "people"),
    "attendance for the board": ("reports:attendance_notice", "township month", "bulletin.exported", "people"),
    "bulletin": ("reports:bulletin_document", "bulletin", "bulletin.exported", "people"),
    "bulletin by the API": ("api:document", "bulletin", "bulletin.exported", "people"),
    "ranking": ("reports:bulletin_ranking", "bulletin", "bulletin.exported", "people"),
    "upload with comments": ("reports:import_file", "township run annotated", "import.annotated", "rows"),
    "rows to correct": ("reports:import_file", "township run rest", "import.rest", "rows"),
    "own data": ("reports:my_data_file", "", "own_data.exported", "rows"),
    "own data by the API": ("api:own_data", "", "own_data.exported", "rows"),
    "proof": ("cadres:correction_proof", "correction", "correction.proof_opened", "files"),
    "proof by the API": ("api:proof", "correction", "correction.proof_opened", "files"),
}
#: Nobody stands in them: names of villages and institutions alone.
EMPTY_FORMS = {
    "roster template": ("reports:import_template", "township"),
    "roster template of the admin": ("admin:cadres_posting_import_template", ""),
}
#: A picture as it was sent, and data for programs.
WITHOUT_WATERMARK = {"proof", "proof by the API", "own data by the API"}
#: What the asker brought himself goes back to him as he brought it.
HIS_OWN = ("upload with comments", "rows to correct")
#: Skins that answer with files; a new one says here that the table above knows its files.
ANSWERING = {
    "townships/admin_export.py", "cadres/views/people.py", "cadres/roster/admin_import.py", "attendance/views/grid.py",
    "reports/views/bulletins.py", "reports/views/my_data.py", "reports/views/import_template.py",
    "reports/views/imports.py", "reports/api/bulletins.py",
}  # fmt: skip


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def things(posting, tree, secretary):
    for week in OCTOBER.weeks:
        score_week_of(posting, str(week), lost=1)
    Cadre.objects.filter(pk=posting.cadre_id).update(phone="13800000001")
    content = xlsx(("名单", table([person(1), person(2, 身份证号码="12")])))
    run = start_import(unit=tree.township, kind="roster", content=content, file_name="名单.xlsx", actor=secretary)
    wish = CorrectionRequest.objects.create(
        cadre=posting.cadre, field="major", value_wanted="农学", reason="无", requested_at=timezone.now(),
        proof=proofs.keep(b"%PDF-1.4"),
    )  # fmt: skip
    return {
        "township": tree.township.division_code,
        "month": "2026-10",
        "bulletin": compile_bulletin(unit=tree.township, month=OCTOBER, now=timezone.now()).pk,
        "run": run.pk,
        "annotated": "annotated",
        "rest": "rest",
        "correction": wish.pk,
        "xlsx": "xlsx",
        "csv": "csv",
        "unit": tree.township.pk,
    }


def take(client, things, route: str, words: str):
    if words == "POST":
        return client.post(reverse(route), {"unit": things["unit"], "day": timezone.localdate().isoformat()})
    return client.get(reverse(route, args=[things[word] for word in words.split()]))


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_leaves_is_kept_in_the_trail_with_its_size(name, things, client, secretary):
    route, words, act, counted = FILES[name]
    client.force_login(secretary)
    response = take(client, things, route, words)
    assert response.status_code == 200
    text_of(response)
    entry = AuditEntry.objects.get(act=act)
    assert entry.actor == secretary
    assert isinstance(entry.details[counted], int)
    assert entry.details[counted] >= 1


@pytest.mark.parametrize("name", [name for name in FILES if name not in WITHOUT_WATERMARK])
def test_it_says_who_took_it_and_when(name, things, client, secretary):
    route, words, *_ = FILES[name]
    client.force_login(secretary)
    said = text_of(take(client, things, route, words))
    assert re.search(r"书记.{0,10}\d+月\d+日 \d\d:\d\d导出|导出人：?\s?书记.{0,8}\d{4}-\d\d-\d\d \d\d:\d\d", said)


@pytest.mark.parametrize("name", FILES)
def test_without_the_right_no_number_is_whole(name, things, client, clerk, posting):
    """The clerk may take every file of his township, and see no number in full."""
    route, words, *_ = FILES[name]
    client.force_login(clerk)
    response = take(client, things, route, words)
    if name in HIS_OWN:
        assert response.status_code == 403
        return
    said = text_of(response)
    assert response.status_code == 200
    for whole in (posting.cadre.id_number, "13800000001", id_number(1)):
        assert whole not in said


@pytest.mark.parametrize("name", HIS_OWN)
def test_what_one_sent_oneself_comes_back(name, things, client, tree):
    own = user_with("township_clerk", tree.township)
    content = xlsx(("名单", table([person(2, 身份证号码="12")])))
    run = start_import(unit=tree.township, kind="roster", content=content, file_name="我的.xlsx", actor=own)
    client.force_login(own)
    route, words, *_ = FILES[name]
    assert take(client, {**things, "run": run.pk}, route, words).status_code == 200


@pytest.mark.parametrize("name", EMPTY_FORMS)
def test_a_form_to_fill_in_names_nobody(name, things, client, secretary, posting):
    route, words = EMPTY_FORMS[name]
    client.force_login(secretary)
    said = text_of(take(client, things, route, words))
    assert posting.cadre.name not in said
    assert posting.cadre.id_number not in said


def test_every_skin_that_answers_with_a_file_is_in_the_table():
    found = {
        name_of(path) for path in SKINS if re.search("(?i)content.disposition", Path(path).read_text(encoding="utf-8"))
    }
    assert found == ANSWERING


def test_the_telephone_of_somebody_on_leave_is_masked_until_asked_for(client, posting, leader, secretary, member):
    leave = LeaveRequest.objects.create(
        posting=posting, begins_on=timezone.localdate(), ends_on=timezone.localdate(), days=1, counted_days=1,
        contact="13800009999", applied_at=timezone.now(),
    )  # fmt: skip
    page, data = reverse("attendance:leave", args=[leave.pk]), reverse("api:leave", args=[leave.pk])
    for user, answer in ((leader, 403), (secretary, 200)):
        client.force_login(user)
        for address in (page, data):
            assert "13800009999" not in client.get(address).content.decode()
        assert client.post(page).status_code == answer
    assert "13800009999" in client.post(page).content.decode()
    assert AuditEntry.objects.filter(act="identity.viewed").first().details["leave"] == leave.pk
    client.force_login(member)
    assert "13800009999" in client.get(page).content.decode()
