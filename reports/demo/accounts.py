"""The demo's accounts: who they are, and writing them. Their password is public (townships.demo_accounts)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from django.contrib.auth.hashers import make_password

from cadres.models import Cadre
from reports.demo.people import LEADER
from reports.demo.places import Place
from townships.actions.appoint import appoint
from townships.demo_accounts import DEMO_PASSWORD
from townships.models import AdministrativeUnit, Institution, User


@dataclass
class Account:
    """One login: a role at one or several units; `person` is the number of the posted person it belongs to."""

    username: str
    display_name: str
    role: str
    units: list[AdministrativeUnit]
    institution: Institution | None = None
    person: int | None = None
    user: User | None = field(default=None, compare=False)


def reference_accounts(place: Place) -> Iterator[Account]:
    """Of the reference town and its county."""
    county, unit = [place.county], [place.unit]
    yield Account("province", "韦永昌", "province_organization", [place.province])
    yield Account("county", "莫振兴", "county_organization", county)
    yield Account("secretary", "覃建新", "township_secretary", unit)
    yield Account("deputy", "李桂芳", "township_deputy", unit)
    yield Account("clerk", "周敏", "township_clerk", unit)
    yield from _squads(place, ("卢广宁", "梁少华", "班秀英"), first=1)
    yield Account("auditor", "谭正清", "auditor", county)
    yield Account("dispatch1", "黄慧", "institution_officer", county, institution=place.institutions["样例县教育局"])
    yield from _leaders(place, first=1)
    yield from _member(place, "member1")


def second_accounts(place: Place) -> Iterator[Account]:
    """Of the second county, whose people must never be seen from the first."""
    yield Account("county2", "江海涛", "county_organization", [place.county])
    yield Account("secretary2", "邱志军", "township_secretary", [place.unit])
    yield Account("clerk2", "何小燕", "township_clerk", [place.unit])
    yield from _squads(place, ("龙春生",), first=4)
    yield from _leaders(place, first=19)
    yield from _member(place, "member2")


def _squads(place: Place, names: tuple[str, ...], *, first: int) -> Iterator[Account]:
    for index, name in enumerate(names):
        villages = [place.villages[one.code] for one in place.plan.villages if one.squad == index + 1]
        yield Account(f"squad{first + index}", name, "squad_leader", villages)


def _leaders(place: Place, *, first: int) -> Iterator[Account]:
    leading = [person for person in place.people if person.team_role == LEADER]
    for index, person in enumerate(leading):
        village = place.villages[person.village.code]
        yield Account(f"leader{first + index}", person.name, "team_leader", [village], person=person.number)


def _member(place: Place, username: str) -> Iterator[Account]:
    """The second person of the first village."""
    person = place.people[1]
    yield Account(username, person.name, "member", [place.villages[person.village.code]], person=person.number)


def open_accounts(place: Place, accounts: Iterable[Account], begins: date) -> dict[str, Account]:
    """Write the accounts and their appointments; by username."""
    opened = list(accounts)
    # Hashed once: the password is public, and a slow hash for each of forty accounts is most of the loading time.
    password = make_password(DEMO_PASSWORD)
    users = User.objects.bulk_create(
        User(username=one.username, display_name=one.display_name, password=password, is_demo=True) for one in opened
    )
    for account, user in zip(opened, users, strict=True):
        account.user = user
        for unit in account.units:
            appoint(user=user, role=account.role, unit=unit, begins=begins, institution=account.institution)
    _link(place, opened)
    return {one.username: one for one in opened}


def _link(place: Place, opened: list[Account]) -> None:
    cadres = []
    for account in opened:
        if account.person is not None:
            cadre = place.postings[account.person].cadre
            cadre.user = account.user
            cadres.append(cadre)
    Cadre.objects.bulk_update(cadres, ["user"])
