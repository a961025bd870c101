"""Closed lists of the roster and what people write for them. Pure: no Django.

Names follow the national code lists (GB/T 3304 ethnicity, GB/T 4762 political status, GB/T 4658 education) in the short
form offices use. A dispatch level stays the word it was written as: 省级 and 自治区级 are both kept.
"""

from __future__ import annotations

from functools import lru_cache

from cadres.roster.errors import Invalid
from cadres.roster.text import bare_cell

SEXES = ("男", "女")

_NAMES = """
汉 蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 高山 拉祜 水 东乡 纳西 景颇
柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 塔吉克 怒 乌孜别克 俄罗斯 鄂温克 德昂 保安 裕固 京
塔塔尔 独龙 鄂伦春 赫哲 门巴 珞巴 基诺
""".split()  # noqa: SIM905 - a word list reads better

ETHNICITIES = (
    *(f"{name}族" for name in _NAMES),
    "穿青人",
    "其他",
)

POLITICAL_STATUSES = (
    "中共党员",
    "中共预备党员",
    "共青团员",
    "民革党员",
    "民盟盟员",
    "民建会员",
    "民进会员",
    "农工党党员",
    "致公党党员",
    "九三学社社员",
    "台盟盟员",
    "民主党派",
    "无党派人士",
    "群众",
)

EDUCATIONS = (
    "博士研究生",
    "硕士研究生",
    "大学本科",
    "大学专科",
    "中专",
    "职高",
    "技校",
    "高中",
    "初中",
    "小学",
    "党校研究生",
    "党校本科",
    "党校专科",
)

DISPATCH_LEVELS = ("中央级", "省级", "自治区级", "市级", "县级", "乡镇级", "镇级", "乡级")

TEAM_ROLES = ("第一书记", "队长", "第一书记兼队长", "副队长", "队员")
"""Known ones; others are kept as written."""


def _spelt(*lines: str) -> dict[str, str]:
    """`大学本科: 本科 大学 …` → {本科: 大学本科, …}."""
    pairs: dict[str, str] = {}
    for line in lines:
        name, _, others = line.partition(":")
        pairs.update(dict.fromkeys([name, *others.split()], name))
    return pairs


_SEXES = _spelt("男: 男性 男士 M", "女: 女性 女士 F")
_ETHNICITIES = {name: name for name in ETHNICITIES} | {name[:-1]: name for name in ETHNICITIES if name.endswith("族")}
_ETHNICITIES |= _spelt(
    "毛南族: 毛难族 毛难", "仫佬族: 木佬族 木佬", "其他: 其它 其他民族 未识别民族", "穿青人: 穿青族 穿青"
)
_POLITICAL = {name: name for name in POLITICAL_STATUSES} | _spelt(
    "中共党员: 党员 共产党员 中国共产党党员 中共正式党员 正式党员 中共 中共党 中国共产党 党",
    "中共预备党员: 预备党员 中国共产党预备党员 预备 中共党员(预备) 党员(预备) 中共党员(预备期)",
    "共青团员: 团员 共青团 中国共产主义青年团团员 中国共青团员 团",
    "民革党员: 民革 民革会员 中国国民党革命委员会会员",
    "民盟盟员: 民盟 中国民主同盟盟员",
    "民建会员: 民建 中国民主建国会会员",
    "民进会员: 民进 中国民主促进会会员",
    "农工党党员: 农工党 农工党员 中国农工民主党党员",
    "致公党党员: 致公党 致公党员 中国致公党党员",
    "九三学社社员: 九三学社 九三社员",
    "台盟盟员: 台盟 台湾民主自治同盟盟员",
    "民主党派: 民主党派成员 其他民主党派",
    "无党派人士: 无党派 无党派民主人士 无党派代表人士",
    "群众: 普通群众 普通公民 一般群众 群 无",
)
_EDUCATION = {name: name for name in EDUCATIONS} | _spelt(
    "博士研究生: 博士 研究生(博士) 博士研究生学历",
    "硕士研究生: 研究生 硕士 研究生(硕士) 研究生学历 硕士研究生学历",
    "大学本科: 本科 大学 本科学历 大学本科学历 学士 大学学历 本科生",
    "大学专科: 大专 专科 大专学历 专科学历 大学专科学历 高职 大专生 专科生",
    "中专: 中等专科 中等专业 中师 中专学历 中等职业教育 中职",
    "职高: 职业高中",
    "技校: 技工学校 技工 技师学院",
    "高中: 普通高中 高中学历",
    "初中: 普通初中 初级中学 初中学历",
    "党校研究生: 中央党校研究生 省委党校研究生 区委党校研究生 自治区党委党校研究生 在职党校研究生",
    "党校本科: 党校大学 中央党校大学 省委党校大学 区委党校大学 党校大学本科 中央党校本科 省委党校本科",
    "党校专科: 党校大专 中央党校大专 省委党校大专",
)
_MODES = ("全日制", "非全日制", "在职", "函授", "成人", "成教", "自考", "自学考试", "电大", "网络教育", "普通")
_LEVELS = {name: name for name in DISPATCH_LEVELS} | _spelt(
    "中央级: 中央 国家 国家级 央企 中央单位 中央和国家机关 中直 国直",
    "省级: 省 省直 省派 省选派 省级选派 省委",
    "自治区级: 自治区 区 区级 区直 区派 区选派 自治区直 自治区派 自治区选派 区级选派",
    "市级: 市 市直 市派 市选派 市级选派 地市 地市级 设区市 设区市级 地级 州 州级",
    "县级: 县 县直 县派 县选派 县级选派 县区 县区级 区县 区县级 县市级 县(市、区) 县(区) 县(市)",
    "乡镇级: 乡镇 乡镇派 乡镇选派 乡(镇) 乡(镇)级 乡镇级选派",
    "镇级: 镇 镇派 镇选派 镇直 镇级选派",
    "乡级: 乡 乡派 乡选派",
)
_ROLES = {name: name for name in TEAM_ROLES} | _spelt(
    "第一书记: 驻村第一书记 村第一书记 党支部第一书记 第一支书 村党组织第一书记",
    "队长: 工作队长 工作队队长 驻村工作队长 驻村工作队队长 驻村队长",
    "第一书记兼队长: 第一书记、队长 第一书记/队长 第一书记兼工作队长 第一书记(队长) 队长兼第一书记 第一书记兼工作队队长 "
    "第一书记兼驻村工作队队长 第一书记、工作队长 队长、第一书记 队长/第一书记 队长(第一书记) 第一书记队长",
    "副队长: 工作队副队长 驻村工作队副队长",
    "队员: 工作队员 工作队队员 驻村工作队员 驻村工作队队员 驻村队员 一般队员 普通队员 成员",
)

