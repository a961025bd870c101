"""Importing 10,000 roster rows, against reading the same cells with the same reader library and one bulk insert.

Goal: at most 4 times the floor, below 200 MB. Beside it, in the same run, django-import-export's defaults on the same
cells into the same flat table. The floor checks nothing, knows nobody and keeps no history.
"""

import io
import json
import os
import resource
import sys
from contextlib import contextmanager
from time import perf_counter

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

import tablib  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, models, transaction  # noqa: E402
from import_export import resources  # noqa: E402
from python_calamine import CalamineWorkbook  # noqa: E402

from cadres.actions.import_roster import import_roster  # noqa: E402
from cadres.models import Cadre, Posting  # noqa: E402
from cadres.roster.columns import ROSTER  # noqa: E402
from cadres.roster.identity import birth_month_of, check_digit, sex_of  # noqa: E402
from cadres.roster.workbook_out import write_roster  # noqa: E402
from townships.models import AdministrativeUnit  # noqa: E402
from townships.paths import child  # noqa: E402

PEOPLE, VILLAGES, INSTITUTIONS = 10_000, 400, 120
ROUNDS = 3
KEYS = [column.key for column in ROSTER.columns]


class FlatRow(models.Model):
    """A roster row as it stands: what the floor inserts and the library's defaults import."""

    class Meta:
        app_label = "cadres"

    def __str__(self) -> str:
        return self.name


for _key in KEYS:
    FlatRow.add_to_class(_key, models.CharField(max_length=100, blank=True, unique=_key == "id_number"))


def people(count: int = PEOPLE):
    for n in range(count):
        born = f"{1965 + n % 35}{1 + n % 12:02d}{1 + n % 28:02d}"
        first = f"4599{n // 999 % 100:02d}{born}{n % 999 + 1:03d}"
        number = first + check_digit(first)
        yield {
            "name": "韦黄覃农陆蒙莫蓝"[n % 8] + "文武秀兰建国永康"[n // 8 % 8] + "英杰宁远芳华平安"[n // 64 % 8],
            "sex": sex_of(number),
            "ethnicity": ("汉族", "壮", "瑶族")[n % 3],
            "birth_month": birth_month_of(number).replace("-", "."),
            "id_number": number,
            "political_status": ("党员", "群众", "中共预备党员")[n % 3],
            "education": ("本科", "大专", "研究生")[n % 3],
            "major": ("农学", "会计", "法学", "土木工程")[n % 4],
            "dispatching_institution": f"县第{n % INSTITUTIONS + 1}局",
            "position": ("科员", "副主任", "四级主任科员")[n % 3],
            "dispatch_level": ("县", "县级", "省级", "镇级")[n % 4],
            "village": f"第{n % VILLAGES + 1}村",
            "team_role": ("队员", "第一书记", "工作队长")[n % 3],
            "phone": f"138 {n:08d}",
            "start_date": ("2026年3月1日", "2026-03-01", "2026.3.15")[n % 3],
            "end_date": "",
            "lodging": ("村委办公楼", "教学点", "群众家")[n % 3],
        }


def county() -> AdministrativeUnit:
    unit = None
    for level, code in (("province", "450000000000"), ("city", "459900000000"), ("county", "459901000000")):
        path = child(unit.path if unit else "", 1)
        unit = AdministrativeUnit.objects.create(level=level, division_code=code, name=level, parent=unit, path=path)
    towns = [
        AdministrativeUnit(
            level="township",
            division_code=f"459901{t + 100}000",
            name=f"第{t}镇",
            parent=unit,
            path=child(unit.path, t),
        )
        for t in range(1, VILLAGES // 20 + 1)
    ]
    AdministrativeUnit.objects.bulk_create(towns)
    AdministrativeUnit.objects.bulk_create(
        AdministrativeUnit(
            level="village",
            division_code=f"459901{100 + v // 20 + 1}{v % 20 + 201}",
            name=f"第{v + 1}村",
            parent=towns[v // 20],
            path=child(towns[v // 20].path, v % 20 + 1),
        )
        for v in range(VILLAGES)
    )
    return unit


def cells(content: bytes) -> list[list]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()[2:]


def floor(content: bytes) -> None:
    with transaction.atomic():
        FlatRow.objects.bulk_create(FlatRow(**dict(zip(KEYS, row[1:], strict=True))) for row in cells(content))


class FlatResource(resources.ModelResource):
    class Meta:
        model = FlatRow
        import_id_fields = ["id_number"]
        fields = KEYS


def library_defaults(content: bytes) -> None:
    dataset = tablib.Dataset(*(row[1:] for row in cells(content)), headers=KEYS)
    result = FlatResource().import_data(dataset, raise_errors=True)
    if result.totals["new"] != PEOPLE:
        raise AssertionError(result.totals)


def ours(unit: AdministrativeUnit, content: bytes) -> None:
    report = import_roster(unit=unit, content=content, filename="花名册.xlsx")
    if report.created != PEOPLE or not report.committed:
        raise AssertionError(report.to_json())


def unchanged(unit: AdministrativeUnit, content: bytes) -> None:
    report = import_roster(unit=unit, content=content, filename="花名册.xlsx")
    if report.unchanged != PEOPLE:
        raise AssertionError(report.to_json())


@contextmanager
def taking(times: list[float]):
    start = perf_counter()
    yield
    times.append(perf_counter() - start)


def empty(*tables: type[models.Model]) -> None:
    with connection.cursor() as cursor:
        for model in tables:
            cursor.execute(f"DELETE FROM {model._meta.db_table}")


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    call_command("migrate", verbosity=0)
    unit = county()
    content = write_roster(people(), title="花名册")
    tables = (Posting, Cadre, Posting.history.model, Cadre.history.model)
    before = peak_mb()
    ours_s, again_s, floor_s, library_s = [], [], [], []
    for _ in range(ROUNDS):
        empty(*tables)
        with taking(ours_s):
            ours(unit, content)
    peak = peak_mb()
    with taking(again_s):
        unchanged(unit, content)
    with connection.schema_editor() as editor:
        editor.create_model(FlatRow)
    for _ in range(ROUNDS):
        empty(FlatRow)
        with taking(floor_s):
            floor(content)
    empty(FlatRow)
    with taking(library_s):
        library_defaults(content)
    say("import_roster", min(floor_s), min(ours_s), peak_mb=round(peak), before_mb=round(before))
    say("import_roster unchanged", min(floor_s), min(again_s))
    say("import_roster django-import-export defaults", min(floor_s), min(library_s))


def say(bench: str, floor_s: float, ours_s: float, **more) -> None:
    line = {
        "bench": bench,
        "floor_s": round(floor_s, 3),
        "ours_s": round(ours_s, 3),
        "ratio": round(ours_s / floor_s, 2),
    }
    sys.stdout.write(json.dumps({**line, "n": PEOPLE, **more}, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
