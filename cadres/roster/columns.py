"""Header names of the tables people send: which header means which column. Pure: no Django.

A `ColumnTable` serves `reader.read_tables`; the roster's own table is `ROSTER`, synonyms exactly as the contract lists
them (the first is the one used in our template). Weekly sheets, check-ins and ledgers bring tables of their own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

_WIDE_TO_ASCII = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_BLANKS = dict.fromkeys([*range(0x21), *range(0x7F, 0xA1), 0xAD, 0x3000, 0xFEFF, 0x180E, *range(0x2000, 0x2010),
                         *range(0x2028, 0x2030), *range(0x205F, 0x2070)])  # fmt: skip
COMPACT = {**_WIDE_TO_ASCII, **_BLANKS}
"""Removes all white space and invisible characters, turns full-width letters, digits and signs into ASCII."""

# A bracket that only explains how to fill the column: 出生年月(如1985.07), 身份证号(18位), 姓名(必填).
_HINT = re.compile(r"\([^()]*(?:如|例|格式|必填|选填|填写|下拉|位|文本|YYYY|yyyy)[^()]*\)")


@lru_cache(maxsize=4096)
def compact(text: str) -> str:
    """`text` without any white space (also full-width and line breaks), full-width signs as ASCII."""
    return text.translate(COMPACT)


@lru_cache(maxsize=4096)
def header_form(text: str) -> str:
    """A header as it is compared: compact, without stars, closing colon and filling hints."""
    return _HINT.sub("", compact(text)).strip("*:")


CORRECTED = -1
"""Rank of a column that a person chose: better than any synonym."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: `key` in code, `headers` as people write them (the first is ours)."""

    key: str
    headers: tuple[str, ...]
    required: bool = False

    @property
    def label(self) -> str:
        return self.headers[0]


@dataclass(frozen=True)
class ColumnTable:
    """The columns of one kind of table and what makes a row of texts its header.

    A header must name one column of every group in `must` and at least `at_least` columns in all. `other` recognises
    headers that no list can name (weekdays, dates): it gets the header's form and answers a key or None. `joined`
    names what only parent and child together say (驻村时间 / 起). `numbering` columns are dropped, `remarks` are kept
    without a word; any other unknown column is warned about with `unknown_advice`, unless that is None. `corrected`:
    headers whose meaning a person set (choices_made.Choices.columns); they win over every list. `titled`: the lines
    above a header say what its table is about (a month, a village), so the same header below another title begins a
    table of its own. `spoken` gives the words for keys that `other` made.
    """

    columns: tuple[Column, ...]
    must: tuple[frozenset[str], ...]
    at_least: int
    other: Callable[[str], str | None] | None = None
    joined: Mapping[tuple[str, str], str] = field(default_factory=dict)
    numbering: frozenset[str] = frozenset({"序号", "编号", "序", "号", "No", "NO", "No.", "№"})
    remarks: frozenset[str] = frozenset({"备注", "说明", "其他", "备注说明"})
    unknown_advice: str | None = None
    corrected: Mapping[str, str] = field(default_factory=dict)
    titled: bool = False
    spoken: Callable[[str], str] | None = None

    @cached_property
    def by_header(self) -> dict[str, tuple[str, int]]:
        """Header form → (key, rank of the synonym): a lower rank wins where two columns claim one key."""
        return {header_form(h): (c.key, rank) for c in self.columns for rank, h in enumerate(c.headers)}

    @cached_property
    def by_key(self) -> dict[str, Column]:
        return {column.key: column for column in self.columns}

    @cached_property
    def required(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.required)

    @cached_property
    def must_starts(self) -> frozenset[str]:
        """First characters of the headers that a header row must have: a quick test whether a cell may be one."""
        keys = frozenset().union(*self.must)
        listed = {form[0] for form, (key, _) in self.by_header.items() if key in keys}
        return frozenset(listed | {form[0] for form, key in self.corrected.items() if key in keys and form})

    def match(self, text: str) -> tuple[str, int] | None:
        """(key, rank) of one header text, None when it is not one of ours."""
        form = header_form(text)
        if form in self.corrected:
            key = self.corrected[form]
            return (key, CORRECTED) if key else None
        found = self.by_header.get(form)
        if found is None and self.other is not None and (key := self.other(form)) is not None:
            return key, 0
        return found

    def label(self, key: str) -> str:
        column = self.by_key.get(key)
        if column is None and self.spoken is not None:
            return self.spoken(key)
        return column.label if column else key


ROSTER = ColumnTable(
    columns=(
        Column("name", ("姓名", "队员姓名", "干部姓名"), required=True),
        Column("sex", ("性别",)),
        Column("ethnicity", ("民族",)),
        Column("birth_month", ("出生年月", "出生日期")),
        Column("id_number", ("身份证号", "身份证号码", "公民身份号码", "身份证"), required=True),
        Column("political_status", ("政治面貌",)),
        Column("education", ("学历", "文化程度")),
        Column("major", ("专业", "所学专业")),
        Column("dispatching_institution", ("派出单位", "选派单位", "工作单位", "原单位"), required=True),
        Column("position", ("单位职务", "职务职级", "原职务")),
        Column("dispatch_level", ("选派层级", "派驻层级", "选派级别")),
        Column("village", ("驻村名称", "驻点村", "驻村", "所驻村", "派驻村", "驻村(社区)"), required=True),
        Column("team_role", ("队内职务", "职务", "队员身份")),
        Column("phone", ("联系电话", "手机", "手机号码", "电话")),
        Column("start_date", ("驻村起始时间", "到村时间", "驻村时间", "派驻时间"), required=True),
        Column("end_date", ("驻村结束时间", "计划结束时间")),
        Column("lodging", ("住村地点", "住宿地点")),
    ),
    must=(frozenset({"name"}),),
    at_least=4,
    joined={
        (parent, child): key
        for key, children in {
            "start_date": ("起", "始", "起始", "开始", "起始时间", "开始时间", "自"),
            "end_date": ("止", "至", "终", "结束", "截止", "结束时间", "截止时间"),
        }.items()
        for child in children
        for parent in ("驻村时间", "派驻时间", "驻村起止时间", "起止时间", "驻村期限", "派驻期限", "任期")
    },
    unknown_advice="不是花名册的列，内容随各行保存在“花名册其他栏”里；列名写错了的，请按导入模板改正后重新上传",
)
"""The roster (花名册): a header has 姓名 and at least three more known columns."""

TOWNSHIP_HINTS = frozenset(
    {"乡镇", "镇", "所在乡镇", "所属乡镇", "驻点乡镇", "乡镇名称", "派驻乡镇", "乡(镇)", "所在镇"}
)
"""Not columns of the roster, yet a cell there tells two villages of one name apart."""
