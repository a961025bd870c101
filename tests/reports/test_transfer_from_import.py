"""A person whom an upload names at another village: the offer on the page, and what it does."""

from datetime import date

import pytest
from django.urls import reverse

from attendance.transfers import transfer_offers
from cadres.models import ImportRun, Posting
from reports.actions.start_import import start_import
from tests.cadres.roster_files import person, table, xlsx
from tests.factories import CadreFactory, PostingFactory, user_with


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def posted(tree, institution):
    """Somebody at 大同村 whom the file names at 龙塘村 from June."""
    row = person(1)
    cadre = CadreFactory(name=row["姓名"], id_number=row["身份证号码"])
    return PostingFactory(
        cadre=cadre, village=tree.village, dispatching_institution=institution, begins=date(2026, 3, 1)
    )


def upload(unit, actor, **fields) -> ImportRun:
    row = person(1, 驻村名称="龙塘村", 驻村起始时间="2026-06-01", **fields)
    content = xlsx(("a", table([row, person(2)])))
    return start_import(unit=unit, kind="roster", content=content, file_name="a.xlsx", actor=actor)


def test_who_may_move_on_both_sides_is_offered_the_transfer(tree, posted, county):
    [offer] = transfer_offers(run=upload(tree.county, county), user=county)
    assert (offer.row, offer.posting, offer.village, offer.begins) == (2, posted, "龙塘村", date(2026, 6, 1))
    assert offer.person == f"{posted.cadre.name}（身份证尾号 {posted.cadre.id_number[-4:]}）"


def test_nobody_is_offered_what_he_may_not_do(tree, posted, secretary):
    Posting.objects.filter(pk=posted.pk).update(village=tree.village2)
    assert transfer_offers(run=upload(tree.township, secretary), user=secretary) == []


@pytest.mark.parametrize("fields", [{"联系电话": "12"}, {"驻村名称": "没有的村"}], ids=["another error", "no village"])
def test_a_row_that_is_wrong_otherwise_is_corrected_first(tree, posted, county, fields):
    row = person(1) | {"驻村名称": "龙塘村", "驻村起始时间": "2026-06-01"} | fields
    content = xlsx(("a", table([row])))
    run = start_import(unit=tree.county, kind="roster", content=content, file_name="a.xlsx", actor=county)
    assert transfer_offers(run=run, user=county) == []


def test_offers_cost_the_same_for_many_rows(tree, county, django_assert_max_num_queries):
    rows = []
    for serial in range(1, 31):
        row = person(serial)
        PostingFactory(cadre=CadreFactory(name="韦", id_number=row["身份证号码"]), village=tree.village,
                       begins=date(2026, 3, 1))  # fmt: skip
        rows.append(row | {"驻村名称": "龙塘村", "驻村起始时间": "2026-06-01"})
    content = xlsx(("a", table(rows)))
    run = start_import(unit=tree.county, kind="roster", content=content, file_name="a.xlsx", actor=county)
    county.paths("manage_roster")
    with django_assert_max_num_queries(6):
        assert len(transfer_offers(run=run, user=county)) == 30


def send(client, run, posting) -> str:
    url = reverse("reports:import_transfer", args=[run.unit.division_code, run.pk])
    return client.post(url, {"posting": posting.pk}, follow=True).content.decode()


def test_the_page_offers_it_and_one_click_does_it(client, tree, posted, county):
    client.force_login(county)
    run = upload(tree.county, county)
    page = client.get(reverse("reports:import_run", args=[tree.county.division_code, run.pk])).content.decode()
    assert "在别处驻村的人" in page
    assert "调到龙塘村" in page
    page = send(client, run, posted)
    assert "已办理调整，文件已重新核对" in page
    assert "在别处驻村的人" not in page
    posted.refresh_from_db()
    assert posted.last_day == date(2026, 5, 31)
    assert Posting.objects.get(cadre=posted.cadre, ends=None).village == tree.other_village
    run.refresh_from_db()
    assert run.counts["refused"] == 0


def test_what_is_no_longer_offered_is_refused_in_words(client, tree, posted, county):
    client.force_login(county)
    run = upload(tree.county, county)
    other = PostingFactory(village=tree.village2)
    assert "请刷新页面后再办" in send(client, run, other)
    assert Posting.objects.filter(ends=None).count() == 2


def test_the_door_is_closed_to_others(client, tree, posted, county, outsider, auditor):
    run = upload(tree.county, county)
    url = reverse("reports:import_transfer", args=[tree.county.division_code, run.pk])
    for user, status in ((outsider, 404), (auditor, 403)):
        client.force_login(user)
        assert client.post(url, {"posting": posted.pk}).status_code == status
    client.force_login(user_with("county_organization", tree.county2, username="county2"))
    assert client.post(url).status_code == 404
    assert client.get(url).status_code == 405
