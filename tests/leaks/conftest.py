"""The nation of a seed, built once for a file of tests; what a test writes is taken back after it."""

import os
from collections.abc import Iterator

import pytest
import time_machine
from django.db import transaction

from tests.leaks.estate import NOW, Estate
from tests.leaks.furniture import build

SEEDS = [int(seed) for seed in os.environ.get("LEAK_SEEDS", "1").split(",")]


@pytest.fixture(scope="module", params=SEEDS)
def estate(request, django_db_setup, django_db_blocker) -> Iterator[Estate]:
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False), transaction.atomic():
        yield build(request.param)
        transaction.set_rollback(True)


@pytest.fixture
def nation(estate, db) -> Estate:
    return estate
