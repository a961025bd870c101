"""A cell as clean text. Pure: no Django.

Removed: control and invisible characters, emoji, variation selectors. Full-width letters, digits and signs become ASCII.
Characters beyond the basic plane (𠮷, 㼆) stay; eight characters that old GB18030 files carry at private code points
get their standard ones (GB 18030-2022).
"""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SPACES = dict.fromkeys([0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0xA0, 0x3000, *range(0x2000, 0x200B), 0x202F, 0x205F], " ")
_PRIVATE = dict(
    zip((0xE81E, 0xE826, 0xE82B, 0xE82C, 0xE832, 0xE843, 0xE854, 0xE864), map(chr, range(0x9FB4, 0x9FBC)), strict=True)
)
_TIDY = {
    **dict.fromkeys([*range(0x09), *range(0x0E, 0x20), *range(0x7F, 0xA0), 0xAD, 0x180E, 0xFEFF, 0xFFFC, 0xFFFD], None),
    **dict.fromkeys([*range(0x200B, 0x2010), *range(0x2028, 0x202F), *range(0x2060, 0x2070)], None),
    **dict.fromkeys([*range(0xFE00, 0xFE10), *range(0xE0000, 0xE01F0), *range(0xD800, 0xE000)], None),
    **_WIDE,
    **_SPACES,
    **_PRIVATE,
}
_PROSE = {code: sign for code, sign in _TIDY.items() if code not in _WIDE}
_EMOJI = re.compile("[\u20d0-\u20ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff\U0001fb00-\U0001fbff]")
_NEEDS_TIDYING = re.compile("[^\u0020-\u007e\u00b7\u4e00-\u9fa5、。“”]")


def as_text(raw: object) -> str:
    """Any cell as text before tidying: whole numbers without `.0`, dates in ISO form, None as nothing."""
    if isinstance(raw, str):
        return raw
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, float):
        return str(int(raw)) if raw.is_integer() and abs(raw) < 1e16 else repr(raw)
    if isinstance(raw, dt.datetime) and raw.time() == dt.time():
        return raw.date().isoformat()
    return str(raw)


def tidy(text: str) -> str:
    """Clean text with single spaces inside and none outside. Idempotent."""
    if _NEEDS_TIDYING.search(text):
        text = _EMOJI.sub("", text.translate(_TIDY))
    return " ".join(text.split()) if " " in text else text


def prose(text: str, *, lines: bool = False) -> str:
    """Sentences as they were written: full-width signs stay, control and invisible characters go. Idempotent.

    With `lines` the line breaks stay too.
    """
    cleaned = (" ".join(_EMOJI.sub("", line.translate(_PROSE)).split()) for line in text.splitlines())
    return ("\n" if lines else " ").join(line for line in cleaned if line)


def bare(text: str) -> str:
    """Clean text without any space."""
    return tidy(text).replace(" ", "")


@lru_cache(maxsize=8192, typed=True)
def bare_cell(raw: object) -> str:
    return bare(as_text(raw))
