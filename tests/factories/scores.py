"""Scored weeks: full marks but for what is named."""

from datetime import datetime
from decimal import Decimal

from reports.models import WeeklyScore
from reports.schemes import reference_scheme_row
from reports.scoring import in_cents
from townships.periods import SHANGHAI, Month

OCTOBER = Month.parse("2026-10")
#: After the last week of October 2026 is over.
NOVEMBER_2 = datetime(2026, 11, 2, 8, 30, tzinfo=SHANGHAI)


def score_week_of(posting, week, *, lost=0, final=True, halves_on_duty=10, posted_days=7, rule="night_short"):
    """A stored score of one posting: `lost` points off lodging for nights not kept."""
    scheme = reference_scheme_row()
    lost = Decimal(lost)
    dimensions = {}
    for dimension in scheme.document["dimensions"]:
        taken = lost if dimension["key"] == "lodging" else Decimal(0)
        cut = {"rule": rule, "label": "少住一夜", "points": in_cents(taken), "count": 1, "dates": [], "note": ""}
        dimensions[dimension["key"]] = {
            "base": dimension["base"],
            "score": in_cents(Decimal(dimension["base"]) - taken),
            "deductions": [cut] if taken else [],
        }
    row, _ = WeeklyScore.objects.update_or_create(
        cadre=posting.cadre,
        township=posting.village.parent,
        week=str(week),
        defaults={
            "posting": posting,
            "village": posting.village,
            "total": 100 - lost,
            "dimensions": dimensions,
            "facts": {"posted_days": posted_days, "halves_on_duty": halves_on_duty},
            "final": final,
            "scheme": scheme,
            "fingerprint": "",
            "computed_at": NOVEMBER_2,
        },
    )
    return row


def score_month_of(posting, *, lost=0, month=OCTOBER, **facts):
    """Every week of the month; `lost` in the first."""
    for number, week in enumerate(month.weeks):
        score_week_of(posting, week, lost=0 if number else lost, **facts)
