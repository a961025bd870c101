"""PURE: the division codes file (区划代码表): its columns, and one cell's normal form.

Codes are those of the statistics bureau: 2 digits province, 2 city, 2 county, 3 township, 3 village; shorter ones are
padded with zeros. Level and parent follow from the code where the file does not say them.
"""

from __future__ import annotations

from cadres.roster.columns import Column, ColumnTable
from cadres.roster.errors import Invalid
from cadres.roster.text import as_text, bare, bare_cell, tidy
from townships.division_codes import CODE_DIGITS, DIGITS, LEVELS

UNITS = ColumnTable(
    columns=(
        Column("code", ("区划代码", "统计用区划代码", "行政区划代码", "区划编码", "单位代码", "代码"), required=True),
        Column("name", ("名称", "单位名称", "区划名称", "行政区划名称", "行政单位", "单位"), required=True),
        Column("level", ("层级", "级别", "行政层级", "单位层级", "区划级别")),
        Column("parent_code", ("上级代码", "上级区划代码", "上级单位代码", "父级代码")),
        Column("parent", ("上级单位", "上级", "上级名称", "上级单位名称", "所属单位")),
        Column("begins", ("启用日期", "启用时间")),
        Column("ends", ("停用日期", "停用时间")),
    ),
    must=(frozenset({"code"}), frozenset({"name"})),
    at_least=2,
)
"""区划代码表: 区划代码 and 名称; level and parent may be left to the code."""

_LONGEST_NAME = 60

_WORDS = {
    "province": "省 省级 自治区 自治区级 直辖市",
    "city": "市 市级 地级市 设区市 州 自治州 盟 地区",
    "county": "县 县级 县区 区 市辖区 县级市 自治县 旗",
    "township": "乡镇 乡镇级 镇 镇级 乡 乡级 民族乡 街道 街道办 街道办事处 农场",
    "village": "村 村级 村(社区) 村社区 社区 行政村 居委会 村委会 嘎查",
}
_LEVEL_OF = {word: level for level, words in _WORDS.items() for word in words.split()} | {
    level: level for level in LEVELS
}


def code(raw: object) -> str:
    """12 digits, "" for a blank. Raises Invalid(code.invalid)."""
    text = bare(as_text(raw)).strip("'`’")
    if not text:
        return ""
    if text.endswith(".0"):
        text = text[:-2]
    if not text.isascii() or not text.isdigit():
        raise Invalid("code.invalid", "含有数字以外的字符：请照统计用区划代码填写 12 位数字")
    if len(text) not in set(DIGITS.values()):
        raise Invalid("code.invalid", f"有 {len(text)} 位，应为 12 位：请照统计用区划代码填写")
    if text.startswith("0"):
        raise Invalid("code.invalid", "不能以 0 开头：请照统计用区划代码填写 12 位数字")
    return text.ljust(CODE_DIGITS, "0")


def level(raw: object) -> str:
    """A level's key, "" for a blank. Raises Invalid(choice.unknown)."""
    text = bare_cell(raw)
    if text and text not in _LEVEL_OF:
        raise Invalid("choice.unknown", "认不出这个层级：请改为省、市、县、乡镇、村(社区)中的一种")
    return _LEVEL_OF.get(text, "")


def unit_name(raw: object) -> str:
    """A unit's name without the blanks that indent it."""
    text = tidy(as_text(raw)).replace(" ", "")
    if len(text) > _LONGEST_NAME:
        raise Invalid("value.too_long", f"有 {len(text)} 个字，最多 {_LONGEST_NAME} 个字：请缩短后重新填写")
    return text
