"""PURE: invented people of the demo. No number or name belongs to anybody."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle

from reports.demo.town import DATONG, QINGHE, Township, Village

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"
LEADER, MEMBER = "第一书记", "队员"

# 姓名 性别 民族; two people of one name in two villages, a name with a dot, a rare character.
_DATONG_NAMES = """
韦立新 男 壮族|黄秀兰 女 壮族|陆志强 男 汉族|覃美玲 女 壮族|蒙建国 男 壮族|李文博 男 汉族
农春燕 女 壮族|罗永福 男 瑶族|梁晓东 男 汉族|蓝㼆 男 瑶族|潘玉珍 女 壮族|莫振华 男 壮族
王丽华 女 汉族|韦国庆 男 壮族|黄志明 男 壮族|陈思远 男 汉族|覃小妹 女 壮族|周海峰 男 汉族
岑德胜 男 壮族|卢春梅 女 汉族|韦红霞 女 壮族|唐亚军 男 汉族|黄丽萍 女 壮族|石大伟 男 侗族
杨秋菊 女 苗族|谭家辉 男 毛南族|迪丽娜尔·艾山 女 维吾尔族|何俊杰 男 汉族|吴桂英 女 仫佬族|韦立新 男 壮族
张宏伟 男 汉族|邓雪莲 女 瑶族|甘忠诚 男 壮族|赵海燕 女 汉族|黄瑞祥 男 壮族|林慧敏 女 汉族
覃启明 男 壮族|刘志远 男 汉族|蒙丽娟 女 壮族|农德才 男 壮族|班小龙 男 壮族|许静 女 汉族
"""
_QINGHE_NAMES = """
苏建平 男 汉族|韦春桃 女 壮族|黄志明 男 壮族|冯玉洁 女 汉族|廖永强 男 壮族|曾小红 女 汉族
谢家宝 男 汉族|玉兰香 女 壮族|骆国安 男 汉族
"""
# Dispatch levels and lodging of the 42, in the order of the names: 2 + 27 + 13, and 22 + 8 + 4 + 3 + 2 + 3.
_LEVELS = {"自治区级": (5, 21), "镇级": (2, 4, 7, 9, 11, 13, 18, 22, 25, 27, 32, 34, 41)}
_LODGING = (
    ("村委办公楼", 22),
    ("教学点", 8),
    ("屯级党支部活动室", 4),
    ("群众家", 3),
    ("村卫生室", 2),
    ("单位宿舍", 3),
)
_REGION_BODIES = ("样例自治区交通运输厅", "样例自治区农业科学院")
_COUNTY_BODIES = (
    "样例县教育局",
    "样例县委办公室",
    "样例县财政局",
    "样例县农业农村局",
    "样例县水利局",
    "样例县林业局",
    "样例县人民医院",
    "样例县自然资源局",
    "样例县民政局",
    "样例县市场监督管理局",
    "样例县发展和改革局",
    "样例县税务局",
)
_TOWNSHIP_BODIES = ("大同镇人民政府", "大同镇农业服务中心", "大同镇中心小学", "大同镇卫生院")
_SECOND_BODIES = ("邻县财政局", "邻县教育局", "邻县农业农村局")
_EDUCATION = ("大学本科", "大学本科", "大学专科", "大学本科", "硕士研究生")
_MAJORS = ("行政管理", "农学", "会计学", "汉语言文学", "土木工程", "法学", "水利水电工程", "临床医学")
_POSITIONS = {
    "自治区级": ("主任科员",),
    "县级": ("科员", "四级主任科员", "办公室副主任", "一级科员"),
    "镇级": ("科员", "助理农艺师"),
}


@dataclass(frozen=True)
class Person:
    """One posted person; `number` is his place in the whole demo, from 1."""

    number: int
    name: str
    sex: str
    ethnicity: str
    birth: str
    id_number: str
    phone: str
    political_status: str
    education: str
    major: str
    institution: str
    position: str
    level: str
    village: Village
    team_role: str
    lodging: str

    @property
    def leads(self) -> bool:
        return self.team_role == LEADER


def check_digit(first17: str) -> str:
    """GB 11643."""
    return CHECK_DIGITS[sum(weight * int(digit) for weight, digit in zip(WEIGHTS, first17, strict=True)) % 11]


def id_number(region: str, birth: str, number: int, sex: str) -> str:
    """`region`: six invented digits from 4599; the seventeenth digit is odd for men."""
    first17 = f"{region}{birth}{2 * number + (sex == '男'):03d}"
    return first17 + check_digit(first17)


def members(township: Township) -> list[Person]:
    return list(_datong() if township.code == DATONG.code else _qinghe())


def _datong() -> Iterator[Person]:
    levels = {index: level for level, indexes in _LEVELS.items() for index in indexes}
    bodies = {"自治区级": cycle(_REGION_BODIES), "县级": cycle(_COUNTY_BODIES), "镇级": cycle(_TOWNSHIP_BODIES)}
    places = [kind for kind, count in _LODGING for _ in range(count)]
    for index, (village, leads, row) in enumerate(_seats(DATONG, _DATONG_NAMES)):
        level = levels.get(index, "县级")
        # 5 and 42 have no common divisor: every place is given once, and neighbours differ.
        yield _person(index + 1, row, village, level, next(bodies[level]), places[5 * index % len(places)], leads=leads)


def _qinghe() -> Iterator[Person]:
    bodies = cycle(_SECOND_BODIES)
    for index, (village, leads, row) in enumerate(_seats(QINGHE, _QINGHE_NAMES)):
        yield _person(index + 101, row, village, "县级", next(bodies), "村委办公楼", leads=leads)


def _seats(township: Township, names: str) -> Iterator[tuple[Village, bool, list[str]]]:
    """(village, whether this is its first secretary, the row of the name), village by village."""
    rows = iter(row.split() for line in names.strip().splitlines() for row in line.split("|"))
    for village in township.villages:
        for seat in range(village.people):
            yield village, seat == 0, next(rows)


def _person(
    number: int, row: list[str], village: Village, level: str, institution: str, lodging: str, *, leads: bool
) -> Person:
    name, sex, ethnicity = row
    birth = f"{1972 + number * 7 % 27}{1 + number * 5 % 12:02d}{1 + number * 11 % 28:02d}"
    party = "中共党员" if leads or number % 3 else "群众"
    return Person(
        number=number,
        name=name,
        sex=sex,
        ethnicity=ethnicity,
        birth=birth,
        id_number=id_number(village.code[:6], birth, number, sex),
        phone=f"138000{number:05d}",
        political_status=party,
        education=_EDUCATION[number % len(_EDUCATION)],
        major=_MAJORS[number % len(_MAJORS)],
        institution=institution,
        position=_POSITIONS[level][number % len(_POSITIONS[level])],
        level=level,
        village=village,
        team_role=LEADER if leads else MEMBER,
        lodging=lodging,
    )
