"""kill -9 in the middle of a run: after the restart every unit is done, and none is counted twice."""

import pytest

from tests.processes import Installation

pytestmark = [pytest.mark.worker, pytest.mark.xdist_group("worker")]
TOWNS = 40
#: Forty townships with one person each, and their week put in the queue.
WORLD = f"""
from datetime import timedelta
from config.schedule import sync_schedules
from reports.actions.schedule_runs import schedule_scoring
from tests.factories import PostingFactory, UnitFactory
from townships.periods import Week, today
province = UnitFactory(level="province")
county = UnitFactory(level="county", parent=province)
for n in range({TOWNS}):
    township = UnitFactory(level="township", parent=county)
    PostingFactory(village=UnitFactory(level="village", parent=township))
sync_schedules()
schedule_scoring(week=Week.of(today() - timedelta(days=7)))
"""
WORKER = ("-m", "celery", "-A", "config", "worker", "-B", "-P", "threads", "-c", "2", "-l", "WARNING")


def count(installation: Installation, state: str) -> int:
    return installation.rows(f"SELECT count(*) FROM townships_job WHERE kind = 'score_week' AND state = '{state}'")[0][
        0
    ]


def test_a_worker_killed_in_the_middle_loses_nothing(tmp_path):
    installation = Installation(tmp_path)
    installation.manage("migrate", "-v", "0")
    installation.manage("shell", "-v", "0", "-c", WORLD)
    assert count(installation, "queued") == TOWNS
    with installation.running(*WORKER) as worker:
        installation.wait_for(lambda: count(installation, "done") >= 3, seconds=60)
        worker.kill()
        worker.wait()
    assert count(installation, "done") < TOWNS
    # Time passes: heartbeats are old, the messages that the dead worker had fetched are gone, the sweep is due.
    installation.write("UPDATE townships_job SET created_at = '2026-01-01', heartbeat_at = '2026-01-01'")
    installation.write("UPDATE townships_job SET heartbeat_at = NULL WHERE kind = 'score_last_week'")
    installation.write("UPDATE django_celery_beat_periodictask SET last_run_at = '2026-01-01' WHERE name LIKE '接手%'")
    with installation.running(*WORKER):
        installation.wait_for(lambda: count(installation, "done") == TOWNS, seconds=60)
    run = "SELECT state, progress, people FROM townships_job WHERE kind = 'score_last_week'"
    assert installation.rows(run) == [("done", TOWNS, TOWNS)]
    assert installation.rows("SELECT count(*) FROM reports_weeklyscore") == [(TOWNS,)]
