"""PURE: division codes. 12 digits of the statistics bureau: 2 province, 2 city, 2 county, 3 township, 3 village;
shorter ones are padded with zeros."""

from __future__ import annotations

from collections.abc import Iterable

DIGITS = {"province": 2, "city": 4, "county": 6, "township": 9, "village": 12}
"""Level → how many digits name it, from the top down."""
LEVELS = tuple(DIGITS)
CODE_DIGITS = 12


def is_code(text: str) -> bool:
    return len(text) == CODE_DIGITS and text.isascii() and text.isdigit() and not text.startswith("0")


def level_of(code: str) -> str:
    """The level that a code's zeros say: 459901101000 is a township."""
    return next(level for level, digits in DIGITS.items() if not code[digits:].strip("0"))


def head_of(code: str, level: str) -> str:
    """The digits that the codes below a unit begin with."""
    return code[: DIGITS[level]]


def codes_above(code: str) -> list[str]:
    """The codes a unit of this code may lie below, nearest first. Only counties skip a level (省直辖县)."""
    at = LEVELS.index(level_of(code))
    above = [code[: DIGITS[level]].ljust(CODE_DIGITS, "0") for level in reversed(LEVELS[:at])]
    return above if LEVELS[at] == "county" else above[:1]


class CodeBook:
    """Codes that are taken, and the next free one below a unit."""

    def __init__(self, taken: Iterable[str]) -> None:
        self.taken = set(taken)

    def propose(self, old: str, level: str, parent: str, parent_level: str) -> str:
        """The code for a unit of `level` below `parent` that had the code `old`: its own digits stay where they are free.

        "" when every code below the parent is taken. The code is taken from then on.
        """
        start, end = DIGITS[parent_level], DIGITS[level]
        own = int(old[start:end] or 0)
        most = 10 ** (end - start) - 1
        for number in (*range(max(own, 1), most + 1), *range(1, own)):
            code = f"{parent[:start]}{number:0{end - start}d}".ljust(CODE_DIGITS, "0")
            if code not in self.taken and level_of(code) == level:
                self.taken.add(code)
                return code
        return ""
