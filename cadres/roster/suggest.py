"""Near misses: the known names closest to a name nobody knows. Pure: no Django.

Closeness is an edit distance whose substitutions know how people slip: a character of the same sound (大桐 for 大同) costs
little, one that only sounds alike in the south (n/ng, z/zh, n/l) a bit more, any other the whole. Every reading of a
character counts (六 is liu and lu), and a character without a reading is only like itself. A short form (县人社局) is close
to the name whose characters it keeps in order. The same names always come in the same order.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from cadres.pinyin import readings, sort_key
from cadres.roster.choices import SPELLINGS
from cadres.roster.place_names import split_ending
from cadres.roster.text import bare

MOST = 5
"""So many names are offered."""

_SAME_SOUND, _LIKE_SOUND, _SWAPPED, _OTHER = 0.25, 0.5, 0.5, 1.0
_LEFT_OUT_OF_A_SHORT_FORM = 0.12
_FARTHEST = 0.5
"""Distance by character of the longer name: beyond it two names have nothing to do with each other."""
_NEXT_TO_THE_BEST = 0.2
"""A name that much farther than the best one is no help."""
_COMPARED = 200
"""Candidates that share most are compared closely; a province has twenty thousand villages."""

HELPED = frozenset({"village.unknown", "village.ambiguous", "choice.unknown", "institution.created"})
"""Codes of problems that a name from a list may mend."""


class Names:
    """Known names to look among, as (spelling, name) pairs: a name may have several spellings, a spelling several names."""

    def __init__(self, spellings: Iterable[tuple[str, str]]) -> None:
        self._meant: dict[str, set[str]] = defaultdict(set)
        for spelling, name in spellings:
            for form in _forms(spelling):
                self._meant[form].add(name)
        self._with_sound: dict[str, list[str]] = defaultdict(list)
        for form in self._meant:
            for sound in {sound for character in form for sound in _alike(character)}:
                self._with_sound[sound].append(form)

    def closest(self, text: str, *, most: int = MOST) -> list[str]:
        """The names closest to `text`, best first; none where none is close."""
        best: dict[str, float] = {}
        for wanted in _forms(text):
            for form in self._candidates(wanted):
                cost = distance(wanted, form) / max(len(wanted), len(form))
                for name in self._meant[form]:
                    best[name] = min(cost, best.get(name, cost))
        best.pop(text, None)
        if not best:
            return []
        worst = min(_FARTHEST, min(best.values()) + _NEXT_TO_THE_BEST)
        ranked = sorted(best, key=lambda name: (best[name], sort_key(name)))
        return [name for name in ranked if best[name] <= worst][:most]

    def _candidates(self, wanted: str) -> list[str]:
        """Forms that share a sound; a name sharing none is never close enough."""
        shared = Counter(form for sound in {s for c in wanted for s in _alike(c)} for form in self._with_sound[sound])
        ranked = sorted(shared, key=lambda form: (-shared[form], abs(len(form) - len(wanted)), form))
        return ranked[:_COMPARED]


def _forms(text: str) -> list[str]:
    """A name as it is compared: whole, and without 村, 社区, 村委会."""
    whole = bare(text)
    return list(dict.fromkeys((whole, split_ending(whole)[0])))


@lru_cache(maxsize=16_384)
def _alike(character: str) -> frozenset[str]:
    """What a character's readings become where nobody tells n from ng, z from zh, n from l."""
    return frozenset(_southern(sound) for sound in readings(character))


def _southern(sound: str) -> str:
    for written, heard in (("zh", "z"), ("ch", "c"), ("sh", "s")):
        sound = sound.replace(written, heard)
    sound = f"l{sound[1:]}" if sound[:1] == "n" and len(sound) > 1 else sound
    return sound[:-1] if sound.endswith("ng") else sound


@lru_cache(maxsize=65_536)
def _substitution(a: str, b: str) -> float:
    if a == b:
        return 0.0
    if readings(a) & readings(b):
        return _SAME_SOUND
    return _LIKE_SOUND if _alike(a) & _alike(b) else _OTHER


def distance(a: str, b: str) -> float:
    """The least cost of turning `a` into `b`: characters changed, added, left out, or swapped with their neighbour."""
    if _is_short_form(a, b) or _is_short_form(b, a):
        return _LEFT_OUT_OF_A_SHORT_FORM * abs(len(a) - len(b))
    before: list[float] = []
    row = [float(i) for i in range(len(b) + 1)]
    for i, left in enumerate(a, start=1):
        two_before, before, row = before, row, [float(i)]
        for j, right in enumerate(b, start=1):
            cost = min(row[j - 1] + 1, before[j] + 1, before[j - 1] + _substitution(left, right))
            if i > 1 and j > 1 and left == b[j - 2] and right == a[i - 2] and left != right:
                cost = min(cost, two_before[j - 2] + _SWAPPED)
            row.append(cost)
    return row[-1]


def _is_short_form(short: str, long: str) -> bool:
    """Whether `short` ends like `long` and all its characters stand there in order."""
    if not 2 < len(short) < len(long) or short[-1] != long[-1]:
        return False
    rest = iter(long)
    return all(character in rest for character in short)


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A cell that `rows` rows have, and the names it may mean, the closest first. `label` is the column's name."""

    key: str
    label: str
    raw: str
    rows: int
    names: tuple[str, ...]


def near_misses(
    stumbles: Iterable[Mapping[str, object]], names: Mapping[str, Iterable[tuple[str, str]]]
) -> list[NearMiss]:
    """What each cell that nobody knows may mean, in the order given; a cell that resembles nothing is left out.

    `stumbles` are distinct cells with code, key, label, value and number of rows (ImportRun.stumbles); `names` has the
    (spelling, name) pairs of the open lists by column, limited to what the person importing reaches.
    """
    known: dict[str, Names] = {}
    misses = []
    for stumble in stumbles:
        key, raw = str(stumble["key"]), str(stumble["value"])
        if stumble["code"] not in HELPED:
            continue
        if key not in known:
            known[key] = Names(SPELLINGS[key].items() if key in SPELLINGS else names.get(key, ()))
        if close := known[key].closest(raw):
            misses.append(NearMiss(key, str(stumble["label"]), raw, int(stumble["rows"]), tuple(close)))
    return misses
