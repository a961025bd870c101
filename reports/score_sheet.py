"""A week's scores as the paper shows them (周进度考评表): what each cell lost, by which rule, when, on what proof."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from cadres.models import Posting
from reports.models import ManualItem, ScoreChange, WeeklyScore
from townships.cursor import page_of
from townships.models import AdministrativeUnit
from townships.periods import Week

PAGE_SIZE = 60
EVIDENCE_WORDS = {
    "spot_check": "抽查记录",
    "talk": "谈话提醒记录",
    "meeting_absence": "会议缺席登记",
    "manual_item": "手工扣分",
}


@dataclass(frozen=True)
class Cut:
    """One rule's deduction in a week."""

    label: str
    points: Decimal
    count: int
    dates: tuple[date, ...]
    note: str
    evidence: str


@dataclass(frozen=True)
class Cell:
    """One dimension of one person's week."""

    label: str
    score: Decimal
    cuts: tuple[Cut, ...]


@dataclass(frozen=True)
class Line:
    """One person's week."""

    score: WeeklyScore
    cells: tuple[Cell | None, ...]
    changes: tuple[ScoreChange, ...] = ()

    @property
    def cuts(self) -> list[Cut]:
        return [cut for cell in self.cells if cell for cut in cell.cuts]


@dataclass
class Sheet:
    """One page of a unit's week. `scored` of `whole` people have a score."""

    columns: list[dict] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    next: str = ""
    scored: int = 0
    whole: int = 0
    final: bool = False
    scheme: str = ""


def week_sheet(user, unit: AdministrativeUnit, week: Week, cursor: str = "") -> Sheet:
    """The scores of a unit's week within the user's reach; five queries whatever the size."""
    rows = WeeklyScore.objects.reachable_by(user, "view_scores").within(unit).filter(week=str(week))
    page = page_of(rows.select_related("cadre", "village", "scheme"), ("village__path", "pk"), cursor, PAGE_SIZE)
    schemes = {row.scheme_id: row.scheme for row in page.rows}
    columns = _columns(schemes.values())
    changes = _changes(page.rows)
    people = Posting.objects.reachable_by(user, "view_scores").within(unit).active_between(week.monday, week.sunday)
    return Sheet(
        columns=columns,
        lines=[_line(row, columns, changes.get(row.pk, ())) for row in page.rows],
        next=page.next,
        scored=rows.count(),
        whole=people.order_by().values("cadre").distinct().count(),
        final=bool(page.rows) and all(row.final for row in page.rows),
        scheme="、".join(dict.fromkeys(f"{row.name}（第 {row.version} 版）" for row in schemes.values())),
    )


def manual_items(user, unit: AdministrativeUnit, week: Week) -> list[ManualItem]:
    """What was entered by hand for the week, voided ones too, latest first."""
    rows = ManualItem.objects.reachable_by(user, "view_scores").within(unit)
    rows = rows.filter(day__range=(week.monday, week.sunday))
    return list(
        rows.select_related("posting__cadre", "posting__village", "entered_by", "on_behalf_of", "voided_by").order_by(
            "-at"
        )
    )


def _columns(schemes: Iterable) -> list[dict]:
    """The dimensions of the page's schemes, each once, with their full marks."""
    found: dict[str, dict] = {}
    for scheme in schemes:
        for dimension in scheme.document["dimensions"]:
            found.setdefault(dimension["key"], {**dimension, "base": Decimal(dimension["base"])})
    return list(found.values())


def _line(row: WeeklyScore, columns: list[dict], changes: Iterable[ScoreChange]) -> Line:
    cells = []
    for column in columns:
        part = row.dimensions.get(column["key"])
        cuts = tuple(_cut(each) for each in part["deductions"]) if part else ()
        cells.append(Cell(column["label"], Decimal(part["score"]), cuts) if part else None)
    return Line(row, tuple(cells), tuple(changes))


def _cut(deduction: dict) -> Cut:
    kinds = Counter(kind for kind, _ in deduction.get("evidence", ()))
    return Cut(
        label=deduction["label"],
        points=Decimal(deduction["points"]),
        count=deduction["count"],
        dates=tuple(date.fromisoformat(day) for day in deduction["dates"]),
        note=deduction["note"],
        evidence="、".join(f"{EVIDENCE_WORDS.get(kind, kind)} {count} 条" for kind, count in kinds.items()),
    )


def _changes(rows: Iterable[WeeklyScore]) -> dict[int, list[ScoreChange]]:
    found: dict[int, list[ScoreChange]] = defaultdict(list)
    changes = ScoreChange.objects.filter(score__in=[row.pk for row in rows]).select_related("by")
    for change in changes.order_by("-at", "-pk"):
        found[change.score_id].append(change)
    return found
