"""The price of the second wall: the first page of people and their number, with the application's filter alone and with
row-level security behind it, for a township, a county and a province of 600,000 units and 560,000 people.

A request with the wall is a transaction that states the reach of its user; both sides find the reach anew each time.
Measured twice: the bare queries, and the page of people as it is asked for and rendered. Goal: 1.2 times. PostgreSQL only; says so and ends where no server answers.
"""

import json
import os
from collections.abc import Callable
from time import perf_counter

import psycopg
from psycopg import sql

from tests.run import postgres_server

ROUNDS, GOAL, DATABASE = 15, 1.2, "zhucun_bench_wall"
LEVELS = ("township", "county", "province")


def main() -> None:
    found = postgres_server()
    if found is None:
        print(json.dumps({"claim": "wall", "skipped": "no PostgreSQL server answers here"}))
        return
    url, template = found
    _create(url, template)
    os.environ["DATABASE_URL"] = f"{url.rpartition('/')[0]}/{DATABASE}"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        _measure()
    finally:
        _drop(url)


def _create(url: str, template: str) -> None:
    with psycopg.connect(url, autocommit=True) as server:
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            server.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(DATABASE), sql.Identifier(template))
            )


def _drop(url: str) -> None:
    if not os.environ.get("BENCH_KEEP"):
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(DATABASE)))


def _measure() -> None:
    import django

    django.setup()
    from django.core.management import call_command

    from bench._nation import make_nation
    from tests import web_role
    from townships.models import AdministrativeUnit, User

    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)  # pages name their files by what is in them
    make_nation()
    if not web_role.make_role():
        print(json.dumps({"claim": "wall", "skipped": "no role zhucun_web, and no right to make one"}))
        return
    for level in LEVELS:
        units = AdministrativeUnit.objects.filter(level=level)
        pk = User.objects.get(username=units[units.count() // 2].division_code).pk
        claims = [
            (name, _compared(pk, ask)) for name, ask in (("page", _page), ("count", _count), ("page and count", _both))
        ]
        for name, (filtered, walled) in [*claims, ("people page as served", _served(pk))]:
            print(json.dumps({
                "claim": f"wall: {name} of a {level}", "filter_ms": round(filtered, 2), "wall_ms": round(walled, 2),
                "ratio": round(walled / filtered, 2), "goal": GOAL,
            }))  # fmt: skip


def _rows(user):
    """By the range of the tree, as an office asks."""
    from cadres.models import Posting
    from townships.querysets import in_ranges

    return Posting.objects.filter(in_ranges("village__path", user.paths("view_members")))


def _page(user) -> list:
    return list(_rows(user).select_related("cadre", "village").order_by("village__path", "pk")[:50])


def _count(user) -> int:
    return _rows(user).count()


def _both(user) -> tuple:
    return _page(user), _count(user)


def _compared(pk: int, ask: Callable) -> tuple[float, float]:
    """Least milliseconds with the filter alone and with the wall, taken in turns; each finds the reach anew."""
    from django.conf import settings
    from django.db import transaction

    from tests import web_role
    from townships import wall
    from townships.models import User

    alone, behind = [], []
    for _ in range(ROUNDS):
        settings.WALL, user = False, User(pk=pk, is_active=True)
        began = perf_counter()
        ask(user)
        alone.append(perf_counter() - began)
        settings.WALL, user = True, User(pk=pk, is_active=True)
        web_role.become(web_role.ROLE)
        began = perf_counter()
        with transaction.atomic():
            wall.enter(user)
            ask(user)
        behind.append(perf_counter() - began)
        web_role.become("NONE")
    return min(alone) * 1000, min(behind) * 1000


def _served(pk: int) -> tuple[float, float]:
    """The same of the whole request: session, reach, list, count, the page made of them."""
    from django.conf import settings
    from django.test import Client
    from django.urls import reverse

    from tests import web_role
    from townships.models import User

    user = User.objects.get(pk=pk)
    client, address = Client(), reverse("cadres:people", args=[user.appointments_today()[0].unit.division_code])
    settings.ALLOWED_HOSTS = ["testserver"]
    client.force_login(user, backend="townships.access.UnitAccessBackend")
    alone, behind = [], []
    for _ in range(ROUNDS):
        for walled, kept in ((False, alone), (True, behind)):
            settings.WALL = walled
            web_role.become(web_role.ROLE if walled else "NONE")
            began = perf_counter()
            answer = client.get(address)
            kept.append(perf_counter() - began)
            assert answer.status_code == 200, answer.status_code
    web_role.become("NONE")
    return min(alone) * 1000, min(behind) * 1000


if __name__ == "__main__":
    main()
