"""One account's walk from door to door; what an answer tells too much is noted, with where."""

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from tests.leaks.estate import Account, Estate, all_tokens, expected
from tests.leaks.reading import said_in, text_of
from tests.leaks.routes import OF_NUMBER, PLAIN, Door
from tests.leaks.rows import Rows
from townships.models import UnitSuccession

NOWHERE = {
    "code": "999999999999",
    "pk": 99_999_999,
    "object_id": 99_999_999,
    "id": 99_999_999,
    "version_id": 99_999_999,
    **dict.fromkeys(OF_NUMBER, 99_999_999),
}
ROLES = [f"{role}{side}" for side in ("", "2") for role in (
    "province_organization", "city_organization", "county_organization", "township_secretary", "township_deputy",
    "township_clerk", "squad_leader", "team_leader", "village_clerk", "institution_officer", "auditor", "region_liaison",
    "member",
    "mover", "former", "nobody",
)]  # fmt: skip


class Crawl:
    """One account's walk."""

    def __init__(self, client, estate: Estate, account: Account) -> None:
        self.client, self.account = client, account
        self.rows = Rows(estate, account)
        self.secret = all_tokens(estate) - expected(estate, account)
        self.asked, self.found = 0, []
        client.raise_request_exception = False
        client.force_login(account.user)

    def look(self, address: str, **query):
        """Ask, and note where the answer tells too much."""
        response = self.client.get(address, query)
        self.asked += 1
        text = text_of(response)
        told = said_in(text, self.secret) - {str(value) for value in query.values()}
        if response.status_code >= 500:
            self.blame(f"{response.status_code} at {address}?{urlencode(query)}")
        if told:
            self.blame(f"{_around(text, told)} at {address}?{urlencode(query)}")
        return response, text

    def lists_none_of(self, outside: set[int], response, address: str) -> None:
        shown = response.context["cl"].queryset.values_list("pk", flat=True) if response.status_code == 200 else ()
        if told := set(shown) & outside:
            self.blame(f"lists {sorted(told)[:5]} at {address}")

    def blame(self, words: str) -> None:
        self.found.append(f"{self.account.role}: {words}")

    def done(self) -> None:
        if self.found:
            pytest.fail(f"{len(self.found)} in {self.asked}:\n" + "\n".join(self.found), pytrace=False)

    def addresses(self, door: Door, rows) -> list[str]:
        """The door's addresses at these rows (None: it names none)."""
        return [
            door.address(rest) for row in rows for rest in choices_of(door, {} if row is None else named(door, row))
        ]

    def knock(self, door: Door) -> None:
        """At everything in reach, and at what is not: there the answer is that of a number that does not exist."""
        if door.model is None:
            for rest in choices_of(door, {}):
                self.look(door.address(rest))
            return
        own, others = self.rows.sample(door.model)
        for row in own:
            for rest in choices_of(door, named(door, row)):
                self.look(door.address(rest))
        nowhere = self._answer(door, dict(NOWHERE))
        for row in others:
            if (there := self._answer(door, named(door, row))) != nowhere:
                self.blame(f"can tell that {door.name} of {row.pk} exists: {there} {nowhere}"[:400])

    def _answer(self, door: Door, named: dict) -> tuple:
        """Status and text, with the address and the number asked for taken out."""
        found = []
        for rest in choices_of(door, named):
            address = door.address(rest)
            response, text = self.look(address)
            text = text.replace(address, "·").replace(f"“{rest.get('object_id')}”", "·")
            found.append((response.status_code, text))
        return tuple(found)


def _around(text: str, told: set[str]) -> list[str]:
    return [text[max(0, text.index(one) - 60) : text.index(one) + 20] for one in sorted(told)[:3]]


def named(door: Door, row) -> dict:
    """The parameters that name a row."""
    history = getattr(type(row), "history", None)
    last = (
        history.filter(pk__gt=0, id=row.pk).first() if history is not None and "version_id" in door.parameters else None
    )
    unit = row if hasattr(row, "division_code") else getattr(row, "unit", None)
    # A unit's side of a change is asked for by the change.
    pk = row.change_id if isinstance(row, UnitSuccession) else row.pk
    values = {"code": unit.division_code if unit else "", "pk": pk, "object_id": row.pk, "id": row.pk}
    return {**values, **dict.fromkeys(OF_NUMBER, row.pk), "version_id": last.history_id if last else 0}


def choices_of(door: Door, named: dict) -> Iterator[dict]:
    """Every combination of the plain parameters, with the naming ones."""
    found = [{}]
    for parameter in door.parameters:
        values = PLAIN.get(parameter) or [named[parameter]]
        found = [{**one, parameter: value} for one in found for value in values]
    yield from found
