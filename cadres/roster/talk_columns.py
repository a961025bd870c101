"""PURE: the ledger of talks (谈话提醒台账): its columns and what people write for the kinds."""

from __future__ import annotations

from cadres.roster.columns import Column, ColumnTable
from cadres.roster.errors import Invalid
from cadres.roster.text import as_text, bare_cell, prose

TALKS = ColumnTable(
    columns=(
        Column("name", ("姓名", "谈话对象", "被谈话人", "队员姓名", "干部姓名")),
        Column("id_number", ("身份证号", "身份证号码", "公民身份号码", "身份证")),
        Column("village", ("驻村名称", "驻点村", "驻村", "所驻村", "派驻村", "驻村(社区)", "村", "村(社区)")),
        Column("held_on", ("谈话时间", "谈话日期", "时间", "日期"), required=True),
        Column("kind", ("类别", "谈话类别", "类型", "谈话类型", "方式")),
        Column("talker", ("谈话人", "谈话领导", "主谈人"), required=True),
        Column("recorder", ("记录人",)),
        Column("reason", ("事由", "谈话事由", "谈话原因", "原因"), required=True),
        Column("place", ("地点", "谈话地点")),
        Column("content", ("谈话内容", "内容", "谈话情况")),
        Column("statement", ("本人表态", "表态", "谈话对象表态", "表态情况")),
    ),
    must=(frozenset({"name", "id_number"}), frozenset({"held_on"})),
    at_least=3,
)
"""谈话提醒台账: a row a talk."""

KINDS = {
    "谈话提醒": "reminder_talk",
    "提醒谈话": "reminder_talk",
    "提醒": "reminder_talk",
    "谈话": "reminder_talk",
    "谈心谈话": "reminder_talk",
    "": "reminder_talk",
    "约谈": "formal_interview",
    "诫勉谈话": "formal_interview",
    "通报批评": "public_criticism",
    "通报": "public_criticism",
}
LONGEST = {"talker": 60, "recorder": 60, "reason": 200, "place": 100, "content": 4_000, "statement": 4_000}
_NOTHING = frozenset({"/", "-", "--", "—", "——", "无"})


def kind(raw: object) -> str:
    """A kind's key; a blank is a reminder. Raises Invalid(choice.unknown)."""
    text = bare_cell(raw)
    if text not in KINDS:
        raise Invalid("choice.unknown", "认不出这个谈话类别：请改为谈话提醒、约谈、通报批评中的一种")
    return KINDS[text]


def words(key: str, raw: object) -> str:
    """A text that fits its column. Raises Invalid(value.too_long)."""
    text = prose(as_text(raw), lines=key in ("content", "statement"))
    if text in _NOTHING:
        return ""
    if len(text) > LONGEST[key]:
        raise Invalid("value.too_long", f"有 {len(text)} 个字，最多 {LONGEST[key]} 个字：请缩短后重新填写")
    return text
