"""The nation for benchmarks of access: 600,000 units, 560,000 people, an office's account at every unit above a village.

Everybody and every place is invented; division codes and identity numbers begin with digits that no province has.
The same rows come out at every run, written with COPY on PostgreSQL and executemany on SQLite.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count, islice
from time import perf_counter

from django.contrib.auth.models import Permission
from django.core.management.color import no_style
from django.db import connection, models, transaction

from cadres.models import Cadre, Posting
from cadres.roster.identity import check_digit
from townships.models import AdministrativeUnit, Appointment, Institution, UnitPermission, User
from townships.paths import child
from townships.roles import CAPABILITIES, ROLES

UNITS, PEOPLE = 600_000, 560_000
COUNTIES_A_CITY, TOWNSHIPS_A_COUNTY, INSTITUTIONS_A_COUNTY = 8, 13, 20
TEAM = 3
#: Two digits that no province has, and so no living person's number begins with.
PROVINCES = (
    *range(16, 21),
    *range(24, 31),
    *range(38, 41),
    *range(47, 50),
    *range(55, 61),
    *range(66, 71),
    *range(72, 77),
)
#: Levels with an office, and the role of its account.
OFFICES = {
    "province": "province_organization",
    "city": "city_organization",
    "county": "county_organization",
    "township": "township_secretary",
}
SINCE, BEFORE, UNTIL = "2026-03-01", "2024-03-01", "2026-02-01"
#: Every fifth person was elsewhere before; every fiftieth in another county.
MOVED, MOVED_FAR = 5, 50
#: Every tenth person has an account.
WITH_ACCOUNT = 10

SURNAMES = (
    "赵钱孙李周吴郑王冯陈蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳"
)
GIVEN = "一丁三上下万丰书云仁伟佳俊光兰兴军冬刚利力勇华卫友发启吉和国坚培声夏天娟婷宁安宏家富小岚岩峰川平广庆建强彬德志忠怡思悦惠慧成才"
PLACES = "龙塘大同白石青山新安长岭太平古丁六城双河三江马路沙田黄竹水口高峰松林石桥东风西屯南坡北流上坪下坝前进后湾金鸡银杏乐业和顺永福安良"
LEVELS, LODGINGS = ("自治区级", "市级", "县级", "县级"), ("村委办公楼", "教学点", "村民家", "")


@dataclass(frozen=True)
class Place:
    """A unit as the generator needs it again."""

    pk: int
    code: str
    path: str
    level: str


def make_nation(units: int = UNITS, people: int = PEOPLE) -> float:
    """Fill an empty, migrated database; one that holds a nation is left as it is. Seconds it took."""
    began = perf_counter()
    if AdministrativeUnit.objects.exists():
        return 0.0
    with transaction.atomic():
        places = list(_make_units(units))
        _make_institutions([one for one in places if one.level == "county"])
        villages = [one for one in places if one.level == "village"]
        _make_people(villages, people)
        _make_accounts([one for one in places if one.level in OFFICES], people)
        _set_sequences()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM ANALYZE")
        else:
            cursor.execute("ANALYZE")
    return perf_counter() - began


def _make_units(units: int) -> Iterator[Place]:
    """Provinces of four to sixteen cities; what is left over to `units` is villages, spread evenly."""
    numbers = count(1)
    places: list[tuple[Place, int | None, str]] = []

    def add(above: Place | None, n: int, level: str, head: str, ending: str) -> Place:
        pk = next(numbers)
        place = Place(pk, head.ljust(12, "0"), child(above.path if above else "", n), level)
        places.append((place, above and above.pk, _place_name(pk) + ending))
        return place

    townships = []
    for p, digits in enumerate(PROVINCES):
        province = add(None, p + 1, "province", f"{digits}", "省")
        for c in range(1, 4 + p * 7 % 13 + 1):
            city = add(province, c, "city", f"{digits}{c:02}", "市")
            for k in range(1, COUNTIES_A_CITY + 1):
                county = add(city, k, "county", f"{digits}{c:02}{k:02}", "县")
                townships += [
                    add(county, t, "township", f"{county.code[:6]}{100 + t}", "镇")
                    for t in range(1, TOWNSHIPS_A_COUNTY + 1)
                ]
    villages = units - len(places)
    for t, township in enumerate(townships):
        for v in range(1, (t + 1) * villages // len(townships) - t * villages // len(townships) + 1):
            add(township, v, "village", f"{township.code[:9]}{200 + v}", "村")
    _write(
        AdministrativeUnit,
        ["id", "level", "division_code", "name", "parent_id", "path"],
        ((one.pk, one.level, one.code, name, parent, one.path) for one, parent, name in places),
    )
    return (place for place, _, _ in places)


def _place_name(n: int) -> str:
    return PLACES[n % len(PLACES)] + PLACES[n * 7 // 3 % len(PLACES)]


def _person_name(n: int) -> str:
    given = GIVEN[n * 13 % len(GIVEN)] + (GIVEN[n * 31 // 7 % len(GIVEN)] if n % 3 else "")
    return SURNAMES[n * 17 // 5 % len(SURNAMES)] + given


def _make_institutions(counties: list[Place]) -> None:
    rows = (
        (i * INSTITUTIONS_A_COUNTY + n + 1, f"第{n + 1}局", f"第{n + 1}局", county.pk)
        for i, county in enumerate(counties)
        for n in range(INSTITUTIONS_A_COUNTY)
    )
    _write(Institution, ["id", "name", "normalised_name", "unit_id"], rows)


def _make_people(villages: list[Place], people: int) -> None:
    """Teams of three, spread over the villages; running postings first, then the ended ones."""
    teams = -(-people // TEAM)
    homes = [villages[n // TEAM * len(villages) // teams] for n in range(people)]
    accounts = range(0, people, WITH_ACCOUNT)
    _write(
        User,
        ["id", "username", "password", "display_name"],
        ((n + 1, f"m{n + 1:06}", "!", _person_name(n)) for n in accounts),
    )
    _write(
        Cadre,
        ["id", "name", "id_number", "sex", "phone", "user_id"],
        (
            (
                n + 1,
                _person_name(n),
                _id_number(n, home),
                "男女"[n % 2],
                f"199{n:08}",
                None if n % WITH_ACCOUNT else n + 1,
            )
            for n, home in enumerate(homes)
        ),
    )
    _write(
        Posting,
        ["id", "cadre_id", "village_id", "dispatching_institution_id", "dispatch_level", "team_role", "lodging", "begins", "ends", "extra"],
        _postings(homes, villages),
    )  # fmt: skip


def _id_number(n: int, home: Place) -> str:
    born = date(1965, 1, 1) + timedelta(days=n * 37 % 13_000)
    first = f"{home.code[:6]}{born:%Y%m%d}{n % 1000:03}"
    return first + check_digit(first)


def _postings(homes: list[Place], villages: list[Place]) -> Iterator[tuple]:
    institutions = {}
    for n, home in enumerate(homes):
        first = institutions.setdefault(home.code[:6], len(institutions) * INSTITUTIONS_A_COUNTY + 1)
        role = "队员" if n % TEAM else "队长"
        facts = (first + n % INSTITUTIONS_A_COUNTY, LEVELS[n % len(LEVELS)], role, LODGINGS[n // 3 % len(LODGINGS)])
        yield (n + 1, n + 1, home.pk, *facts, SINCE, None, "{}")
    numbers = count(len(homes) + 1)
    for n in range(0, len(homes), MOVED):
        before = homes[n * 7 % len(homes)] if n % MOVED_FAR == 0 else homes[max(n - TEAM, 0)]
        yield (next(numbers), n + 1, before.pk, None, "县级", "队员", "", BEFORE, UNTIL, "{}")


def _make_accounts(offices: list[Place], start: int) -> None:
    """One account an office, with its appointment and the guardian rows that the role stands for."""
    _write(
        User,
        ["id", "username", "password", "display_name"],
        ((start + n, one.code, "!", _person_name(n)) for n, one in enumerate(offices, 1)),
    )
    _write(
        Appointment,
        ["id", "user_id", "role", "acts_as", "title", "unit_id", "begins"],
        ((n, start + n, *_terms(OFFICES[one.level]), one.pk, SINCE) for n, one in enumerate(offices, 1)),
    )
    permissions = Permission.objects.filter(content_type__app_label="townships", codename__in=CAPABILITIES)
    by_name = dict(permissions.values_list("codename", "pk"))
    of_level = {level: sorted(by_name[name] for name in ROLES[role].capabilities) for level, role in OFFICES.items()}
    rows = (
        (start + n, permission, one.pk, n) for n, one in enumerate(offices, 1) for permission in of_level[one.level]
    )
    _write(
        UnitPermission,
        ["id", "user_id", "permission_id", "content_object_id", "appointment_id"],
        ((pk, *row) for pk, row in enumerate(rows, 1)),
    )


def _terms(role: str) -> tuple[str, str, str]:
    """A standard role as an appointment keeps it."""
    return role, role, ROLES[role].name


def _write(model: type[models.Model], columns: list[str], rows: Iterable[tuple]) -> None:
    """Bulk rows; a column not named gets the default of its field."""
    rest = [field for field in model._meta.concrete_fields if field.attname not in columns]
    defaults = tuple(_default(field) for field in rest)
    names = [model._meta.get_field(name).column for name in columns] + [field.column for field in rest]
    listed = ", ".join(f'"{name}"' for name in names)
    table = model._meta.db_table
    full = ((*row, *defaults) for row in rows)
    parts = iter(lambda: list(islice(full, 20_000)), [])
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f'COPY "{table}" ({listed}) FROM STDIN') as copy:
                for some in parts:
                    copy.write("".join("\t".join(map(_text, row)) + "\n" for row in some))
        else:
            marks = ", ".join(["%s"] * len(names))
            for some in parts:
                cursor.executemany(f'INSERT INTO "{table}" ({listed}) VALUES ({marks})', some)


def _default(field: models.Field):
    value = field.get_default()
    return json.dumps(value) if isinstance(field, models.JSONField) else field.get_db_prep_save(value, connection)


def _text(value) -> str:
    """A value in the text format of COPY; nothing of ours needs escaping."""
    if value is None:
        return "\\N"
    return str(value)


def _set_sequences() -> None:
    made = [AdministrativeUnit, Institution, User, Cadre, Posting, Appointment, UnitPermission]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), made):
            cursor.execute(statement)
