"""Nobody changes what is out of reach, whatever he sends: the sum over all rows of others stays what it was."""

import pytest
from django.contrib import admin
from django.db import transaction
from django.urls import reverse

from tests.leaks.crawl import ROLES, Crawl, choices_of, named
from tests.leaks.estate import Estate
from tests.leaks.forging import WORDS, actions_of, admin_addresses, data_for, forged
from tests.leaks.routes import doors
from tests.leaks.rows import THOROUGH

WRITERS = ("township_secretary2", "mover")
DESKS = ("township_clerk",)


class Forger(Crawl):
    """A walk that writes; every answer is read as a visitor's is, what others have is summed up before and after."""

    def __init__(self, client, estate: Estate, account) -> None:
        super().__init__(client, estate, account)
        self.before, self.sent = self.rows.digest(), []

    def send(self, address: str, data: dict) -> None:
        with transaction.atomic():
            response = self.client.post(address, data)
            self.asked += 1
            if response.status_code >= 500:
                self.blame(f"{response.status_code} by POST {address} {_short(data)}")
        self.sent.append(f"POST {address} {_short(data)}")

    def note(self) -> None:
        """Blame the writes since the last look when something of others' has changed."""
        after = self.rows.digest()
        changed = [label for label, total in after.items() if total != self.before[label]]
        if changed:
            self.blame(f"changes {changed} by one of {self.sent}")
        self.before, self.sent = after, []


def _short(data: dict) -> str:
    return str({key: value for key, value in data.items() if WORDS.get(key) != value})[:300]


@pytest.mark.parametrize("key", ROLES if THOROUGH else WRITERS)
def test_pages_take_no_forged_write(key, nation, client):
    forger = Forger(client, nation, nation.accounts[key])
    for door in doors():
        if door.is_admin or door.name in {"townships:login", "townships:password_change"}:
            continue
        own, others = forger.rows.sample(door.model) if door.model else ([None], [])
        for row in [*others[: 2 if THOROUGH else 1], *own[:1]]:
            for rest in list(choices_of(door, named(door, row) if row is not None else {}))[: 2 if THOROUGH else 1]:
                for data in data_for(forger.rows, door):
                    forger.send(door.address(rest), data)
            forger.note()
    forger.done()


@pytest.mark.parametrize(
    "key", [key for key in ROLES if "organization" in key or "township" in key] if THOROUGH else DESKS
)
def test_the_admin_takes_no_forged_write(key, nation, client):
    forger = Forger(client, nation, nation.accounts[key])
    for model in admin.site._registry:
        if not hasattr(model, "unit_path"):
            continue
        head = f"admin:{model._meta.app_label}_{model._meta.model_name}_"
        own, others = forger.rows.sample(model)
        for address in [reverse(f"{head}add"), *(reverse(f"{head}change", args=[row.pk]) for row in own[:1])]:
            for data in forged(client.get(address), forger.rows):
                forger.send(address, data)
        for row in others[:2]:
            for address in admin_addresses(model, row):
                forger.send(address, WORDS)
        chosen = [row.pk for row in others]
        for action in actions_of(model):
            body = {**WORDS, "action": action, "_selected_action": chosen, "select_across": "0"}
            forger.send(reverse(f"{head}changelist"), body)
        forger.note()
    for row in forger.rows.sample(type(forger.account.user))[1]:
        forger.send(reverse("admin:auth_user_password_change", args=[row.pk]), WORDS)
    forger.note()
    forger.done()
