"""Everything on file about one person, for himself: a part a kind, a constant number of queries, nobody else in it.

Rule source: PIPL (own access and a copy). The page, the workbook and the API show the same parts. Approvers and checkers
are named, other members never; whoever is not on any roster has his account alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from cadres.models import Cadre, Posting
from townships.models import User

Cell = str | int | float | Decimal
#: Said where the second wall is passed by (townships.wall): each query names the owner himself.
WHY = "what is one's own is read wherever it is kept"


@dataclass(frozen=True)
class Part:
    """One kind of data: `columns` are (key, heading) pairs, a row has a cell for each."""

    key: str
    title: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def header(self) -> list[str]:
        return [heading for _, heading in self.columns]

    def records(self) -> list[dict[str, Cell]]:
        """The rows by key; points and days as text, so that none is lost."""
        keys = [key for key, _ in self.columns]
        return [dict(zip(keys, map(_as_json, row), strict=True)) for row in self.rows]


@dataclass(frozen=True)
class Owner:
    """Whose data, and whether his identity number is written in full."""

    user: User
    cadre: Cadre
    postings: tuple[Posting, ...]
    whole: bool = False

    def number(self, text: str) -> str:
        return text if self.whole or len(text) != 18 else f"{text[:4]}**********{text[-4:]}"


def owner_of(user: User, *, whole: bool) -> Owner | None:
    """The account's own person with all his postings, the latest first; None when he is on no roster."""
    cadre = Cadre.objects.reachable_by(user, "view_members").filter(user=user.pk).first()
    if cadre is None:
        return None
    rows = Posting.objects.reachable_by(user, "view_members").filter(cadre=cadre)
    together = rows.select_related("village__parent", "dispatching_institution", "batch").order_by("-begins", "-pk")
    return Owner(user, cadre, tuple(together), whole)


def part(key: str, title: str, columns: Sequence[tuple[str, str]], rows: Iterable[Sequence[object]]) -> Part:
    return Part(key, title, tuple(columns), tuple(tuple(map(_cell, row)) for row in rows))


def _cell(value: object) -> Cell:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else ""
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, int | float | Decimal) else str(value)


def _as_json(cell: Cell) -> str | int | float:
    return str(cell) if isinstance(cell, Decimal) else cell
