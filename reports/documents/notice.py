"""What the month's attendance notice shows (月考勤公示): plain values. Days are Decimal, in halves."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class NoticeRow:
    """One person's month. `nights` is None where check-ins are no source, so nobody counted them."""

    village: str
    name: str
    team_role: str
    required: Decimal
    present: Decimal
    official_trip: Decimal
    leave: Decimal
    absent: Decimal
    nights: int | None
    overdue_returns: int
    spot_check_absences: int
    note: str = ""


@dataclass(frozen=True)
class AttendanceNotice:
    """A unit's calendar month for the notice board.

    until: last day counted; earlier than the month's end while the month runs.
    """

    unit: str
    year: int
    month: int
    first: date
    until: date
    rows: tuple[NoticeRow, ...]
    telephone: str = ""
    posted_from: date | None = None
    posted_until: date | None = None

    @property
    def title(self) -> str:
        """大同镇2026年10月驻村工作队员考勤公示."""
        return f"{self.unit}{self.year}年{self.month}月驻村工作队员考勤公示"
