"""A page costs the same number of queries for 10 people as for 300; the numbers are checked in."""

import json
import os
from datetime import date, timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from attendance.models import CheckIn, LeaveRequest, SheetMark, SpotCheckResult, WeeklySheet
from cadres.models import Cadre, CorrectionRequest, Posting
from tests.factories import UnitFactory, id_number
from tests.factories.scores import score_week_of
from townships.periods import Week

KEPT = Path(__file__).with_name("query_counts.json")
TODAY = date(2026, 11, 24)
WEEKS = [Week.of(TODAY).shifted(-1), Week.of(TODAY)]

#: page → (who, route, arguments)
PAGES = {
    "township home": ("secretary", "reports:unit", "township"),
    "county home": ("county", "reports:unit", "county"),
    "roles": ("county", "townships:roles", "county"),
    "role": ("county", "townships:role", "county key"),
    "people": ("secretary", "cadres:people", "township"),
    "people of a county": ("county", "cadres:people", "county"),
    "leave": ("secretary", "attendance:leaves", "township"),
    "grid": ("secretary", "attendance:grid_month", "township month"),
    "contradictions": ("secretary", "attendance:contradictions", "township"),
    "weekly sheets": ("secretary", "attendance:sheet", "township week"),
    "scores": ("secretary", "reports:scores_week", "township week"),
    "squad home": ("squad_leader", "reports:squad_home", ""),
    "team home": ("leader", "reports:team_home", ""),
    "institution home": ("institution_officer", "reports:institution_home", ""),
    "person": ("secretary", "reports:person", "cadre"),
    "person's attendance": ("secretary", "reports:person_tab", "cadre attendance"),
    "corrections": ("secretary", "cadres:corrections", "township"),
    "own data": ("member", "reports:my_data", ""),
    "check-in": ("member", "attendance:check_in", ""),
}


def _people(villages, institution, count: int) -> list[Posting]:
    """People in some villages, in bulk."""
    start = Cadre.objects.count() + 50_000  # far from the factories' numbers
    cadres = Cadre.objects.bulk_create(
        [Cadre(name=f"队员{start + n}", id_number=id_number(start + n), phone="13800000000") for n in range(count)]
    )
    rows = [
        Posting(
            cadre=one, village=villages[n % len(villages)], dispatching_institution=institution,
            begins=date(2026, 3, 1), dispatch_level="县级", lodging="村委办公楼", team_role="队员",
        )
        for n, one in enumerate(cadres)
    ]  # fmt: skip
    return Posting.objects.bulk_create(rows)


def _evidence(postings: list[Posting], sheets: dict) -> None:
    """Marks and check-ins of two weeks; for some a contradiction, a leave waiting, a leave overdue."""
    days = [day for week in WEEKS for day in week.days if day <= TODAY]
    SheetMark.objects.bulk_create(
        SheetMark(sheet=sheets[one.village_id, str(Week.of(day))], posting=one, day=day, am="√", pm="√")
        for one in postings
        for day in days
    )
    CheckIn.objects.bulk_create(
        CheckIn(
            posting=one,
            client_id=f"{one.pk}-{day}",
            made_at=timezone.now(),
            received_at=timezone.now(),
            day=day,
            minute=500,
        )
        for one in postings
        for day in days
    )
    SpotCheckResult.objects.bulk_create(
        SpotCheckResult(
            posting=one, checked_at=timezone.now() - timedelta(days=2), day=TODAY - timedelta(days=4), half="am",
            minute=600, method="onsite", finding="absent",
        )
        for one in postings[::5]
    )  # fmt: skip
    LeaveRequest.objects.bulk_create(_leave(one, "pending", TODAY + timedelta(days=2)) for one in postings[1::5])
    LeaveRequest.objects.bulk_create(_leave(one, "approved", TODAY - timedelta(days=4)) for one in postings[2::5])
    CorrectionRequest.objects.bulk_create(
        CorrectionRequest(cadre=one.cadre, field="major", value_wanted="农学", reason="无", requested_at=timezone.now())
        for one in postings[::5]
    )
    for one in postings:
        score_week_of(one, str(WEEKS[0]), lost=1)


def _leave(posting: Posting, state: str, day: date) -> LeaveRequest:
    return LeaveRequest(
        posting=posting, state=state, begins_on=day, ends_on=day, days=1, counted_days=1, applied_at=timezone.now(),
        awaiting_role="township_secretary" if state == "pending" else "",
    )  # fmt: skip


@pytest.fixture
def cast(county, secretary, squad_leader, leader, institution_officer, member):
    names = ("county", "secretary", "squad_leader", "leader", "institution_officer", "member")
    with time_machine.travel(f"{TODAY}T12:00:00+08:00", tick=False):
        yield dict(zip(names, (county, secretary, squad_leader, leader, institution_officer, member), strict=True))


def _cost(client, user, address: str) -> int:
    client.force_login(user)
    client.get(address)
    cache.clear()
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
    assert answer.status_code == 200
    return len(captured)


def _costs(client, cast, things) -> dict[str, int]:
    return {
        page: _cost(client, cast[who], reverse(route, args=[things[word] for word in words.split()]))
        for page, (who, route, words) in PAGES.items()
    }


@pytest.mark.outside_the_wall
def test_300_people_cost_what_10_cost(client, cast, tree, institution, posting):
    villages = [tree.village, *(UnitFactory(level="village", name=f"第{n}村", parent=tree.township) for n in range(9))]
    sheets = {
        (village.pk, str(week)): WeeklySheet.objects.create(unit=village, week=str(week))
        for village in villages
        for week in WEEKS
    }
    things = {
        "county": tree.county.division_code,
        "township": tree.township.division_code,
        "month": "2026-11",
        "week": str(WEEKS[0]),
        "cadre": posting.cadre_id,
        "attendance": "attendance",
        "key": "township_clerk",
    }
    _evidence([posting, *_people(villages, institution, 9)], sheets)
    few = _costs(client, cast, things)
    _evidence(_people(villages, institution, 290), sheets)
    many = _costs(client, cast, things)
    assert many == few
    if os.environ.get("KEEP_QUERY_COUNTS"):
        KEPT.write_text(json.dumps(many, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert many == json.loads(KEPT.read_text(encoding="utf-8"))