SPELLINGS = {
    "sex": _SEXES,
    "ethnicity": _ETHNICITIES,
    "political_status": _POLITICAL,
    "education": _EDUCATION,
    "dispatch_level": _LEVELS,
}
"""Every accepted spelling of a closed list's names, by column."""


def _unknown(label: str, examples: str) -> Invalid:
    return Invalid("choice.unknown", f"认不出这个{label}：请改为 {examples} 中的一种")


@lru_cache(maxsize=4096, typed=True)
def sex(raw: object) -> str:
    text = bare_cell(raw)
    if text and text not in _SEXES:
        raise _unknown("性别", "男、女")
    return _SEXES.get(text, "")


@lru_cache(maxsize=4096, typed=True)
def ethnicity(raw: object) -> str:
    text = bare_cell(raw)
    if text and text not in _ETHNICITIES:
        raise Invalid("choice.unknown", "认不出这个民族：请写国家认定的民族全称，如 汉族、壮族、瑶族")
    return _ETHNICITIES.get(text, "")


@lru_cache(maxsize=4096, typed=True)
def political_status(raw: object) -> str:
    text = bare_cell(raw)
    if text and text not in _POLITICAL:
        raise _unknown("政治面貌", "中共党员、中共预备党员、共青团员、民主党派、无党派人士、群众")
    return _POLITICAL.get(text, "")


@lru_cache(maxsize=4096, typed=True)
def education(raw: object) -> str:
    text = bare_cell(raw)
    name = _EDUCATION.get(text) or next(
        (_EDUCATION[text[len(mode) :]] for mode in _MODES if text.startswith(mode) and text[len(mode) :] in _EDUCATION),
        "",
    )
    if text and not name:
        raise _unknown("学历", "博士研究生、硕士研究生、大学本科、大学专科、中专、高中、初中、小学")
    return name


@lru_cache(maxsize=4096, typed=True)
def dispatch_level(raw: object) -> str:
    text = bare_cell(raw)
    if text and text not in _LEVELS:
        raise _unknown("选派层级", "中央级、省级、自治区级、市级、县级、镇级、乡级")
    return _LEVELS.get(text, "")


@lru_cache(maxsize=4096, typed=True)
def team_role(raw: object) -> str:
    """A role in the team: known spellings unified, others as written."""
    text = bare_cell(raw)
    return _ROLES.get(text, text)
