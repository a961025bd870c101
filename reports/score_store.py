"""Keeps scores: writes what is new or changed, says what changed, leaves alone what is frozen or the same."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from hashlib import sha256

from django.db import connection

from attendance.evidence import literal
from attendance.service import Service
from reports.models import ScoreChange, WeeklyScore
from reports.scoring import in_cents, to_text
from reports.week_guard import FrozenWeek
from townships import audit
from townships.models import AdministrativeUnit, User

NEW_EVIDENCE = "新证据"
KEY = ("cadre_id", "township_id", "week")
COLUMNS = (
    *KEY,
    "posting_id",
    "village_id",
    "total",
    "dimensions",
    "facts",
    "final",
    "scheme_id",
    "fingerprint",
    "computed_at",
)
# 400 rows of 12 values stay well below the 32,766 variables of a SQLite statement.
ROWS_A_STATEMENT = 400


@dataclass(slots=True)
class ScoredMember:
    """A member's score of a week, written out. Plain texts: of 20,000 of them nothing else is kept alive."""

    service: Service
    week: str
    total: Decimal
    dimensions: str
    facts: str
    scheme_id: int
    final: bool
    fingerprint: str = ""

    def __post_init__(self):
        """The fingerprint is equal for scores that say the same."""
        service = self.service
        told = f"{service.id} {service.village_id} {self.scheme_id} {self.final} {self.total:f} {self.facts} "
        self.fingerprint = sha256((told + self.dimensions).encode()).hexdigest()

    @property
    def key(self) -> tuple[int, int]:
        return self.service.cadre_id, self.service.township_id

    def as_json(self) -> dict:
        return {
            "name": self.service.name,
            "id_number": self.service.id_number,
            "village": self.service.village,
            "total": in_cents(self.total),
            "dimensions": json.loads(self.dimensions),
        }

    def as_row(self, now: object) -> tuple:
        """The values of COLUMNS."""
        return (
            self.service.cadre_id,
            self.service.township_id,
            self.week,
            self.service.id,
            self.service.village_id,
            in_cents(self.total),
            self.dimensions,
            self.facts,
            self.final,
            self.scheme_id,
            self.fingerprint,
            now,
        )


@dataclass(slots=True)
class Tally:
    """How many scores a run wrote, changed, left; and which frozen ones would come out otherwise today."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    locked: bool = False
    differs: list[dict] = field(default_factory=list)

    def as_json(self) -> dict:
        """What the record of a scheduled run says of it."""
        return {
            "changed": self.changed,
            "locked": self.locked,
            "differs": self.differs,
        }


@dataclass(frozen=True, slots=True)
class _Kept:
    id: int
    fingerprint: str
    final: bool


def store(
    scored: list[ScoredMember], *, frozen: FrozenWeek, actor: User | None, now: datetime, tally: Tally
) -> list[ScoredMember]:
    """Write a batch and return it as it stands stored. Must run inside a transaction that holds its townships."""
    if not scored:
        return []
    kept = _kept(scored)
    rows, changed, shut = [], [], []
    for member in scored:
        before = kept.get(member.key)
        if before is not None and before.fingerprint == member.fingerprint:
            tally.unchanged += 1
        elif frozen and frozen.covers(member.service.path):
            shut.append((member, before))
        else:
            rows.append(member)
            if before is not None:
                tally.changed += 1
                if before.final:
                    changed.append((member, before))
            else:
                tally.created += 1
    tally.locked = tally.locked or any(frozen.covers(member.service.path) for member in scored if frozen)
    _record_changes(changed, actor, now)
    _write(rows, now)
    gone = _keep_as_stored(shut, tally)
    return [member for member in scored if member.key not in gone]


def _kept(scored: list[ScoredMember]) -> dict[tuple[int, int], _Kept]:
    rows = WeeklyScore.objects.filter(week=scored[0].week, cadre_id__in=literal(m.service.cadre_id for m in scored))
    columns = ("cadre_id", "township_id", "id", "fingerprint", "final")
    return {(c, t): _Kept(*rest) for c, t, *rest in rows.order_by().values_list(*columns)}


def _write(members: list[ScoredMember], now: datetime) -> None:
    """One statement for a few hundred rows: bulk_create would spend more time on fields than judging takes."""
    moment = connection.ops.adapt_datetimefield_value(now)
    names = ", ".join(COLUMNS)
    news = ", ".join(f"{name} = excluded.{name}" for name in COLUMNS[len(KEY) :])
    one = f"({', '.join(['%s'] * len(COLUMNS))})"
    with connection.cursor() as cursor:
        for start in range(0, len(members), ROWS_A_STATEMENT):
            rows = [member.as_row(moment) for member in members[start : start + ROWS_A_STATEMENT]]
            cursor.execute(
                f"INSERT INTO {WeeklyScore._meta.db_table} ({names}) VALUES {', '.join([one] * len(rows))}"  # noqa: S608 - names of our own columns
                f" ON CONFLICT ({', '.join(KEY)}) DO UPDATE SET {news}",
                [value for row in rows for value in row],
            )


def _record_changes(changed: list[tuple[ScoredMember, _Kept]], actor: User | None, now: datetime) -> None:
    """Only a final score changes; a running one was never more than a preview."""
    if not changed:
        return
    stored = WeeklyScore.objects.in_bulk([before.id for _, before in changed])
    ScoreChange.objects.bulk_create(
        ScoreChange(
            score_id=before.id,
            at=now,
            by=actor,
            reason=NEW_EVIDENCE,
            before=_said(stored[before.id].total, stored[before.id].dimensions),
            after=_said(member.total, json.loads(member.dimensions)),
        )
        for member, before in changed
    )


def _said(total: Decimal, dimensions: dict) -> dict:
    return {"total": in_cents(total), "dimensions": dimensions}


def _keep_as_stored(shut: list[tuple[ScoredMember, _Kept | None]], tally: Tally) -> set[tuple[int, int]]:
    """Frozen scores show what was published; those that do not exist are left out. Both are told."""
    stored = WeeklyScore.objects.in_bulk([before.id for _, before in shut if before]) if shut else {}
    missing = set()
    for member, before in shut:
        row = stored[before.id] if before else None
        tally.differs.append(
            {
                "name": member.service.name,
                "id_number": member.service.id_number,
                "published": in_cents(row.total) if row else None,
                "now": in_cents(member.total),
            }
        )
        if row is None:
            missing.add(member.key)
        else:
            member.total, member.dimensions = row.total, to_text(row.dimensions)
    return missing


def drop_stale(
    *,
    unit: AdministrativeUnit,
    week: str,
    keep: Iterable[tuple[int, int]],
    frozen: FrozenWeek,
    actor: User | None,
    tally: Tally,
) -> None:
    """Remove unfrozen scores of people who have no posting day there in the week (a posting was corrected)."""
    keys = set(keep)
    rows = WeeklyScore.objects.filter(week=week).within(unit).order_by()
    columns = ("id", "cadre_id", "township_id", "village__path", "cadre__name", "total")
    stale = [
        (number, name, total)
        for number, cadre, township, path, name, total in rows.values_list(*columns)
        if (cadre, township) not in keys and not frozen.covers(path)
    ]
    if not stale:
        return
    numbers = [number for number, _, _ in stale]
    ScoreChange.objects.filter(score_id__in=numbers).delete()
    WeeklyScore.objects.filter(pk__in=numbers).delete()
    tally.removed += len(stale)
    removed = [{"name": name, "total": in_cents(total)} for _, name, total in stale]
    audit.record(actor=actor, act="score.removed", unit=unit, subject=week, details={"removed": removed})
