"""The numbers of a unit at its level: plain functions over reachable rows, a constant number of queries each."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from urllib.parse import quote

from django.db.models import Avg, Count, Max
from django.urls import reverse

from attendance.ledgers import UnitLedger, ledger_for
from attendance.models import LeaveRequest
from attendance.signs import standing
from cadres.models import Posting, Talk
from reports.charts import Chart, Point, Share, bar_chart
from reports.models import ScoringScheme, WeeklyScore
from townships.models import AdministrativeUnit, Facility
from townships.paths import WIDTH
from townships.periods import Week, week_of

#: Weeks in the small chart.
CHART_WEEKS = 5


@dataclass
class Today:
    """Where the people of one unit are: heads by standing."""

    unit: AdministrativeUnit | None
    standings: Counter = field(default_factory=Counter)

    @property
    def whole(self) -> int:
        return self.standings.total()

    @property
    def present(self) -> int:
        return self.standings["present"]

    @property
    def trip(self) -> int:
        return self.standings["official_trip"]

    @property
    def leave(self) -> int:
        return self.standings["leave"]

    @property
    def rest(self) -> int:
        return self.standings["rest"]

    @property
    def unknown(self) -> int:
        return self.standings["unknown"]

    @property
    def bars(self) -> list[dict]:
        """The row as one split bar: class, start and width in percent."""
        parts, start = [], 0.0
        for name, number in (("present", self.present), ("trip", self.trip), ("leave", self.leave)):
            width = 100 * number / self.whole if self.whole else 0
            parts.append({"name": name, "x": round(start, 2), "width": round(width, 2)})
            start += width
        return parts


@dataclass(frozen=True)
class Days:
    """The ledger of the days a first page needs: from a Monday at least a week back until today."""

    ledger: UnitLedger
    day: date

    @classmethod
    def of(cls, user, unit, day: date, *, weeks_back: int = 1) -> "Days":
        first = week_of(day).shifted(-weeks_back).monday
        postings = Posting.objects.reachable_by(user, "view_members")
        return cls(ledger_for(unit=unit, first=first, last=day, today=day, postings=postings), day)

    def by_path(self, day: date, length: int) -> dict[str, Counter]:
        """Standings of a day by the first `length` digits of the village's path."""
        found: dict[str, Counter] = defaultdict(Counter)
        for member in self.ledger.members:
            line = next((one for one in member.days() if one.day == day), None)
            if line is not None:
                found[member.service.path[:length]][standing(line)] += 1
        return found

    def absent_days(self, first: date, last: date) -> float:
        """Days (halves count half) with nobody there and no excuse, from first to last."""
        halves = 0
        for member in self.ledger.members:
            halves += sum(
                (line.am == "absent") + (line.pm == "absent") for line in member.days() if first <= line.day <= last
            )
        return halves / 2


def today_by_unit(days: Days, unit, below: Iterable[AdministrativeUnit]) -> tuple[Today, list[Today]]:
    """The whole unit's heads today, and one row for each unit right below it (a village: itself)."""
    length = len(unit.path) if unit.is_village else len(unit.path) + WIDTH
    found = days.by_path(days.day, length)
    rows = [Today(one, found.pop(one.path)) for one in below if one.path in found]
    # Whoever is posted at the unit itself, above any unit below, has a row of his own.
    rows += [Today(unit, counter) for _, counter in sorted(found.items())]
    whole = Today(None)
    for row in rows:
        whole.standings.update(row.standings)
    return whole, rows


def units_below(user, unit, day: date) -> list[AdministrativeUnit]:
    reachable = AdministrativeUnit.objects.reachable_by(user, "view_members").active_on(day)
    return list(reachable.filter(parent=unit).order_by("path"))


def weekly_averages(user, unit, day: date) -> dict[str, Decimal]:
    """Average total of the latest scored weeks, by week, in order."""
    scores = WeeklyScore.objects.reachable_by(user, "view_scores").within(unit)
    since = str(week_of(day).shifted(-CHART_WEEKS))
    rows = scores.filter(week__gte=since, week__lt=str(week_of(day))).order_by("week")
    return {
        week: Decimal(average).quantize(Decimal("0.01"))
        for week, average in rows.values_list("week").annotate(a=Avg("total"))
    }


def full_mark(user, unit) -> Decimal:
    """The sum of the bases of the scheme that made the latest score; 100 where nothing is scored yet."""
    scores = WeeklyScore.objects.reachable_by(user, "view_scores").within(unit)
    scheme = ScoringScheme.objects.filter(pk__in=scores.order_by("-week").values("scheme")[:1]).first()
    if scheme is None:
        return Decimal(100)
    return sum((Decimal(one["base"]) for one in scheme.document["dimensions"]), Decimal(0))


