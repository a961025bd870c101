"""Scoring and storing one week, against merely reading the same evidence rows once with a bare cursor.

Goal: at most 3 times the reading, and flat per person from 500 to 20,000 members.
"""

import gc
import json
import os
import random
import sys
from datetime import UTC, date, datetime, timedelta
from time import perf_counter

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from attendance.models import CheckIn, Fence, LeaveRequest, SheetMark, SpotCheckResult, WeeklySheet  # noqa: E402
from cadres.models import Cadre, Posting  # noqa: E402
from reports.actions.score_week import score_week  # noqa: E402
from reports.models import WeeklyScore  # noqa: E402
from townships.models import AdministrativeUnit  # noqa: E402
from townships.paths import child  # noqa: E402
from townships.periods import SHANGHAI, Week  # noqa: E402

WEEK = Week.parse("2026-W43")
NOW = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
SIZES = (500, 5_000, 20_000)
PER_VILLAGE, PER_TOWNSHIP = 3, 20
ROUNDS = 5
TABLES = {
    CheckIn: "voided_at IS NULL AND day BETWEEN %s AND %s",
    SheetMark: "superseded_at IS NULL AND day BETWEEN %s AND %s",
    SpotCheckResult: "superseded_at IS NULL AND day BETWEEN %s AND %s",
    LeaveRequest: "state = 'approved' AND ends_on >= %s AND begins_on <= %s",
}
# The columns that judging needs; reading no others is the strictest floor there is.
NEEDED = {
    CheckIn: "posting_id, day, minute, latitude, longitude, accuracy_m, late_upload",
    SheetMark: "posting_id, day, am, pm",
    SpotCheckResult: "posting_id, day, half, minute, method, finding, id",
    LeaveRequest: "posting_id, begins_on, begins_half, ends_on, ends_half, returned_on",
}


