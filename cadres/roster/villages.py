"""Finds the village a cell means among the villages of a unit. Pure: no Django.

Contract: by name within the unit, with or without 村/社区/村委会. The closest reading that fits anything wins: the very
name, then the same kind of place (大同村委会 → 大同村), then the same stem (大同 → 大同村). Names of units above may stand in
front (大同镇大同村, 样例县大同镇大同村) or in a column of their own and tell villages of one name apart.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from cadres.roster.errors import Invalid
from cadres.roster.place_names import split_ending
from cadres.roster.suggest import Names
from cadres.roster.text import bare

_BETWEEN = "/\\-—·,，、>"


@dataclass(frozen=True, slots=True)
class Village:
    """A village as a candidate: `above` are the names of its township, county and so on, nearest first.

    `former` are names it had before, `was` the keys of the villages it followed.
    """

    pk: int
    name: str
    above: tuple[str, ...] = ()
    ends: dt.date | None = None
    former: tuple[str, ...] = ()
    was: frozenset[int] = frozenset()
    begins: dt.date | None = None

    def still_exists_on(self, day: dt.date) -> bool:
        return self.ends is None or day < self.ends

    @property
    def full_name(self) -> str:
        return (self.above[0] if self.above else "") + self.name


@dataclass
class VillageIndex:
    """The villages of a unit by every way of naming them; one lookup a spelling, however many rows have it."""

    villages: Sequence[Village]
    unit_name: str
    _by_name: dict[str, list[Village]] = field(default_factory=dict)
    _by_kind: dict[tuple[str, str], list[Village]] = field(default_factory=dict)
    _by_stem: dict[str, list[Village]] = field(default_factory=dict)
    _by_former: dict[str, list[Village]] = field(default_factory=dict)
    _above: list[str] = field(default_factory=list)
    _found: dict[tuple[str, str], list[Village]] = field(default_factory=dict)
    _names: Names | None = None
    _hints: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for village in self.villages:
            name = bare(village.name)
            stem, kind = split_ending(name)
            self._by_name.setdefault(name, []).append(village)
            self._by_kind.setdefault((stem, kind), []).append(village)
            for spelling in dict.fromkeys((stem, name)):
                self._by_stem.setdefault(spelling, []).append(village)
            for former in map(bare, village.former):
                for spelling in dict.fromkeys((former, split_ending(former)[0])):
                    self._by_former.setdefault(spelling, []).append(village)
        self._above = sorted({bare(name) for v in self.villages for name in v.above if name}, key=len, reverse=True)

    def find(self, text: str, *, township: str = "", day: str | None = None) -> Village:
        """The village meant by `text` on `day` (YYYY-MM-DD). Raises Invalid: village.unknown, village.ambiguous."""
        key = (text, township)
        if key not in self._found:
            self._found[key] = self._candidates(bare(text), bare(township))
        found = self._found[key]
        if day is not None:
            found = [village for village in found if village.still_exists_on(dt.date.fromisoformat(day))]
        if len(found) > 1:
            # A village that moved or was merged is the one that followed it: a roster says where somebody is now.
            followed = frozenset().union(*(village.was for village in found))
            found = [village for village in found if village.pk not in followed]
        if len(found) == 1:
            return found[0]
        raise self._ambiguous(found) if found else self._unknown(text, ended=self._found[key])

    def _candidates(self, text: str, township: str) -> list[Village]:
        found = self._named(text)
        if len(found) != 1:
            below = self._below_a_named_unit(text)
            found = below or found or self._by_former.get(text, [])
        if len(found) > 1 and township:
            found = [v for v in found if township in map(bare, v.above)] or found
        return found

    def _named(self, text: str) -> list[Village]:
        if found := self._by_name.get(text):
            return found
        stem, kind = split_ending(text)
        if found := self._by_kind.get((stem, kind)) if kind else None:
            return found
        return self._by_stem.get(text) or (self._by_stem.get(stem, []) if kind else [])

    def _below_a_named_unit(self, text: str) -> list[Village]:
        """大同镇大同村: the longest unit's name in front, then the rest among the villages below that unit."""
        for name in self._above:
            rest = text[len(name) :].lstrip(_BETWEEN)
            if text.startswith(name) and rest:
                found = self._named(rest) or self._below_a_named_unit(rest)
                if below := [v for v in found if name in map(bare, v.above)]:
                    return below
        return []

    def _unknown(self, text: str, *, ended: Sequence[Village]) -> Invalid:
        if ended:
            gone = {village.pk for village in ended}
            heirs = "、".join(village.full_name for village in self.villages if village.was & gone)
            hint = f"，接续它的是 {heirs}" if heirs else ""
            return Invalid("village.unknown", f"到驻村起始时间时这个村已经撤销：请改为当时在用的村名{hint}")
        best = self._closest(text)
        hint = f"，是不是 {best}" if best else ""
        return Invalid(
            "village.unknown", f"在{self.unit_name}找不到这个村(社区)：请核对村名{hint}；新设的村请先在行政单位里登记"
        )

    def _closest(self, text: str) -> str:
        """The known name that a name nobody knows comes nearest to; asked once a spelling."""
        if self._names is None:
            self._names = Names(self.spellings())
        if text not in self._hints:
            self._hints[text] = next(iter(self._names.closest(text)), "")
        return self._hints[text]

    def spellings(self) -> Iterator[tuple[str, str]]:
        """(spelling, name that means one village only) of every village."""
        for village in self.villages:
            name = self._own_name(village)
            yield village.name, name
            yield village.full_name, name

    def names_on(self, day: dt.date) -> list[str]:
        """A name for each village that exists on `day`, with its township where two share it, in their order."""
        return [self._own_name(village) for village in self.villages if village.still_exists_on(day)]

    def _own_name(self, village: Village) -> str:
        return village.name if len(self._by_name[bare(village.name)]) == 1 else village.full_name

    def _ambiguous(self, found: Iterable[Village]) -> Invalid:
        names = "、".join(sorted(village.full_name for village in found))
        return Invalid("village.ambiguous", f"可能是 {names}：请写全名，必要时在前面加乡镇名")
