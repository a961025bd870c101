"""Reach costs one permission query a request and an index range a list, however large the nation around it is."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cadres import directory
from cadres.directory import Search
from cadres.models import Cadre, Posting
from tests.factories import InstitutionFactory, PostingFactory, id_number, user_with
from townships.access import can
from townships.models import AdministrativeUnit, User
from townships.paths import child
from townships.periods import today
from townships.querysets import with_words

pytestmark = pytest.mark.django_db

#: How each database says that it walks the index of the paths from one bound to the other.
RANGE = {
    "sqlite": r"SEARCH \S+ USING (COVERING )?INDEX \S+ \(path>\? AND path<\?\)",
    "postgresql": r"Index Cond: \(.*path.* >= .*path.* < ",
}


#: Villages beside the tree, with a person each: enough that reading a table whole is no longer the cheapest.
BESIDE = 2_000


@pytest.fixture
def estate(tree):
    """A few people in the tree, some of whom went over to another county, and a crowd beside it."""
    for n in range(6):
        gone = PostingFactory(village=tree.village, begins=date(2025, 1, 1), ends=date(2026, 1, 1))
        PostingFactory(village=tree.village2 if n % 2 else tree.other_village, cadre=gone.cadre)
    return tree


@pytest.fixture
def crowd(estate):
    beside = estate.township2
    villages = AdministrativeUnit.objects.bulk_create(
        AdministrativeUnit(
            level="village", division_code=f"4700{n:08}", name="村", parent=beside, path=child(beside.path, n)
        )
        for n in range(10, BESIDE + 10)
    )
    cadres = Cadre.objects.bulk_create(
        Cadre(name=f"队员{n}", id_number=id_number(n)) for n in range(9_000, BESIDE + 9_000)
    )
    Posting.objects.bulk_create(
        Posting(cadre=one, village=home, begins=date(2026, 3, 1)) for one, home in zip(cadres, villages, strict=True)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def page(user, unit):
    found = directory.found(directory.people_of(user, unit), Search(), day=today(), by_pinyin=False)
    return found.select_related("cadre", "village__parent").order_by("village__path", "pk")


#: list → its rows for a user of a unit
LISTS = {
    "people page": page,
    "people number": lambda user, unit: page(user, unit).order_by(),
    "postings of the reach": lambda user, unit: Posting.objects.reachable_by(user, "view_members"),
    "people ever there": lambda user, unit: Cadre.objects.reachable_by(user, "view_members"),
    "people kept there": lambda user, unit: Cadre.objects.kept_by(user, "view_members"),
    "people of a unit": lambda user, unit: Cadre.objects.kept_by(user, "view_members").within(unit),
    "units": lambda user, unit: AdministrativeUnit.objects.reachable_by(user, "view_members"),
}


@pytest.mark.parametrize(
    ("role", "place"),
    [("county_organization", "county"), ("township_secretary", "township"), ("team_leader", "village")],
)
def test_reach_is_a_range_of_the_index_of_paths(estate, crowd, role, place):
    unit = getattr(estate, place)
    user = user_with(role, unit)
    if role == "team_leader":
        PostingFactory(village=unit, cadre__user=user)
    plans = {name: rows(user, unit).explain() for name, rows in LISTS.items()}
    assert {name: plan for name, plan in plans.items() if not re.search(RANGE[connection.vendor], plan)} == {}


def test_a_team_leader_with_a_posting_of_his_own_finds_both_by_an_index(estate):
    """What he leads and what is his own stand in different tables: one condition on both would read them whole."""
    user = user_with("team_leader", estate.village)
    own = PostingFactory(village=estate.village2, cadre__user=user)
    rows = Posting.objects.reachable_by(user, "view_members")
    assert own in rows
    assert set(rows) == {own, *Posting.objects.filter(village=estate.village)}
    assert len(rows) == rows.count() == len(set(rows))
    assert re.search(r"user_id ?=", rows.explain())


def test_an_office_is_not_asked_about_a_posting_of_its_own(estate):
    county, member = user_with("county_organization", estate.county), user_with("member", estate.village)
    assert not county.may_be_posted()
    assert not member.may_be_posted()
    PostingFactory(village=estate.village, cadre__user=member)
    assert User.objects.get(pk=member.pk).may_be_posted()


def test_whoever_holds_nothing_still_has_what_is_his_own(estate):
    user = User.objects.create_user("alone", password="zhucun-2026")
    own = PostingFactory(village=estate.village, cadre__user=user)
    assert list(Posting.objects.reachable_by(user, "view_members")) == [own]
    assert not Posting.objects.reachable_by(user, "manage_roster").exists()


def test_an_officer_of_an_institution_who_is_posted_himself_sees_both_once(estate):
    institution = InstitutionFactory(unit=estate.county)
    user = user_with("institution_officer", estate.county, institution=institution)
    sent = PostingFactory(village=estate.village, dispatching_institution=institution)
    own = PostingFactory(village=estate.village2, dispatching_institution=institution, cadre__user=user)
    assert sorted(Posting.objects.reachable_by(user, "view_members"), key=lambda one: one.pk) == [sent, own]
    assert set(Cadre.objects.reachable_by(user, "view_members")) == {sent.cadre, own.cadre}


#: page → queries of a secretary's request: session, account, permission, unit of the address, then the page itself
REQUESTS = {
    "/api/v1/postings": 4,
    "/api/v1/postings?unit={code}": 5,
    "/api/v1/cadres": 4,
    "/api/v1/units": 4,
}


@pytest.mark.parametrize("address", REQUESTS)
def test_a_list_costs_one_permission_query_and_one_query(client, estate, secretary, address):
    client.force_login(secretary)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address.format(code=estate.township.division_code)).status_code == 200
    # The second wall states its reach beside them, which reads no table.
    reads = [query["sql"] for query in asked if ' FROM "' in query["sql"]]
    assert len(reads) == REQUESTS[address], reads
    assert sum("townships_unitpermission" in read for read in reads) == 1


@pytest.mark.parametrize(
    "address", [("cadres:people", True), ("reports:unit", True), ("admin:cadres_cadre_changelist", False)]
)
def test_a_page_asks_for_the_permissions_once(client, estate, secretary, address):
    route, of_unit = address
    client.force_login(secretary)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(reverse(route, args=[estate.township.division_code] if of_unit else [])).status_code == 200
    assert sum("townships_unitpermission" in query["sql"] for query in asked) == 1


def test_any_number_of_questions_is_one_permission_query(estate, secretary, django_assert_num_queries):
    user = User.objects.get(pk=secretary.pk)
    with django_assert_num_queries(1):
        for capability in ("view_members", "approve_leave", "audit"):
            assert can(user, capability, estate.village) is (capability != "audit")
            user.paths(capability), user.institution_ids(), user.may_be_posted()


def test_people_and_their_number_cost_one_query_each(estate, secretary, django_assert_num_queries):
    user = User.objects.get(pk=secretary.pk)
    user.paths("view_members")
    with django_assert_num_queries(2):
        rows = page(user, estate.township)
        assert rows.count() == len(rows) > 0


def test_every_word_is_looked_for_and_a_word_more_does_not_double_the_query(estate, county):
    """SQLite gave up at the fourth word of a search when each was looked for within a copy of all before."""
    for name in ("甘宁宁", "甘宁安", "韦宁宁"):
        PostingFactory(village=estate.village, cadre__name=name)
    rows = Posting.objects.reachable_by(county, "view_members")
    columns = ["cadre__name", "village__name", "dispatching_institution__name"]
    for words in (["甘"], ["甘", "安"], [estate.village.name, "宁", "甘"], ["甘", "没有"], ["甘"] * 12):
        whole = [posting for posting in rows if all(w in f"{posting.cadre.name} {posting.village.name}" for w in words)]
        assert set(with_words(rows, columns, words)) == set(whole), words
    sizes = [len(str(with_words(rows, columns, ["甘"] * n).query)) for n in (2, 3, 12)]
    assert sizes[2] - sizes[1] == 9 * (sizes[1] - sizes[0])


def test_a_former_name_is_one_of_the_words_and_repeats_no_unit(estate, county):
    units = AdministrativeUnit.objects.reachable_by(county, "view_members")
    found = with_words(units, ["name", "names__name"], [estate.village.name[:1], estate.village.name])
    assert list(found).count(estate.village) == 1