def main() -> None:
    call_command("migrate", verbosity=0)
    sys.stderr.write("making people and evidence\n")
    county = make_county()
    villages = make_villages(county, -(-SIZES[-1] // PER_VILLAGE))
    made = 0
    for size in SIZES:
        grow(villages, made, size)
        made = size
        measure(county, size)


def measure(county: AdministrativeUnit, size: int) -> None:
    """Fastest of some rounds each; every scoring starts without stored scores."""
    floors, strict, ours, rows = [], [], [], 0
    for _ in range(ROUNDS):
        seconds, rows = read_once(dict.fromkeys(TABLES, "*"))
        floors.append(seconds)
        strict.append(read_once(NEEDED)[0])
        WeeklyScore.objects.all().delete()
        gc.collect()
        began = perf_counter()
        result = score_week(unit=county, week=WEEK, now=NOW)
        ours.append(perf_counter() - began)
        if result.tally.created != size:
            raise SystemExit(f"{result.tally.created} scored of {size}")
    floor, best = min(floors), min(ours)
    line = {
        "bench": "score_week",
        "floor_s": round(floor, 3),
        "ours_s": round(best, 3),
        "ratio": round(best / floor, 2),
        "n": size,
        "rows": rows,
        "us_per_person": round(best / size * 1e6),
        "ratio_to_needed_columns": round(best / min(strict), 2),
    }
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def read_once(columns: dict) -> tuple[float, int]:
    """(seconds, rows) of reading the week's evidence with a bare cursor."""
    began, rows = perf_counter(), 0
    with connection.cursor() as cursor:
        for model, which in TABLES.items():
            cursor.execute(
                f"SELECT {columns[model]} FROM {model._meta.db_table} WHERE {which}", [WEEK.monday, WEEK.sunday]
            )
            while page := cursor.fetchmany(2_000):
                rows += len(page)
    return perf_counter() - began, rows


def make_county() -> AdministrativeUnit:
    above = None
    for level, code in (("province", "450000000000"), ("city", "459900000000"), ("county", "459901000000")):
        path = child(above.path if above else "", 1)
        above = AdministrativeUnit.objects.create(level=level, division_code=code, name=level, parent=above, path=path)
    return above


@transaction.atomic
def grow(villages: list[AdministrativeUnit], start: int, stop: int) -> None:
    """Members number ``start`` to ``stop``, in villages of three, with a week's evidence each."""
    luck = random.Random(start)
    cadres = Cadre.objects.bulk_create(
        [Cadre(name=f"队员{n}", id_number=f"4599{n:014d}") for n in range(start, stop)], batch_size=500
    )
    postings = Posting.objects.bulk_create(
        [
            Posting(cadre=cadre, village=villages[n // PER_VILLAGE], begins=date(2026, 3, 1))
            for n, cadre in enumerate(cadres, start)
        ],
        batch_size=500,
    )
    make_evidence(postings, luck)


def make_villages(county: AdministrativeUnit, count: int) -> list[AdministrativeUnit]:
    """Villages with a fence each, twenty to a township."""
    townships = AdministrativeUnit.objects.bulk_create(
        AdministrativeUnit(
            level="township", division_code=f"46{n:010d}", name=f"{n}镇", parent=county, path=child(county.path, n + 1)
        )
        for n in range(-(-count // PER_TOWNSHIP))
    )
    villages = AdministrativeUnit.objects.bulk_create(
        AdministrativeUnit(
            level="village",
            division_code=f"47{n:010d}",
            name=f"{n}村",
            parent=townships[n // PER_TOWNSHIP],
            path=child(townships[n // PER_TOWNSHIP].path, n % PER_TOWNSHIP + 1),
        )
        for n in range(count)
    )
    Fence.objects.bulk_create(Fence(unit=village, latitude=22.8, longitude=108.3) for village in villages)
    return villages


def make_evidence(postings: list[Posting], luck: random.Random) -> None:
    """About eighteen rows a person: marks of every day, check-ins of most mornings and evenings, some leave, some checks."""
    sheets = {
        village: WeeklySheet.objects.get_or_create(unit_id=village, week=str(WEEK))[0]
        for village in {posting.village_id for posting in postings}
    }
    marks, check_ins, leaves, checks = [], [], [], []
    for posting in postings:
        away = luck.random() < 0.05
        if away:
            leaves.append(leave_of(posting))
        for day in WEEK.days:
            sign = "△" if away else luck.choices("√×△○", (95, 2, 1, 2))[0]
            if luck.random() < 0.97:
                marks.append(SheetMark(sheet=sheets[posting.village_id], posting=posting, day=day, am=sign, pm=sign))
            if not away:
                check_ins += [check_in(posting, day, minute, luck) for minute in (480, 1200) if luck.random() < 0.82]
        if luck.random() < 0.1:
            checks.append(spot_check(posting, luck))
    SheetMark.objects.bulk_create(marks, batch_size=500)
    CheckIn.objects.bulk_create(check_ins, batch_size=500)
    LeaveRequest.objects.bulk_create(leaves, batch_size=500)
    SpotCheckResult.objects.bulk_create(checks, batch_size=500)


def check_in(posting: Posting, day: date, minute: int, luck: random.Random) -> CheckIn:
    at = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI) + timedelta(minutes=minute)
    return CheckIn(
        posting=posting,
        client_id=f"{posting.pk}-{day}-{minute}",
        made_at=at,
        received_at=at,
        day=day,
        minute=minute,
        latitude=22.8 + luck.gauss(0, 0.003),
        longitude=108.3 + luck.gauss(0, 0.003),
        accuracy_m=20.0,
    )


def leave_of(posting: Posting) -> LeaveRequest:
    return LeaveRequest(
        posting=posting,
        begins_on=WEEK.monday,
        ends_on=WEEK.sunday,
        days=7,
        counted_days=7,
        state="approved",
        applied_at=timezone.now(),
        returned_on=WEEK.sunday,
    )


def spot_check(posting: Posting, luck: random.Random) -> SpotCheckResult:
    day = luck.choice(WEEK.days)
    return SpotCheckResult(
        posting=posting,
        checked_at=datetime(day.year, day.month, day.day, 10, tzinfo=SHANGHAI),
        day=day,
        half="am",
        minute=600,
        method=luck.choice(("onsite", "phone")),
        finding=luck.choices(("present", "absent"), (9, 1))[0],
    )


if __name__ == "__main__":
    main()
