"""The API as a program calls it: by token, JSON in and out."""

from datetime import date, datetime

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from attendance.actions.apply_for_leave import apply_for_leave
from attendance.models import CheckIn, SheetMark, SpotCheck, WeeklySheet
from cadres import proofs
from cadres.models import CorrectionRequest
from reports.actions.compile_bulletin import compile_bulletin
from tests.factories.scores import OCTOBER, score_week_of
from townships.actions.delegate import delegate
from townships.actions.issue_token import issue_token
from townships.models import Appointment
from townships.periods import SHANGHAI

ROOT = "/api/v1/"
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=SHANGHAI)
WHO = ("county", "secretary", "clerk", "squad_leader", "leader", "auditor", "institution_officer", "member", "outsider")


class Caller(Client):
    """A client that sends one account's token, and speaks JSON."""

    def __init__(self, user=None, **kwargs):
        super().__init__(**kwargs)
        self.token = issue_token(user=user, name="测试", days=1, at=timezone.now())[1] if user else ""

    def call(self, method: str, address: str, data=None, **extra):
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        fields = {"content_type": "application/json", "data": data or {}} if method != "GET" else {"data": data or {}}
        return getattr(super(), method.lower())(f"{ROOT}{address}", headers=headers, **fields, **extra)

    def read(self, address: str, **query):
        return self.call("GET", address, query)

    def send(self, address: str, **data):
        return self.call("POST", address, data)


@pytest.fixture(autouse=True)
def noon():
    cache.clear()
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def calling(db):
    """`calling(user)` gives a caller; `calling()` a stranger without a token."""
    return Caller


@pytest.fixture
def cast(county, secretary, clerk, squad_leader, leader, auditor, institution_officer, member, outsider):
    people = (county, secretary, clerk, squad_leader, leader, auditor, institution_officer, member, outsider)
    return dict(zip(WHO, people, strict=True))


@pytest.fixture
def things(cast, tree, posting) -> dict:
    """What addresses and bodies name."""
    leave = apply_for_leave(
        posting=posting, kind="personal", begins_on=date(2026, 11, 25), ends_on=date(2026, 11, 25),
        actor=posting.cadre.user, at=NOON, reason="家中有事",
    )  # fmt: skip
    for week in OCTOBER.weeks:
        score_week_of(posting, str(week))
    bulletin = compile_bulletin(unit=tree.township, month=OCTOBER, now=NOON)
    sheet = WeeklySheet.objects.create(unit=tree.village, week="2026-W47")
    SheetMark.objects.create(sheet=sheet, posting=posting, day=date(2026, 11, 23), am="√", pm="√")
    CheckIn.objects.create(
        posting=posting, client_id="一", made_at=NOON, received_at=NOON, day=NOON.date(), minute=720,
        latitude=23.1, longitude=108.2, datum="WGS84",
    )  # fmt: skip
    check = SpotCheck.objects.create(
        unit=tree.village, day=NOON.date(), seed="s", commitment="c",
        villages=[{"code": tree.village.division_code, "name": tree.village.name}],
        people=[{
            "id_number": posting.cadre.id_number, "name": posting.cadre.name, "village": tree.village.name,
            "code": tree.village.division_code,
        }],
    )  # fmt: skip
    # Of December, so that today everybody holds what is his own.
    secretary = Appointment.objects.get(user=cast["secretary"])
    (delegation,) = delegate(
        appointments=[secretary], user=cast["squad_leader"], begins=date(2026, 12, 1), ends=date(2026, 12, 8),
        reason="外出开会", actor=cast["secretary"], today=NOON.date(),
    )  # fmt: skip
    correction = CorrectionRequest.objects.create(
        cadre=posting.cadre, field="major", value_wanted="农学", reason="毕业证为准", requested_at=NOON,
        proof=proofs.keep(b"%PDF-1.4"),
    )  # fmt: skip
    return {
        "township": tree.township.division_code,
        "village": tree.village.division_code,
        "cadre": posting.cadre_id,
        "posting": posting.pk,
        "leave": leave.pk,
        "correction": correction.pk,
        "sheet": sheet.pk,
        "check": check.pk,
        "bulletin": bulletin.pk,
        "appointment": secretary.pk,
        "delegate": cast["squad_leader"].pk,
        "delegation": delegation.pk,
    }