def deductions_chart(averages: dict[str, Decimal], full: Decimal, month: str) -> Chart | None:
    """Points taken off per person in each week; None before anything is scored."""
    if not averages:
        return None
    points = []
    for text, average in averages.items():
        week, taken = Week.parse(text), full - average
        dates = f"{week.monday.month}.{week.monday.day}–{week.sunday.month}.{week.sunday.day}"
        points.append(Point(float(taken), f"{taken:.2f}", f"第{week.number}周", dates, str(week.month) == month))
    worst = max(points, key=lambda point: point.size)
    if worst.size == 0:
        return bar_chart(points, "这几周没有人被扣分。")
    return bar_chart(points, f"人均扣分最多的是{worst.label}，{worst.words} 分。深色是本月的周。")


@dataclass(frozen=True)
class Group:
    """One list of shares under a heading; `show_whole` prints 17 / 18 instead of 17."""

    title: str
    shares: list[Share]
    show_whole: bool = False


@dataclass(frozen=True)
class Reference:
    """The figures a township reports: who sent its people, where they live, what the villages have, talks held."""

    people: int
    villages: int
    groups: list[Group]
    reminder_talks: int
    year: int


def reference(user, unit, day: date) -> Reference:
    """Six queries."""
    postings = Posting.objects.reachable_by(user, "view_members").within(unit).active_on(day)
    facilities = Facility.objects.reachable_by(user, "view_members").within(unit).filter(quantity__gt=0)
    villages = AdministrativeUnit.objects.reachable_by(user, "view_members").within(unit).villages().active_on(day)
    talks = Talk.objects.reachable_by(user, "view_attendance").within(unit)
    people, places = postings.values("cadre").distinct().count(), villages.count()
    list_of = reverse("cadres:people", args=[unit.division_code])
    return Reference(
        people=people,
        villages=places,
        groups=[
            Group("选派层级", _shares(postings, "dispatch_level", people, f"{list_of}?level=")),
            Group("住村地点", _shares(postings, "lodging", people, f"{list_of}?lodging=")),
            Group("村级设施", _shares(facilities, "kind", places), show_whole=True),
        ],
        reminder_talks=talks.filter(kind=Talk.Kind.REMINDER, held_on__year=day.year, held_on__lte=day).count(),
        year=day.year,
    )


def _shares(rows, column: str, whole: int, url: str = "") -> list[Share]:
    """How many rows have each value, most first."""
    counted = rows.exclude(**{column: ""}).order_by().values_list(column).annotate(n=Count("pk"))
    ordered = sorted(counted, key=lambda row: (-row[1], row[0]))
    return [Share(label, number, whole, f"{url}{quote(label)}" if url else "") for label, number in ordered]


@dataclass(frozen=True)
class BelowLine:
    """One unit below on the first page of a county or higher: heads, latest average, leave waiting."""

    unit: AdministrativeUnit
    people: int
    average: Decimal | None
    week: Week | None
    waiting: int


def lines_below(user, unit, below: list[AdministrativeUnit], day: date) -> list[BelowLine]:
    """Counted in the database, so that a province costs what a county costs: three queries."""
    length = len(unit.path) + WIDTH
    people = _by_prefix(
        Posting.objects.reachable_by(user, "view_members").within(unit).active_on(day), "village__path", length
    )
    pending = LeaveRequest.objects.reachable_by(user, "view_attendance").within(unit).filter(state="pending")
    waiting = _by_prefix(pending, "posting__village__path", length)
    scores = WeeklyScore.objects.reachable_by(user, "view_scores").within(unit)
    latest = scores.filter(final=True).aggregate(week=Max("week"))["week"]
    averages = _averages(scores.filter(week=latest), length) if latest else {}
    week = Week.parse(latest) if latest else None
    return [
        BelowLine(one, people.get(one.path, 0), averages.get(one.path), week, waiting.get(one.path, 0)) for one in below
    ]


def _by_prefix(rows, lookup: str, length: int) -> dict[str, int]:
    found: Counter = Counter()
    for path, number in rows.order_by().values_list(lookup).annotate(n=Count("pk")):
        found[path[:length]] += number
    return found


def _averages(scores, length: int) -> dict[str, Decimal]:
    sums: dict[str, tuple[Decimal, int]] = {}
    for path, average, number in scores.order_by().values_list("village__path").annotate(a=Avg("total"), n=Count("pk")):
        total, count = sums.get(path[:length], (Decimal(0), 0))
        sums[path[:length]] = total + Decimal(average) * number, count + number
    return {path: (total / count).quantize(Decimal("0.01")) for path, (total, count) in sums.items()}
