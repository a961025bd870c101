"""The first page of people and their number for a province, a county and a township, out of a nation's 560,000.

Floor: the same query with the ids of the units given by hand. Beside it the bounds of the path given by hand, the one
permission query of the request, and django-guardian's get_objects_for_user with a row for every unit of the subtree.
Goal: at most 1.3 times the floor.
"""

import json
import os
import sys
from collections.abc import Callable
from statistics import median
from time import perf_counter

if not (os.environ.get("ZHUCUN_BENCH_HERE") or os.environ.get("DATABASE_URL")):
    from _databases import on_each_database

    sys.exit(on_each_database(__file__))

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from _nation import make_nation  # noqa: E402
from django.contrib.auth.models import Permission  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.db.models import QuerySet  # noqa: E402
from guardian.shortcuts import get_objects_for_user  # noqa: E402

from cadres import directory  # noqa: E402
from cadres.models import Cadre, Posting  # noqa: E402
from townships.cursor import page_of  # noqa: E402
from townships.models import AdministrativeUnit, UnitPermission, User  # noqa: E402
from townships.paths import after  # noqa: E402
from townships.periods import today  # noqa: E402
from townships.querysets import kept_by_dated  # noqa: E402

OFFICES = {"province": "480000000000", "county": "480508000000", "township": "480508105000"}
#: What takes a thousandth of a second is asked oftener than what takes one.
ROUNDS = {"province": 7, "county": 51, "township": 101}
WARM, GUARDIAN_ROUNDS = 2, 3
SEARCH = directory.Search()


def main() -> None:
    call_command("migrate", verbosity=0)
    sys.stderr.write(f"a nation on {connection.vendor} in {make_nation():.0f} s\n")
    for level, code in OFFICES.items():
        user = User.objects.get(username=code)
        unit = AdministrativeUnit.objects.get(division_code=code)
        for name, ask, rows in LISTS:
            measure(f"{name}, {level}, {connection.vendor}", user, unit, ask, rows)


def page(postings: QuerySet) -> int:
    found = directory.found(postings, SEARCH, day=today(), by_pinyin=False)
    return len(directory.one_page(found, SEARCH, "").rows)


def number(postings: QuerySet) -> int:
    return directory.found(postings, SEARCH, day=today(), by_pinyin=False).count()


def kept(postings: QuerySet) -> QuerySet:
    return Cadre.objects.filter(pk__in=kept_by_dated(postings, "cadre", today()))


def people_of(user: User, unit: AdministrativeUnit) -> QuerySet:
    return directory.people_of(user, unit)


def cadres_of(user: User, unit: AdministrativeUnit) -> QuerySet:
    return Cadre.objects.kept_by(user, "view_members")


def by_name(cadres: QuerySet) -> int:
    return len(cadres.order_by("name", "pk")[:50])


#: list → what is asked of its rows, and our rows of a user; the floor has `kept` postings by hand for people.
LISTS = (
    ("people page", page, people_of),
    ("people number", number, people_of),
    ("api page", lambda cadres: len(page_of(cadres, ("pk",), "", 50).rows), cadres_of),
    ("admin page", by_name, cadres_of),
    ("admin number", QuerySet.count, cadres_of),
)


def measure(bench: str, user: User, unit: AdministrativeUnit, ask: Callable, rows: Callable) -> None:
    """Median of paired rounds; every round of ours is a request of its own, whose permission query is told apart."""
    below = AdministrativeUnit.objects.filter(path__gte=unit.path, path__lt=after(unit.path))
    ids = list(below.values_list("pk", flat=True))
    finish = kept if rows is cadres_of else QuerySet.all
    ways = {
        "floor": lambda: ask(finish(Posting.objects.filter(village__in=ids))),
        "range": lambda: ask(
            finish(Posting.objects.filter(village__path__gte=unit.path, village__path__lt=after(unit.path)))
        ),
    }
    times: dict[str, list[float]] = {"floor": [], "range": [], "ours": [], "permission": []}
    for _ in range(WARM + ROUNDS[unit.level]):
        answers = set()
        for name, way in ways.items():
            seconds, answer = timed(way)
            times[name].append(seconds)
            answers.add(answer)
        fresh = User.objects.get(pk=user.pk)
        times["permission"].append(timed(lambda fresh=fresh: fresh.paths("view_members"))[0])
        seconds, answer = timed(lambda fresh=fresh: ask(rows(fresh, unit)))
        times["ours"].append(seconds)
        if answers != {answer}:
            raise SystemExit(f"{bench}: {answer} of ours, {answers} by hand")
    middle = {name: median(some[WARM:]) for name, some in times.items()}
    line = {
        "bench": bench,
        "floor_s": round(middle["floor"], 5),
        "ours_s": round(middle["ours"], 5),
        "ratio": round(median(a / b for a, b in list(zip(times["ours"], times["floor"], strict=True))[WARM:]), 2),
        "n": answer,
        "units": len(ids),
        "range_s": round(middle["range"], 5),
        "ratio_to_range": round(
            median(a / b for a, b in list(zip(times["ours"], times["range"], strict=True))[WARM:]), 2
        ),
        "permission_s": round(middle["permission"], 5),
        "guardian_s": round(
            guardian(user, ids, lambda units: ask(finish(Posting.objects.filter(village__in=units)))), 5
        ),
    }
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def timed(way: Callable) -> tuple[float, int]:
    began = perf_counter()
    answer = way()
    return perf_counter() - began, answer


def guardian(user: User, ids: list[int], way: Callable) -> float:
    """The same by get_objects_for_user. It knows no tree, so every unit gets a row; all is taken back."""
    permission = Permission.objects.get(content_type__app_label="townships", codename="view_members")
    appointment = user.appointments.get()
    with transaction.atomic():
        have = set(user.unitpermission_set.filter(permission=permission).values_list("content_object_id", flat=True))
        UnitPermission.objects.bulk_create(
            [
                UnitPermission(user=user, permission=permission, content_object_id=pk, appointment=appointment)
                for pk in ids
                if pk not in have
            ],
            batch_size=2_000,
        )
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {UnitPermission._meta.db_table}")
        seconds = median(
            timed(lambda: way(get_objects_for_user(user, "townships.view_members", klass=AdministrativeUnit)))[0]
            for _ in range(GUARDIAN_ROUNDS)
        )
        transaction.set_rollback(True)
    return seconds


if __name__ == "__main__":
    main()
