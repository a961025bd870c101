"""Lists: paged by cursor, narrowed to a unit, at a constant cost."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from attendance.models import CheckIn, LeaveRequest, SheetMark, WeeklySheet
from cadres.models import Cadre, Posting
from reports.models import Bulletin
from tests.api.conftest import NOON
from tests.factories import CadreFactory, PostingFactory, UnitFactory, id_number
from tests.factories.scores import OCTOBER, score_week_of

LISTS = (
    "units", "cadres", "postings", "check-ins", "leaves", "weekly-sheets", "weekly-scores", "bulletins",
)  # fmt: skip
TODAY = NOON.date()


def fill(tree, institution, count: int) -> None:
    """So many villages, each with a person, evidence of his and a score; and as many bulletins."""
    start = Cadre.objects.count() + 1000
    for n in range(start, start + count):
        village = UnitFactory(level="village", name=f"第{n}村", parent=tree.township)
        cadre = CadreFactory(name=f"队员{n}", id_number=id_number(n))
        posting = PostingFactory(cadre=cadre, village=village, dispatching_institution=institution)
        made = {"client_id": f"打卡{n}", "made_at": NOON, "received_at": NOON, "day": TODAY, "minute": 720}
        CheckIn.objects.create(posting=posting, latitude=23.1, longitude=108.2, **made)
        LeaveRequest.objects.create(
            posting=posting, begins_on=TODAY, ends_on=TODAY, days=1, counted_days=1, applied_at=NOON,
            awaiting_role="squad_leader",
        )  # fmt: skip
        sheet = WeeklySheet.objects.create(unit=village, week="2026-W47")
        SheetMark.objects.create(sheet=sheet, posting=posting, day=TODAY, am="√", pm="√")
        score_week_of(posting, "2026-W46")
        Bulletin.objects.create(unit=village, month="2026-10", content={}, compiled_at=timezone.now())


def names(items) -> list[int]:
    return [item.get("id", item.get("code")) for item in items]


@pytest.mark.parametrize("address", LISTS)
def test_pages_join_without_gap_or_repeat(calling, tree, institution, secretary, address):
    fill(tree, institution, 7)
    caller = calling(secretary)
    whole = names(caller.read(address, limit=200).json()["items"])
    walked, cursor, pages = [], "", 0
    while cursor is not None:
        page = caller.read(address, limit=3, cursor=cursor).json()
        walked, cursor, pages = walked + names(page["items"]), page["next"], pages + 1
    assert walked == whole
    assert len(set(map(str, whole))) == len(whole) >= 7
    assert pages == -(-len(whole) // 3)


@pytest.mark.parametrize("address", LISTS)
def test_a_unit_narrows_the_list_to_its_subtree(calling, tree, institution, posting, county, things, address):
    fill(tree, institution, 2)
    caller = calling(county)
    whole = len(caller.read(address).json()["items"])
    township = len(caller.read(address, unit=tree.township.division_code).json()["items"])
    village = len(caller.read(address, unit=tree.village.division_code).json()["items"])
    assert whole >= township > village
    assert village == {"bulletins": 0, "weekly-scores": len(OCTOBER.weeks)}.get(address, 1)


@pytest.mark.parametrize("address", LISTS)
def test_a_unit_out_of_reach_is_not_there(calling, secretary, address):
    caller = calling(secretary)
    for unit, status in (("459902000000", 404), ("999999999999", 404), ("大同", 422), ("45990110\x00", 400)):
        answer = caller.read(address, unit=unit)
        assert answer.status_code == status
        assert list(answer.json()["fields"]) == (["unit"] if status == 422 else [])


@pytest.mark.parametrize("address", LISTS)
def test_a_cursor_from_elsewhere_is_refused(calling, secretary, things, address):
    """Not base64, not a list, of another length, of other kinds, too large, with a NUL: never a failure of ours."""
    caller = calling(secretary)
    for cursor in ("x", "W10", "WyLkuIAiLDEsMiwzXQ", "bnVsbA", "W251bGxd", "WzFlOTk5XQ", "WyJcdTAwMDAiXQ"):
        answer = caller.read(address, cursor=cursor)
        assert answer.status_code in (200, 422)
        assert answer.status_code == 200 or answer.json()["code"] == "cursor.bad"


@pytest.mark.parametrize(("limit", "status"), [(0, 422), (201, 422), ("many", 422), (1, 200)])
def test_a_page_is_of_1_to_200(calling, secretary, limit, status):
    assert calling(secretary).read("units", limit=limit).status_code == status


@pytest.mark.outside_the_wall
def test_300_rows_cost_what_10_cost(calling, tree, institution, secretary):
    caller = calling(secretary)

    def costs() -> dict[str, int]:
        kept = {}
        for address in LISTS:
            caller.read(address)
            with CaptureQueriesContext(connection) as captured:
                assert len(caller.read(address, limit=200).json()["items"]) >= 10
            kept[address] = len(captured)
        return kept

    fill(tree, institution, 10)
    few = costs()
    fill(tree, institution, 290)
    assert costs() == few
    assert max(few.values()) <= 3  # the token, the appointments, the rows


def test_people_by_name_masked(calling, secretary, posting):
    PostingFactory(cadre=CadreFactory(name="韦一"), village=posting.village)
    posting.cadre.phone = "13800001234"
    posting.cadre.save()
    answer = calling(secretary).read("cadres", name="甘")
    (item,) = answer.json()["items"]
    assert (item["name"], item["phone"]) == ("甘雨", "138****1234")
    assert posting.cadre.id_number not in answer.content.decode()
    assert posting.cadre.id_number not in calling(secretary).read(f"cadres/{posting.cadre_id}").content.decode()


def test_who_moved_away_takes_his_facts_along(calling, tree, county, posting):
    Posting.objects.filter(pk=posting.pk).update(ends=date(2026, 11, 1))
    PostingFactory(cadre=posting.cadre, village=tree.village2, begins=date(2026, 11, 1))
    caller = calling(county)
    assert caller.read("cadres").json()["items"] == []
    assert caller.read(f"cadres/{posting.cadre_id}").status_code == 404
    assert [item["id"] for item in caller.read("postings").json()["items"]] == [posting.pk]


def test_a_member_sees_himself_and_nobody_else(calling, tree, posting, member):
    PostingFactory(cadre=CadreFactory(name="韦一"), village=posting.village)
    caller = calling(member)
    assert [item["name"] for item in caller.read("cadres").json()["items"]] == ["甘雨"]
    assert [item["id"] for item in caller.read("postings", mine=True).json()["items"]] == [posting.pk]
    assert caller.read("units").json() == {"items": [], "next": None}


def test_the_institution_sees_its_own_people(calling, posting, institution_officer):
    PostingFactory(cadre=CadreFactory(name="韦一"), village=posting.village)
    items = calling(institution_officer).read("postings").json()["items"]
    assert [item["cadre"]["name"] for item in items] == ["甘雨"]


def test_postings_of_a_day(calling, secretary, posting):
    Posting.objects.filter(pk=posting.pk).update(ends=date(2026, 11, 1))
    caller = calling(secretary)
    assert caller.read("postings", on="2026-10-31").json()["items"] != []
    assert caller.read("postings", on="2026-11-01").json()["items"] == []


def test_scores_of_a_week(calling, secretary, things):
    caller = calling(secretary)
    (item,) = caller.read("weekly-scores", week="2026-W41").json()["items"]
    assert (item["cadre"]["name"], item["week"], item["total"], item["final"]) == ("甘雨", "2026-W41", "100.00", True)
    assert "lodging" in item["dimensions"]
    answer = caller.read("weekly-scores", week="2026-41")
    assert answer.json()["fields"] == {"week": "周要写成 2026-W45 这样。"}


def test_bulletins_of_a_month(calling, secretary, things):
    caller = calling(secretary)
    (item,) = caller.read("bulletins", month="2026-10").json()["items"]
    assert (item["status_label"], item["revision"]) == ("草稿", 1)
    assert caller.read("bulletins", month="2026-09").json()["items"] == []


def test_the_word_file_is_the_one_of_the_page(calling, client, secretary, things):
    answer = calling(secretary).read(f"bulletins/{things['bulletin']}/document")
    assert answer["Content-Type"].endswith("wordprocessingml.document")
    assert answer["Cache-Control"] == "no-store"
    assert answer.content.startswith(b"PK")
    client.force_login(secretary)
    page = client.get(f"/bulletins/{things['bulletin']}/document.docx")
    assert page["Content-Disposition"] == answer["Content-Disposition"]


def test_voided_check_ins_come_when_asked_for(calling, secretary, things):
    CheckIn.objects.update(voided_at=NOON, void_reason="重复")
    caller = calling(secretary)
    assert caller.read("check-ins").json()["items"] == []
    assert caller.read("check-ins", voided=True).json()["items"][0]["void_reason"] == "重复"


def test_check_ins_of_some_days(calling, secretary, things):
    caller = calling(secretary)
    assert len(caller.read("check-ins", since="2026-11-24", until="2026-11-24").json()["items"]) == 1
    assert caller.read("check-ins", until="2026-11-23").json()["items"] == []
