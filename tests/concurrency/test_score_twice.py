"""Two workers score one unit's week at the same moment: one set of scores, no change recorded."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from django.db import connection, connections

from reports.actions.score_week import score_week
from reports.models import ScoreChange, ScoringScheme, WeeklyScore
from tests.factories import PostingFactory
from townships.periods import Week

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def needs_postgres():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer; two at once can only be tried on PostgreSQL")


def test_two_scorings_at_once_store_one_set_of_scores(tree):
    for _ in range(30):
        PostingFactory(village=tree.village)
    barrier = Barrier(2)

    def run(unit):
        try:
            barrier.wait(timeout=10)
            return score_week(unit=unit, week=Week.parse("2026-W42"), now=NOW).tally
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        tallies = [each.result(timeout=60) for each in [pool.submit(run, u) for u in (tree.township, tree.county)]]
    assert WeeklyScore.objects.count() == 30
    assert sorted(tally.created for tally in tallies) == [0, 30]
    assert sorted(tally.unchanged for tally in tallies) == [0, 30]
    assert not ScoreChange.objects.exists()
    assert ScoringScheme.objects.count() == 1
