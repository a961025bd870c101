"""Importing 100,000 roster rows of 20 columns, against reading the same cells with the same reader and one bulk insert.

Goals: at most 3 times the floor, below 300 MB, at least 4 times the rows per second of django-import-export's defaults in
the same run. The defaults are run on 10,000 rows of the same file and reckoned by the row: `extrapolated` says so. The
floor checks nothing, knows nobody, keeps no history, and holds all rows in memory at once.
"""

import io
import itertools
import json
import sys

import tablib
from django.core.management import call_command
from django.db import connection, models, transaction
from import_export import resources
from python_calamine import CalamineWorkbook

from bench.importing import KEYS, county, empty, peak_mb, people, taking  # sets Django up; before any model
from cadres.actions.import_roster import import_roster
from cadres.models import Cadre, Posting
from cadres.roster.workbook_out import EXTRA, write_roster

PEOPLE, DEFAULTS_ON = 100_000, 10_000
ROUNDS = 2
EXTRAS = ("备注", "微信")
COLUMNS = ["serial", *KEYS, "note", "wechat"]


class WideRow(models.Model):
    """A roster row as it stands, 20 columns."""

    class Meta:
        app_label = "cadres"

    def __str__(self) -> str:
        return self.name


for _key in COLUMNS:
    WideRow.add_to_class(_key, models.CharField(max_length=100, blank=True, unique=_key == "id_number"))


class WideResource(resources.ModelResource):
    class Meta:
        model = WideRow
        import_id_fields = ["id_number"]
        fields = COLUMNS


def roster() -> bytes:
    more = {f"{EXTRA}备注": "续派", f"{EXTRA}微信": "wx"}
    return write_roster((row | more for row in people(PEOPLE)), title="花名册", extras=EXTRAS)


def cells(content: bytes) -> list[list]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()[2:]


def floor(content: bytes) -> None:
    with transaction.atomic():
        WideRow.objects.bulk_create(WideRow(**dict(zip(COLUMNS, row, strict=True))) for row in cells(content))


def library_defaults(rows: list[list]) -> None:
    result = WideResource().import_data(tablib.Dataset(*rows, headers=COLUMNS), raise_errors=True)
    if result.totals["new"] != DEFAULTS_ON:
        raise AssertionError(result.totals)


def ours(unit, content: bytes, *, created: int) -> None:
    report = import_roster(unit=unit, content=content, filename="花名册.xlsx", keep_rows=False)
    if (report.created, report.unchanged) != (created, PEOPLE - created):
        raise AssertionError(report.to_json())


def measured(content: bytes) -> dict[str, float]:
    unit = county()
    ours_s, again_s, floor_s, library_s = [], [], [], []
    for _ in range(ROUNDS):
        empty(Posting, Cadre, Posting.history.model, Cadre.history.model)
        with taking(ours_s):
            ours(unit, content, created=PEOPLE)
    with taking(again_s):
        ours(unit, content, created=0)
    peak = peak_mb()
    with connection.schema_editor() as editor:
        editor.create_model(WideRow)
    for _ in range(ROUNDS):
        empty(WideRow)
        with taking(floor_s):
            floor(content)
    empty(WideRow)
    rows = list(itertools.islice(cells(content), DEFAULTS_ON))
    with taking(library_s):
        library_defaults(rows)
    return {
        "ours": min(ours_s), "again": again_s[0], "floor": min(floor_s), "library": library_s[0], "peak": peak
    }  # fmt: skip


def main() -> None:
    call_command("migrate", verbosity=0)
    content = roster()
    before = peak_mb()
    found = measured(content)
    by_row = found["library"] / DEFAULTS_ON * PEOPLE
    say("import_roster 100,000 rows", found, "ours", peak_mb=round(found["peak"]), before_mb=round(before))
    say("import_roster 100,000 rows unchanged", found, "again")
    say(
        "import_roster 100,000 rows, times the rows per second of django-import-export defaults",
        found,
        "ours",
        defaults_s=round(by_row, 1),
        defaults_n=DEFAULTS_ON,
        extrapolated=True,
        times=round(by_row / found["ours"], 1),
    )


def say(bench: str, found: dict[str, float], which: str, **more) -> None:
    line = {
        "bench": bench,
        "floor_s": round(found["floor"], 3),
        "ours_s": round(found[which], 3),
        "ratio": round(found[which] / found["floor"], 2),
    }
    sys.stdout.write(json.dumps({**line, "n": PEOPLE, **more}, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
