"""PURE: what a hand wrote into one cell of a weekly sheet, as the policy's own signs.

Rule source: contracts.md, Weekly sheet. One mark stands for both halves of the day, two marks are
morning and afternoon, blank is not signed. Marks are data of the policy, so a sign the policy does
not know is refused; but hands and input methods write one sign in many glyphs, and those are the same.
"""

import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

# Each line is one sign of paper in the glyphs that people type for it.
LOOK_ALIKES = (
    "√✓✔☑✅对V",
    "×✗✘✕✖❌╳⨯XХ*",
    "△▲▵Δ∆⊿",
    "○〇◯⭕⚪O0ОΟ",
    "休",
)
HALF_LABELS = (("上午", "下午"), ("AM", "PM"))
SEPARATORS = "/\\|、,;\n"
DASHES = "-—–_－"
# Emoji input adds an invisible selector behind the sign.
INVISIBLE = "\ufe0e\ufe0f\u200b\u200d\ufeff"


class Marks(NamedTuple):
    """Signs of one day as the policy writes them; empty text means not signed."""

    am: str
    pm: str


class UnknownMark(ValueError):
    """The cell holds something that is no sign of the policy, or more than two signs."""

    code = "mark.unknown"

    def __init__(self, text: str, signs: Iterable[str]) -> None:
        self.text = text
        known = " ".join(signs)
        super().__init__(f"“{text}”不是考勤符号：请改为 {known} 之一，上午、下午不同的写两个，未签到的留空")


def parse_marks(cell: object, signs: Iterable[str]) -> Marks:
    """Read one cell. `signs` are the keys of the policy's `marks`."""
    known = tuple(signs)
    text = _clean(cell)
    for am_label, pm_label in HALF_LABELS:
        if am_label in text or pm_label in text:
            return _labelled(text, am_label, pm_label, known)
    parts = _split(text)
    if len(parts) == 2 and any(parts):
        return Marks(*(_single(part, text, known) for part in parts))
    found = _tokens("".join(parts), text, known)
    if not found:
        return Marks("", "")
    if len(found) == 1:
        return Marks(found[0], found[0])
    if len(found) == 2:
        return Marks(found[0], found[1])
    raise UnknownMark(text, known)


def _clean(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    # NFKC folds full-width letters, digits and punctuation into ASCII.
    text = unicodedata.normalize("NFKC", str(cell)).upper().strip()
    return "".join(c for c in text if c not in INVISIBLE and (c == "\n" or not c.isspace()))


def _split(text: str) -> list[str]:
    for separator in SEPARATORS:
        if separator in text:
            return text.split(separator)
    return [text]


def _labelled(text: str, am_label: str, pm_label: str, signs: tuple[str, ...]) -> Marks:
    """`上午√下午×`, in either order, or one half alone."""
    halves = {am_label: "", pm_label: ""}
    at = {label: text.find(label) for label in halves if label in text}
    if min(at.values()) != 0 or any(text.count(label) > 1 for label in at):
        raise UnknownMark(text, signs)
    order = sorted(at, key=at.__getitem__)
    for label, following in zip(order, [*order[1:], None], strict=True):
        end = at[following] if following else len(text)
        halves[label] = _single(text[at[label] + len(label) : end].strip(SEPARATORS + ":"), text, signs)
    return Marks(halves[am_label], halves[pm_label])


def _single(part: str, text: str, signs: tuple[str, ...]) -> str:
    found = _tokens(part, text, signs)
    if len(found) > 1:
        raise UnknownMark(text, signs)
    return found[0] if found else ""


def _tokens(part: str, text: str, signs: tuple[str, ...]) -> list[str]:
    """The signs of a run of glyphs; a dash holds the place of a half without a mark."""
    found = []
    for glyph in part:
        sign = "" if glyph in DASHES else _sign(glyph, signs)
        if sign is None:
            raise UnknownMark(text, signs)
        found.append(sign)
    return found


def _sign(glyph: str, signs: tuple[str, ...]) -> str | None:
    """The policy's own sign for a glyph: the same one first, then one that looks like it."""
    folded = {_clean(sign): sign for sign in signs}
    if glyph in folded:
        return folded[glyph]
    glyphs = next((line for line in LOOK_ALIKES if glyph in line), "")
    return next((sign for clean, sign in folded.items() if clean and clean in glyphs), None)
