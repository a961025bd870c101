"""Many at once write to the trail: one chain, no fork, no gap."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections, transaction

from townships import audit, audit_chain
from townships.models import AuditEntry

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
WORKERS, EACH = 4, 10


@pytest.fixture(autouse=True)
def needs_postgres():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer; several at once can only be tried on PostgreSQL")


def test_workers_at_once_make_one_chain(db):
    barrier = Barrier(WORKERS)

    def work(number: int) -> None:
        try:
            barrier.wait(timeout=10)
            for turn in range(EACH):
                with transaction.atomic():
                    audit.record(actor=None, act="policy.set", subject=f"{number}-{turn}")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(work, range(WORKERS)))
    verdict = audit_chain.verify()
    assert verdict.broken is None
    assert verdict.entries == WORKERS * EACH == AuditEntry.objects.count()
