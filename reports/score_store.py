"""Keeps scores: writes what is new or changed, says what changed, leaves alone what is frozen or the same."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from hashlib import sha256

from attendance.service import Service
from reports.models import ScoreChange, ScoringScheme, WeeklyScore
from reports.scoring import Score, in_cents
from reports.week_guard import FrozenWeek
from townships import audit
from townships.models import AdministrativeUnit, User

NEW_EVIDENCE = "新证据"
UPDATED = ("posting", "village", "total", "dimensions", "facts", "final", "scheme", "fingerprint", "computed_at")


@dataclass
class ScoredMember:
    """A member's score of a week, computed or as it is stored."""

    service: Service
    week: str
    score: Score | None
    facts: dict
    scheme: ScoringScheme
    final: bool
    stored: tuple[Decimal, dict] | None = None

    @property
    def key(self) -> tuple[int, int]:
        return self.service.cadre_id, self.service.township_id

    @property
    def total(self) -> Decimal:
        return self.stored[0] if self.stored else self.score.total

    @cached_property
    def dimensions(self) -> dict:
        return self.stored[1] if self.stored else self.score.as_json()

    @cached_property
    def fingerprint(self) -> str:
        """Equal for scores that say the same."""
        said = (
            self.service.id,
            self.service.village_id,
            in_cents(self.score.total),
            self.dimensions,
            self.facts,
            self.final,
            self.scheme.pk,
        )
        return sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()

    def as_json(self) -> dict:
        return {
            "name": self.service.name,
            "id_number": self.service.id_number,
            "village": self.service.village,
            "total": in_cents(self.total),
            "dimensions": self.dimensions,
        }

    def as_row(self, now: datetime) -> WeeklyScore:
        return WeeklyScore(
            cadre_id=self.service.cadre_id,
            township_id=self.service.township_id,
            week=self.week,
            posting_id=self.service.id,
            village_id=self.service.village_id,
            total=self.score.total,
            dimensions=self.dimensions,
            facts=self.facts,
            final=self.final,
            scheme=self.scheme,
            fingerprint=self.fingerprint,
            computed_at=now,
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
        return {
            "created": self.created,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "removed": self.removed,
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
    rows = WeeklyScore.objects.filter(week=scored[0].week, cadre_id__in=[m.service.cadre_id for m in scored])
    columns = ("cadre_id", "township_id", "id", "fingerprint", "final")
    return {(c, t): _Kept(*rest) for c, t, *rest in rows.order_by().values_list(*columns)}


def _write(members: list[ScoredMember], now: datetime) -> None:
    WeeklyScore.objects.bulk_create(
        [member.as_row(now) for member in members],
        update_conflicts=True,
        unique_fields=["cadre", "township", "week"],
        update_fields=UPDATED,
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
            after=_said(member.score.total, member.dimensions),
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
                "now": in_cents(member.score.total),
            }
        )
        if row is None:
            missing.add(member.key)
        else:
            member.stored = row.total, row.dimensions
            member.__dict__.pop("dimensions", None)
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
