"""PURE: initials and full pinyin of a person's name, for searching and sorting.

Surnames are read as surnames: 单 is shàn, not dān. Characters without a reading stay themselves.
"""

import os
from functools import cache

# The book of phrases takes 45 MB in every process; names are read character by character.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")

from pypinyin import Style, pinyin

#: Readings of characters at the head of a name that differ from their commonest reading.
SURNAMES = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "查": "zha", "任": "ren", "区": "ou", "朴": "piao",
    "盖": "ge", "葛": "ge", "缪": "miao", "宓": "mi", "员": "yun", "翟": "zhai", "种": "chong", "秘": "bi",
    "冼": "xian", "洗": "xian", "折": "she", "尉": "wei", "黑": "he", "重": "chong", "乐": "yue", "召": "shao",
    "覃": "qin", "逄": "pang", "谌": "chen", "燕": "yan", "应": "ying", "卜": "bu", "华": "hua", "纪": "ji",
    "宁": "ning", "能": "nai", "祭": "zhai", "薄": "bo", "晟": "cheng", "长": "zhang", "呙": "guo", "隗": "wei",
    "尹": "yin", "岑": "cen", "车": "che", "晁": "chao", "万": "wan", "沈": "shen", "石": "shi", "贾": "jia",
}  # fmt: skip


@cache
def _reading(character: str) -> str:
    return pinyin(character, style=Style.NORMAL, errors=lambda rest: [[rest]])[0][0].lower()


@cache
def readings(character: str) -> frozenset[str]:
    """All readings of a character, as a surname too, without tones; one without a reading stays itself."""
    found = {sound.lower() for sound in pinyin(character, style=Style.NORMAL, heteronym=True, errors=list)[0]}
    return frozenset(found | ({SURNAMES[character]} if character in SURNAMES else set()))


def syllables(name: str) -> list[str]:
    """The reading of each character; the first as a surname."""
    letters = [character for character in name if character not in "· "]
    read = [_reading(character) for character in letters]
    if letters and letters[0] in SURNAMES:
        read[0] = SURNAMES[letters[0]]
    return read


def initials(name: str) -> str:
    """覃志强 → qzq."""
    return "".join(syllable[0] for syllable in syllables(name) if syllable)


def matches(name: str, text: str) -> bool:
    """Whether `text` is part of the name, of its initials, or begins its pinyin."""
    text = text.lower().replace(" ", "")
    if text in name.lower():
        return True
    return text.isascii() and (text in initials(name) or "".join(syllables(name)).startswith(text))


def sort_key(name: str) -> tuple[str, str]:
    """By pinyin, then by the characters themselves."""
    return " ".join(syllables(name)), name
