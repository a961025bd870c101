"""Wrong values that one decision puts right in all rows: what they may mean, and the lists to choose from."""

from __future__ import annotations

from dataclasses import dataclass

from cadres.models import ImportRun
from cadres.suggestions import suggestions_for
from reports.imports import ImportKind
from townships.models import AdministrativeUnit, User
from townships.periods import today

_MOST_LISTED = 400


@dataclass(frozen=True)
class Help:
    """A value that nobody knows: how many rows have it, the names it may mean, a list to pick others from."""

    key: str
    label: str
    raw: str
    rows: int
    message: str
    names: tuple[str, ...]
    listed: list[str]


def helps_for(run: ImportRun, kind: ImportKind, user: User) -> list[Help]:
    """One help for each wrong value that comes again (`ImportRun.stumbles`), the most frequent first."""
    if not run.stumbles:
        return []
    misses = {(miss.key, miss.raw): miss.names for miss in suggestions_for(unit=run.unit, stumbles=run.stumbles)}
    villages = _villages(run.unit, user) if any(s["key"] == "village" for s in run.stumbles) else []
    return [
        Help(
            key=stumble["key"],
            label=kind.columns.label(stumble["key"]),
            raw=stumble["value"],
            rows=stumble["rows"],
            message=stumble["message"],
            names=tuple(misses.get((stumble["key"], stumble["value"]), ())),
            listed=villages if stumble["key"] == "village" else [],
        )
        for stumble in run.stumbles
        if stumble["code"] != "institution.created" or (stumble["key"], stumble["value"]) in misses
    ]


def _villages(unit: AdministrativeUnit, user: User) -> list[str]:
    reachable = AdministrativeUnit.objects.reachable_by(user, "view_members").within(unit).villages()
    names = reachable.active_on(today()).order_by("path").values_list("name", flat=True)[: _MOST_LISTED + 1]
    # A longer list helps nobody; the closest names are offered in any case.
    return list(dict.fromkeys(names)) if len(names) <= _MOST_LISTED else []
