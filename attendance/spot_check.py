"""PURE: the draw of villages for an unannounced check: random, repeatable, provable afterwards.

Rule source: handbook, Actors (nobody draws and is drawn) and essay S1 (unannounced, random, led by the
squad leader). Everything about a draw follows from its seed and the state it was drawn from, so anyone
holding both can repeat it; the commitment, written down at the draw, shows that neither was chosen later.
"""

import hashlib
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

# Of a draw, two thirds come from the villages that have waited longest, so that all come round;
# the rest from the others, so that a village checked yesterday is not safe today.
WAITING_SHARE = (2, 3)
# A village that was never checked weighs as one that waited this many days longer than any other.
NEVER_CHECKED_EXTRA_DAYS = 30


class NothingToDraw(ValueError):
    """Nobody but the one who draws is posted there on that day, or no village was asked for."""


@dataclass(frozen=True, order=True)
class Person:
    """One posted person: `key` is his identity number, the same in every copy of the data."""

    key: str
    name: str


@dataclass(frozen=True)
class Village:
    code: str
    name: str
    people: tuple[Person, ...]
    last_checked: date | None = None


@dataclass(frozen=True)
class State:
    """What is drawn from: the day, how many villages, and who is posted where."""

    day: date
    count: int
    villages: tuple[Village, ...]

    def canonical(self) -> str:
        """One text for one state, whatever order its villages and people came in."""
        villages = [
            [v.code, v.last_checked.isoformat() if v.last_checked else None, sorted(p.key for p in v.people)]
            for v in sorted(self.villages, key=lambda v: v.code)
        ]
        return json.dumps([self.day.isoformat(), self.count, villages], separators=(",", ":"))


@dataclass(frozen=True)
class Draw:
    seed: str
    commitment: str
    villages: tuple[Village, ...]

    @property
    def people(self) -> tuple[Person, ...]:
        return tuple(person for village in self.villages for person in village.people)


def commitment(seed: str, state: State) -> str:
    """SHA-256 of the seed and the canonical state, in hexadecimal."""
    return hashlib.sha256(f"{seed}\n{state.canonical()}".encode()).hexdigest()


def without(state: State, key: str) -> State:
    """The state as the person `key` may draw from it: nobody draws himself. A village left empty falls out."""
    villages = []
    for village in state.villages:
        people = tuple(p for p in village.people if p.key != key)
        if people:
            villages.append(Village(village.code, village.name, people, village.last_checked))
    return State(state.day, state.count, tuple(villages))


def draw(seed: str, state: State) -> Draw:
    """Villages in order of their codes, each with all its people. Fewer than asked for when there are no more."""
    candidates = [v for v in state.villages if v.people]
    if not candidates or state.count < 1:
        raise NothingToDraw("no village to draw from")
    waits = _waits(candidates, state.day)
    waiting, others = _strata(candidates, waits)
    wanted = min(state.count, len(candidates))
    from_waiting = min(len(waiting), -(-wanted * WAITING_SHARE[0] // WAITING_SHARE[1]))
    from_waiting = max(from_waiting, wanted - len(others))
    drawn = _pick(seed, waiting, waits, from_waiting) + _pick(seed, others, waits, wanted - from_waiting)
    ordered = tuple(
        Village(v.code, v.name, tuple(sorted(v.people)), v.last_checked) for v in sorted(drawn, key=lambda v: v.code)
    )
    return Draw(seed, commitment(seed, state), ordered)


def _waits(villages: Iterable[Village], day: date) -> dict[str, int]:
    """Days since the last check by village code."""
    since = {v.code: max((day - v.last_checked).days, 0) if v.last_checked else None for v in villages}
    longest = max((days for days in since.values() if days is not None), default=0)
    return {code: longest + NEVER_CHECKED_EXTRA_DAYS if days is None else days for code, days in since.items()}


def _strata(villages: Sequence[Village], waits: dict[str, int]) -> tuple[list[Village], list[Village]]:
    """The half that waited longest and the rest; villages that waited equally stay together."""
    ordered = sorted((waits[v.code] for v in villages), reverse=True)
    threshold = ordered[(len(ordered) - 1) // 2]
    waiting = [v for v in villages if waits[v.code] >= threshold]
    return waiting, [v for v in villages if waits[v.code] < threshold]


def _pick(seed: str, villages: Iterable[Village], waits: dict[str, int], count: int) -> list[Village]:
    """Weighted sampling without replacement (Efraimidis and Spirakis 2006).

    Each village's key depends on the seed and its own code alone, so order and neighbours do not matter.
    """

    def key(village: Village) -> tuple[float, str]:
        return -math.log(_uniform(seed, village.code)) / (1 + waits[village.code]), village.code

    return sorted(villages, key=key)[:count]


def _uniform(seed: str, code: str) -> float:
    """A number in (0, 1] from the seed and the code."""
    digest = hashlib.sha256(f"{seed}\n{code}".encode()).digest()
    return (int.from_bytes(digest[:6], "big") + 1) / 2**48
