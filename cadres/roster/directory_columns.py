"""PURE: columns of the directories that offices keep: institutions (派出、后盾单位), accounts with their roles."""

from __future__ import annotations

from collections.abc import Iterable

from cadres.roster.columns import Column, ColumnTable
from cadres.roster.errors import Invalid
from cadres.roster.text import as_text, bare, bare_cell, tidy
from townships.role_rules import Terms
from townships.roles import ROLES

INSTITUTIONS = ColumnTable(
    columns=(
        Column(
            "name",
            ("名称", "单位名称", "单位全称", "派出单位", "后盾单位", "派出(后盾)单位", "选派单位"),
            required=True,
        ),
        Column("contact", ("联系人", "联络员", "单位联系人")),
        Column("phone", ("联系电话", "电话", "联系方式", "手机", "办公电话")),
        Column("unit", ("所属单位", "所属县", "所属县区", "归口单位", "所在县")),
    ),
    must=(frozenset({"name"}),),
    at_least=2,
)
"""单位名录: 名称, 联系人, 联系电话, 所属单位."""

ACCOUNTS = ColumnTable(
    columns=(
        Column("username", ("用户名", "账号", "登录名", "登录账号"), required=True),
        Column("display_name", ("姓名", "显示名称", "使用人"), required=True),
        Column("role", ("角色", "任职", "身份", "岗位"), required=True),
        Column("unit", ("单位", "所在单位", "任职单位", "单位名称")),
        Column("unit_code", ("区划代码", "单位代码", "单位区划代码")),
        Column("institution", ("派出单位", "所在派出单位")),
        Column("phone", ("联系电话", "电话", "手机", "手机号码")),
        Column("begins", ("开始日期", "任职开始日期", "起始日期")),
        Column("ends", ("结束日期", "任职结束日期", "截止日期")),
        Column("acting_for", ("受谁委托",)),
    ),
    must=(frozenset({"username"}), frozenset({"role"})),
    at_least=3,
)
"""账号和任职表: a row an account and role."""

LONGEST = {"name": 100, "contact": 60, "phone": 20, "display_name": 60, "username": 150, "acting_for": 60}
_NOTHING = frozenset({"/", "-", "--", "—", "——", "无", "暂无"})
_SYNONYMS = {
    "province_organization": "自治区党委组织部 省组织部",
    "city_organization": "市组织部",
    "county_organization": "县组织部 县委组织部干部 组织部",
    "township_secretary": "乡党委书记 党委书记 镇书记 乡镇党委书记",
    "township_deputy": "镇党委副书记 党委副书记 副书记 分管领导",
    "township_clerk": "党政办 党政办干部 镇党政办秘书 秘书",
    "squad_leader": "驻村分队长",
    "team_leader": "队长 驻村工作队队长 第一书记 第一书记兼队长",
    "village_clerk": "文书",
    "member": "驻村队员 工作队员",
    "institution_officer": "联络员 派出单位干部",
    "auditor": "审计",
    "region_liaison": "片区联络",
}
#: What the standard roles are called in the wild; a unit's own names come before these.
ROLE_WORDS = {
    **{word: key for key, words in _SYNONYMS.items() for word in words.split()},
    **{role.name: key for key, role in ROLES.items()},
    **{key: key for key in ROLES},
}


def words(key: str, raw: object) -> str:
    """A text that fits its column, "" for a blank or a dash. Raises Invalid(value.too_long)."""
    text = tidy(as_text(raw))
    if key in ("name", "display_name"):
        text = text.replace(" ", "") if not text.isascii() else text
    if text in _NOTHING:
        return ""
    if len(text) > LONGEST[key]:
        raise Invalid("value.too_long", f"有 {len(text)} 个字，最多 {LONGEST[key]} 个字：请缩短后重新填写")
    return text


def username(raw: object) -> str:
    """A name to log in with: letters, digits and @ . + - _ as Django allows them. Raises Invalid(username.invalid)."""
    text = bare(words("username", raw))
    if not all(sign.isalnum() or sign in "@.+-_" for sign in text):
        raise Invalid("username.invalid", "只能用文字、字母、数字和 @ . + - _ ：请改正后重新填写")
    return text


def role(raw: object, there: Iterable[Terms]) -> str:
    """The key of the role meant, of those there are at the unit, "" for a blank. Raises Invalid(choice.unknown)."""
    text = bare_cell(raw)
    if not text:
        return ""
    roles = [one for one in there if not one.retired]
    named = [one.key for one in roles if bare(one.name) == text]
    if len(named) > 1:
        raise Invalid("role.ambiguous", f"这里有 {len(named)} 个角色都叫这个名称：请先把其中一个改名")
    key = named[0] if named else ROLE_WORDS.get(text, text)
    if all(one.key != key for one in roles):
        names = "、".join(one.name for one in roles)
        raise Invalid("choice.unknown", f"认不出这个角色：请改为 {names} 中的一种")
    return key
