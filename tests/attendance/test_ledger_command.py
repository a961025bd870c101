"""`attendance_ledger` in the form of the contract."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from attendance.models import AttendancePolicy

pytestmark = pytest.mark.django_db
RULES = {
    "required_days": "workdays",
    "nights_per_week": 4,
    "evening_from": "18:00",
    "fence_m": 1000,
    "marks": {"√": "present"},
}


@pytest.mark.parametrize(("sources", "people"), [(["sheet"], 0), (["sheet", "check_in"], 1)])
def test_nights_are_told_only_where_check_ins_are_a_source(tree, posting, sources, people):
    document = {**RULES, "sources": sources}
    AttendancePolicy.objects.create(unit=tree.county, effective_from="2026-01-01", document=document)
    out = StringIO()
    call_command("attendance_ledger", "--unit", tree.township.division_code, "--week", "2026-W42", "--json", stdout=out)
    ledger = json.loads(out.getvalue())
    assert (len(ledger["days"]), len(ledger["nights"])) == (7, people)
