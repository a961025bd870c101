"""Two clerks bring in the same roster at the same moment; two counties the same person."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections

from cadres.actions.import_roster import import_roster
from cadres.models import Cadre, Posting
from cadres.roster.report import ImportReport
from tests.cadres.roster_files import person, table, xlsx
from tests.factories import CadreFactory
from townships.models import Institution

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


@pytest.fixture(autouse=True)
def needs_postgres():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer; two at once can only be tried on PostgreSQL")


def at_once(*orders) -> list[ImportReport]:
    """Import each (unit, people) in a thread of its own, all started together."""
    barrier = Barrier(len(orders))

    def run(unit, people) -> ImportReport:
        content = xlsx(("a", table(people)))
        try:
            barrier.wait(timeout=10)
            return import_roster(unit=unit, content=content, filename="a.xlsx")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(orders)) as pool:
        return [future.result(timeout=30) for future in [pool.submit(run, *order) for order in orders]]


def test_the_same_list_twice_at_once_comes_in_once(tree):
    people = [person(n) for n in range(1, 31)]
    reports = at_once((tree.township, people), (tree.township, people))
    assert sorted((r.created, r.unchanged, r.committed) for r in reports) == [(0, 30, True), (30, 0, True)]
    assert (Cadre.objects.count(), Posting.objects.count(), Institution.objects.count()) == (30, 30, 1)


@pytest.mark.parametrize("known", [False, True])
def test_one_person_brought_in_by_two_counties_at_once_is_posted_once(tree, known):
    if known:
        CadreFactory(name=person(1)["姓名"], id_number=person(1)["身份证号码"])
    here, there = person(1), person(1, 驻村名称="邻村")
    reports = at_once((tree.county, [here]), (tree.county2, [there]))
    assert sorted(r.committed for r in reports) == [False, True]
    refused = next(r for r in reports if not r.committed)
    assert [problem.code for problem in refused.errors] == ["cadre.posted_elsewhere"]
    assert Posting.objects.count() == 1
