"""What a printed bulletin shows: plain values, no queryset and no model.

Points are Decimal, dates are dates of Asia/Shanghai.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Agency:
    """Who speaks on the paper (发文机关) and to whom."""

    name: str
    office: str
    number_prefix: str
    addressee: str
    copies: str
    reminder: str


@dataclass(frozen=True)
class PaperWeek:
    """A scored week of the month: `2026-W40`, Monday to Sunday."""

    week: str
    first: date
    last: date

    @property
    def label(self) -> str:
        """第40周."""
        return f"第{int(self.week[-2:])}周"


@dataclass(frozen=True)
class PaperDeduction:
    """Points one rule took off one person in the month, after caps."""

    rule: str
    label: str
    dimension: str
    trigger: str
    count: int
    points: Decimal


@dataclass(frozen=True)
class PaperRow:
    """One person's line. `place` is None for a person without a place, `reason` then says why."""

    key: int
    name: str
    village: str
    totals: Mapping[str, Decimal]
    total: Decimal
    deductions: tuple[PaperDeduction, ...] = ()
    place: int | None = None
    shared: bool = False
    reason: str = ""

    @property
    def deducted(self) -> Decimal:
        """Points lost in the month."""
        return sum((deduction.points for deduction in self.deductions), Decimal(0))


@dataclass(frozen=True)
class PaperList:
    """One list of the notice board; `undecided` while equals wait for a decision."""

    rows: tuple[PaperRow, ...] = ()
    undecided: bool = False


@dataclass(frozen=True)
class PaperChange:
    """What a revision changes for one person. None where he had, or has, no place."""

    name: str
    village: str
    total_before: Decimal | None
    total_after: Decimal | None
    place_before: int | None
    place_after: int | None


@dataclass(frozen=True)
class PaperRevision:
    """The published bulletin this one corrects, why, and for whom it makes a difference."""

    former_number: str
    former_date: date
    reason: str
    changes: tuple[PaperChange, ...] = ()


@dataclass(frozen=True)
class BulletinPaper:
    """A month's bulletin as it goes to print.

    dimensions: names of the scheme's dimensions by key, in the scheme's order.
    full_marks: the most one person can have in these weeks; None where schemes differ.
    """

    agency: Agency
    year: int
    month: int
    number: str
    issued_on: date
    scheme: str
    weeks: tuple[PaperWeek, ...]
    dimensions: Mapping[str, str]
    full_marks: Decimal | None
    ranking: tuple[PaperRow, ...]
    unranked: tuple[PaperRow, ...] = ()
    red: PaperList = field(default_factory=PaperList)
    black: PaperList = field(default_factory=PaperList)
    draft: bool = False
    revision: PaperRevision | None = None

    @property
    def title(self) -> str:
        """关于10月份驻村工作队员考评情况的通报."""
        return "".join(self.title_lines)

    @property
    def title_lines(self) -> tuple[str, ...]:
        """The title; the longer one of a correction is broken where its meaning allows."""
        if self.revision:
            return f"关于更正{self.month}月份驻村工作队员", "考评情况的通报"
        return (f"关于{self.month}月份驻村工作队员考评情况的通报",)

    @property
    def attachment_title(self) -> str:
        """The ranking table's title, with the year: it hangs on the board alone."""
        return f"{self.year}年{self.month}月驻村工作队员考评得分排名表"

    @property
    def people(self) -> tuple[PaperRow, ...]:
        """Everyone on the paper, ranked first."""
        return self.ranking + self.unranked
