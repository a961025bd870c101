"""PURE: places of the demo: the reference town in its county, and a second county beside it.

Names, codes and coordinates are invented. The figures that must come out are in reference-town.json.
"""

import json
from dataclasses import dataclass
from pathlib import Path

REFERENCE = json.loads(Path(__file__).with_name("reference-town.json").read_text(encoding="utf-8"))
FACILITY_KINDS = REFERENCE["facilities_of_18_villages"]


@dataclass(frozen=True)
class Village:
    """A village or community: centre in WGS-84, and how many people are posted there."""

    code: str
    name: str
    squad: int
    latitude: float
    longitude: float
    people: int
    sponsor: str


@dataclass(frozen=True)
class Township:
    code: str
    name: str
    county: str
    villages: tuple[Village, ...]


PROVINCE = tuple(REFERENCE["units"]["province"])
CITY = tuple(REFERENCE["units"]["city"])
COUNTY = tuple(REFERENCE["units"]["county"])
SECOND_COUNTY = tuple(REFERENCE["units"]["second_county"])
TOWNSHIP_CODE, TOWNSHIP_NAME = REFERENCE["units"]["township"]

# (code suffix, name, squad, latitude, longitude, people, sponsoring institution)
_DATONG = (
    ("001", "大同社区", 1, 24.0312, 107.5120, 3, "样例县委办公室"),
    ("002", "新圩社区", 1, 24.0378, 107.5283, 2, "样例县财政局"),
    ("201", "龙江村", 1, 24.0521, 107.4976, 3, "样例自治区交通运输厅"),
    ("202", "拉旺村", 1, 24.0644, 107.5107, 2, "样例县教育局"),
    ("203", "板兰村", 1, 24.0730, 107.5334, 2, "样例县水利局"),
    ("204", "那社村", 1, 24.0466, 107.5461, 2, "样例县林业局"),
    ("205", "坡豪村", 2, 24.0189, 107.5502, 3, "样例县自然资源局"),
    ("206", "弄怀村", 2, 24.0024, 107.5418, 2, "样例县人民医院"),
    ("207", "六排村", 2, 23.9903, 107.5233, 2, "样例县民政局"),
    ("208", "那弄村", 2, 23.9847, 107.5011, 3, "样例自治区农业科学院"),
    ("209", "塘英村", 2, 23.9975, 107.4798, 2, "样例县市场监督管理局"),
    ("210", "长洞村", 2, 24.0136, 107.4655, 2, "样例县文化广电体育和旅游局"),
    ("211", "百乐村", 3, 24.0342, 107.4581, 3, "样例县发展和改革局"),
    ("212", "巴平村", 3, 24.0555, 107.4520, 2, "样例县税务局"),
    ("213", "甘洞村", 3, 24.0781, 107.4637, 2, "样例县交通运输局"),
    ("214", "峒里村", 3, 24.0912, 107.4869, 2, "样例县农业农村局"),
    ("215", "纳标村", 3, 24.0968, 107.5148, 3, "样例县住房和城乡建设局"),
    ("216", "上福村", 3, 24.0877, 107.5402, 2, "样例县供电公司"),
)
_QINGHE = (
    ("001", "清河社区", 1, 24.3310, 107.8120, 3, "邻县财政局"),
    ("201", "大同村", 1, 24.3462, 107.8305, 2, "邻县教育局"),
    ("202", "龙江村", 1, 24.3178, 107.8412, 2, "邻县农业农村局"),
    ("203", "石门村", 1, 24.3051, 107.7986, 2, "邻县水利局"),
)


def _township(code: str, name: str, county: str, rows: tuple) -> Township:
    return Township(code, name, county, tuple(Village(code[:9] + row[0], *row[1:]) for row in rows))


DATONG = _township(TOWNSHIP_CODE, TOWNSHIP_NAME, COUNTY[0], _DATONG)
# Its villages share names with Datong's: isolation must hold by place, not by name.
QINGHE = _township("459902101000", "清河镇", SECOND_COUNTY[0], _QINGHE)


def facilities(villages: tuple[Village, ...]) -> list[tuple[str, str, int]]:
    """(village code, kind, quantity): of n villages that have a kind, the lacking ones differ from kind to kind."""
    rows = []
    for number, (kind, having) in enumerate(FACILITY_KINDS.items()):
        lacking = {(3 + 5 * number + 4 * k) % len(villages) for k in range(len(villages) - having)}
        for index, village in enumerate(villages):
            if index not in lacking:
                rows.append((village.code, kind, 1 + (index + number) % 2))
    return rows
