"""Tells the rows of a table that are data from totals, signatures, titles and notes. Pure: no Django."""

from __future__ import annotations

import enum
import re
from collections.abc import Sequence

from cadres.roster.columns import ColumnTable, compact
from cadres.roster.headers import Header, is_blank

_TOTAL = re.compile(r"^.{0,12}?(?:(?:合计|小计|总计|共计|累计|总人数|总数).{0,14}|共\d+(?:人|名|条)[。.]?)$")
_SIGNATURE = re.compile(
    r"^(?:填表|制表|填报|审核|复核|审批|审签|负责人|主要负责|单位负责|分管领导|主要领导|经办|联系人|签字|签名|\(?盖章|"
    r"\(?公章|\(?签章|报送|抄送|打印日期|监督电话|.{0,6}年.{0,3}月.{0,3}日$|.{0,14}(?:签字|签名|盖章|签章)\)?[:_]*$|[^\d:]{2,12}:)"
)
_NOTE = re.compile(r"^(?:附?注\d*[:.、]|备注[:]|附注|说明[:]|填表说明|填写说明|例[:.]|例$|\(?以下(?:空白|无正文))")
_TITLE = re.compile(r"名册|名单|一览表|统计表|登记表|汇总表|考勤表|台账|记录表|第.{1,4}页|共.{1,4}页|续表|\(续")
_SECTION = re.compile(r"^(?:[一二三四五六七八九十]+[、.]|\([一二三四五六七八九十]+\))")
_EXAMPLES = ("示例", "样例行", "填写示例")
"""What stands in the first cell of a template's line of example."""
_HINT = re.compile(r"\(.*\)|(?:如|例如|格式)[:].*")
_TITLE_MERGE = 3
"""A line that is one cell merged over so many columns is a title, not a person."""
_ENOUGH_AFTER_SIGNATURE = 3
"""Below the signature lines a row must fill so many known columns to count as data."""


class Line(enum.Enum):
    """What a row below a header is; the value says why it is no data."""

    DATA = ""
    EXAMPLE = "模板里的示例行"
    SIGNATURE = "填表、审核、签字一类的行"
    TOTAL = "合计或小计行"
    NOTE = "附注或说明"
    TITLE = "标题或小标题"
    EXPLAINS = "表头下说明填法的行"
    OTHER = "没有姓名等主要内容"


class LineReader:
    """Judges the rows below one header, in order: below the signature lines it asks for more."""

    def __init__(self, header: Header, columns: ColumnTable, wide: dict[tuple[int, int], int]) -> None:
        self._wide = wide
        self._closed = False
        self._first_row = True
        self._id_at = header.keys.get("id_number")
        self._known = frozenset(header.keys.values())
        self._required = frozenset(header.keys[c.key] for c in columns.required if c.key in header.keys)
        self._groups = [frozenset(header.keys[k] for k in group if k in header.keys) for group in columns.must]
        self._person = frozenset().union(*self._groups)

    def kind(self, number: int, cells: Sequence[object]) -> Line:
        first, self._first_row = self._first_row, False
        if cells and isinstance(cells[0], str) and compact(cells[0]).startswith(_EXAMPLES):
            return Line.EXAMPLE
        if self._has_id(cells):
            return Line.DATA
        own = [(index, cell) for index, cell in enumerate(cells) if not is_blank(cell)]
        texts = [compact(cell) for _, cell in own if isinstance(cell, str)]
        filled = self._known.intersection(index for index, _ in own)
        if texts and _SIGNATURE.match(texts[0]) and not self._is_plainly_data(filled, texts):
            self._closed = True
            return Line.SIGNATURE
        if (other := self._something_else(number, own, texts)) is not None:
            return other
        if first and _explains_columns(own, texts):
            return Line.EXPLAINS
        names_someone = not self._person.isdisjoint(filled)
        if self._closed:
            return Line.DATA if names_someone and len(filled) >= _ENOUGH_AFTER_SIGNATURE else Line.OTHER
        return Line.DATA if names_someone or len(filled) > 1 else Line.OTHER

    def _is_plainly_data(self, filled: frozenset[int], texts: list[str]) -> bool:
        """A first cell like 2026年10月6日 or 分管领导 may be data: the rest tells.

        In a table of identity numbers such a row lacks a good one: it is a person to complain about when at most one
        required column is empty and no second cell reads like a signature.
        """
        first = texts[0]
        if first.endswith(("签字", "签名", "盖章", "签章")) or ":" in first:
            return False
        if any(group.isdisjoint(filled) for group in self._groups):
            return False
        if self._id_at is None:
            return True
        signed = any(_SIGNATURE.match(text) and not text.endswith("日") for text in texts[1:])
        return bool(self._required) and len(self._required - filled) <= 1 and not signed

    def _has_id(self, cells: Sequence[object]) -> bool:
        if self._id_at is None or self._id_at >= len(cells):
            return False
        cell = cells[self._id_at]
        return (
            len(cell) >= 15 and _looks_numbered(cell)
            if isinstance(cell, str)
            else isinstance(cell, int | float) and cell > 1e13
        )

    def _something_else(self, number: int, own: list[tuple[int, object]], texts: list[str]) -> Line | None:
        """Totals, notes, and lines of a single cell that are titles or headings of a section."""
        if any(_TOTAL.match(text) for text in texts):
            return Line.TOTAL
        if texts and _NOTE.match(texts[0]):
            return Line.NOTE
        if len(own) > 1:
            return None
        index, cell = own[0]
        last = self._wide.get((number, index), index)
        text = compact(cell) if isinstance(cell, str) else ""
        is_title = last - index + 1 >= _TITLE_MERGE or _TITLE.search(text) or _SECTION.match(text)
        return Line.TITLE if is_title else None


def _looks_numbered(text: str) -> bool:
    return sum(sign.isdigit() for sign in text) >= 12


def _explains_columns(own: list[tuple[int, object]], texts: list[str]) -> bool:
    """The line right below a header that numbers the columns or says in brackets how to fill them."""
    return _numbers_columns(own) or (len(texts) == len(own) and all(_HINT.fullmatch(text) for text in texts))


def _numbers_columns(own: list[tuple[int, object]]) -> bool:
    """The line 1 2 3 4 … (or 甲 乙 1 2 …) that some forms have right below the header."""
    numbers = [cell for _, cell in own if isinstance(cell, int | float)]
    as_text = [cell for _, cell in own if isinstance(cell, str) and compact(cell).isdigit() and len(cell) < 3]
    values = [int(n) for n in (*numbers, *as_text)]
    return (
        len(values) >= 3 and len(values) >= len(own) - 2 and values == list(range(values[0], values[0] + len(values)))
    )
