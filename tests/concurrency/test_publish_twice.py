"""Two officers press 发布 at the same moment: one publishes, the other is told so."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections

from reports.actions.compile_bulletin import compile_bulletin
from reports.actions.publish_bulletin import publish_bulletin
from reports.bulletin_refusals import AlreadyPublished
from reports.models import Bulletin, WeekLock
from tests.factories import CadreFactory, PostingFactory
from tests.factories.scores import NOVEMBER_2, OCTOBER, score_month_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


@pytest.fixture(autouse=True)
def needs_postgres():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer; two at once can only be tried on PostgreSQL")


@pytest.fixture
def township(tree):
    for n in range(1, 8):
        posting = PostingFactory(cadre=CadreFactory(name=f"队员{n}"), village=tree.village)
        score_month_of(posting, lost=n)
    return tree.township


def at_once(act, times=2):
    """Run `act` in as many threads, started together; what each returned or was refused with."""
    barrier = Barrier(times)

    def run():
        try:
            barrier.wait(timeout=10)
            return act()
        except AlreadyPublished as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(times) as pool:
        return [future.result(timeout=30) for future in [pool.submit(run) for _ in range(times)]]


def test_two_publications_at_once_give_one_bulletin(township):
    compile_bulletin(unit=township, month=OCTOBER, now=NOVEMBER_2)
    results = at_once(lambda: publish_bulletin(unit=township, month=OCTOBER, now=NOVEMBER_2))
    assert sorted(type(result).__name__ for result in results) == ["AlreadyPublished", "Bulletin"]
    assert Bulletin.objects.filter(status="published").count() == 1
    assert WeekLock.objects.count() == len(OCTOBER.weeks)


def test_two_drafts_at_once_are_one_draft(township):
    drafts = at_once(lambda: compile_bulletin(unit=township, month=OCTOBER, now=NOVEMBER_2), times=3)
    assert len({draft.pk for draft in drafts}) == 1
    assert Bulletin.objects.count() == 1
