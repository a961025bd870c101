"""Papers for the documents: the smallest plausible month, differences named. No database."""

from datetime import date, timedelta
from decimal import Decimal

from reports.documents.agency import agency_of
from reports.documents.paper import BulletinPaper, PaperDeduction, PaperList, PaperRow, PaperWeek

MONDAY = date(2026, 9, 28)
DIMENSIONS = {"lodging": "住村", "attendance": "考勤", "discipline": "守纪", "duty": "履职"}


def weeks(count=5):
    days = [MONDAY + timedelta(weeks=n) for n in range(count)]
    return tuple(PaperWeek(f"2026-W{40 + n}", day, day + timedelta(days=6)) for n, day in enumerate(days))


def deduction(points="5", *, count=1, label="少住一夜", dimension="lodging", trigger="night_short"):
    return PaperDeduction(trigger, label, dimension, trigger, count, Decimal(points))


def row(key, *, name=None, village="大同村", place=None, lost=(), reason="", shared=False, of=5):
    """A person's line; what he lost, he lost in the first week."""
    points = sum((each.points for each in lost), Decimal(0))
    totals = {week.week: Decimal(100) for week in weeks(of)}
    totals["2026-W40"] -= points
    return PaperRow(
        key=key,
        name=name or f"队员{key:02}",
        village=village,
        totals=totals,
        total=sum(totals.values(), Decimal(0)),
        deductions=tuple(lost),
        place=place,
        shared=shared,
        reason=reason,
    )


def paper(people=7, *, level="township", name="大同镇", parent="样例县", **fields):
    """A month in which the person in place n lost n - 1 times five points."""
    ranking = tuple(
        row(n, place=n, lost=[deduction(5 * (n - 1), count=n - 1)] if n > 1 else []) for n in range(1, people + 1)
    )
    agency = agency_of(level, name, parent)
    defaults = {
        "agency": agency,
        "year": 2026,
        "month": 10,
        "number": f"{agency.number_prefix}〔2026〕3号",
        "issued_on": date(2026, 11, 2),
        "scheme": "周进度考评办法",
        "weeks": weeks(),
        "dimensions": DIMENSIONS,
        "full_marks": Decimal(500),
        "ranking": ranking,
        "red": PaperList(ranking[:3]),
        "black": PaperList(tuple(reversed(ranking[3:][-3:]))),
    }
    return BulletinPaper(**defaults | fields)
