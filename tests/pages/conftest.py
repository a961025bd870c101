"""The reference town as page tests need it."""

import json
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command

DAY = "2026-11-24"


@pytest.fixture
def at_noon():
    """The day the town was loaded for."""
    with time_machine.travel(f"{DAY}T12:00:00+08:00", tick=False):
        yield


@pytest.fixture
def town(db, at_noon) -> dict:
    """What load_demo prints: units, accounts, counts."""
    out = StringIO()
    call_command("load_demo", "--json", stdout=out, stderr=StringIO())
    return json.loads(out.getvalue())


@pytest.fixture
def log_in(client, django_user_model, settings):
    settings.DEMO_LOGINS = True

    def enter(username: str):
        client.force_login(django_user_model.objects.get(username=username))
        return client

    return enter
