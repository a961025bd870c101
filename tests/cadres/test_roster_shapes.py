"""Rosters of random shape: whatever the layout, spelling and file kind, the same people come in."""

import random
from datetime import date, timedelta

import pytest

from cadres.roster.columns import ROSTER
from cadres.roster.identity import birth_month_of, check_digit, sex_of
from cadres.roster.people import read_entries
from cadres.roster.reader import read_tables
from tests.cadres.roster_files import text, xls, xlsx

REQUIRED = ["name", "id_number", "dispatching_institution", "village", "start_date"]
OPTIONAL = [c.key for c in ROSTER.columns if c.key not in REQUIRED]
GROUPS = {
    "联系方式": ["phone", "lodging"],
    "选派情况": ["dispatching_institution", "dispatch_level"],
    "基本信息": ["sex", "ethnicity", "birth_month"],
}
TITLES = [
    ["样例县2026年驻村工作队员花名册"],
    [],
    ["填报单位：", "大同镇", None, "填报时间：2026年3月1日"],
    ["(单位：人)"],
]
FEET = [
    ["合计", None, 7.0],
    ["填表人：", "张三", None, "审核人："],
    ["注：以上人员均已到村。"],
    ["单位(盖章)："],
    ["总 计", None, "共7人"],
]


def someone(luck: random.Random, serial: int) -> dict:
    born = date(1965, 1, 1) + timedelta(days=luck.randrange(12_000))
    first = f"4599{luck.randrange(1, 30):02d}{born:%Y%m%d}{serial % 1000:03d}"
    number = first + check_digit(first)
    start = date(2024, 1, 1) + timedelta(days=luck.randrange(900))
    return {
        "name": luck.choice(["韦甲", "覃小凤", "买买提·艾力", "𠮷永康", "欧阳建国"]) + luck.choice("甲乙丙丁戊"),
        "sex": sex_of(number),
        "ethnicity": luck.choice(["汉族", "壮族", "瑶族", "仫佬族"]),
        "birth_month": birth_month_of(number),
        "id_number": number,
        "political_status": luck.choice(["中共党员", "群众", "中共预备党员"]),
        "education": luck.choice(["大学本科", "大学专科", "硕士研究生"]),
        "major": luck.choice(["农学", "会计学"]),
        "dispatching_institution": luck.choice(["县财政局", "县水利局", "县教育局"]),
        "position": luck.choice(["科员", "四级主任科员"]),
        "dispatch_level": luck.choice(["县级", "省级", "自治区级"]),
        "village": luck.choice(["大同村", "龙塘村", "平安社区"]),
        "team_role": luck.choice(["队员", "第一书记", "队长"]),
        "phone": f"13{luck.randrange(10**9):09d}",
        "start_date": start.isoformat(),
        "end_date": (start + timedelta(days=730)).isoformat(),
        "lodging": luck.choice(["村委办公楼", "教学点"]),
    }


def written(luck: random.Random, key: str, value: str, *, typed: bool):
    """One of the ways people write a value; numbers and dates where the file knows them (`typed`)."""
    forms = [value, f" {value}", f"{value}　"]
    if key == "name":
        forms += ["　".join(value), value.replace("·", "•"), value.replace("·", ".")]
    elif key == "id_number":
        forms += [value.lower(), f"{value[:6]} {value[6:14]} {value[14:]}"]
    elif key == "birth_month":
        year, month = value.split("-")
        forms += [f"{year}.{month}", f"{year}年{int(month)}月", f"{year}/{month}", f"{year}{month}"]
        forms += [date(int(year), int(month), 9), float(f"{year}{month}")] if typed else []
    elif key in ("start_date", "end_date"):
        day = date.fromisoformat(value)
        forms += [
            f"{day.year}.{day.month}.{day.day}",
            f"{day.year}年{day.month}月{day.day}日",
            f"{day:%Y%m%d}",
            f"{day:%Y/%m/%d}",
        ]
        forms += [day, (day - date(1899, 12, 30)).days, float(f"{day:%Y%m%d}")] if typed else []
    elif key == "phone":
        forms += [
            f"+86 {value}",
            f"{value[:3]}-{value[3:7]}-{value[7:]}",
            *([float(value), int(value)] if typed else []),
        ]
    short = {
        "汉族": "汉",
        "壮族": "壮",
        "中共党员": "党员",
        "大学本科": "本科",
        "大学专科": "大专",
        "硕士研究生": "研究生",
        "县级": "县",
    }
    return luck.choice([*forms, *([short[value]] if value in short else [])])


class Layout:
    """A sheet as somebody might have made it, with the rows its people stand in."""

    def __init__(self, luck: random.Random, people: list[dict], *, merging: bool, typed: bool) -> None:
        self.luck, self.merging, self.typed = luck, merging, typed
        self.rows: list[list] = []
        self.merges: list[tuple[int, int, int, int]] = []
        self.at: list[int] = []
        kept = luck.sample(OPTIONAL, luck.randrange(len(OPTIONAL) + 1))
        self.keys = [*REQUIRED, *kept]
        luck.shuffle(self.keys)
        self.numbered = luck.random() < 0.7
        self.grouped = luck.choice([None, *GROUPS])
        if self.grouped:
            inside = [key for key in self.keys if key in GROUPS[self.grouped]]
            self.keys = [key for key in self.keys if key not in inside] + inside
        for line in luck.sample(TITLES, luck.randrange(3)):
            self.rows.append(list(line))
        self.head()
        self.body(sorted(people, key=lambda p: p["village"]))
        for line in luck.sample(FEET, luck.randrange(3)):
            self.rows.append(list(line))

    def head(self) -> None:
        luck = self.luck
        labels = [luck.choice(next(c.headers for c in ROSTER.columns if c.key == key)) for key in self.keys]
        labels = ["\n".join(label) if luck.random() < 0.2 else label for label in labels]
        labels = (["序号"] if self.numbered else []) + labels
        inside = [key in GROUPS.get(self.grouped, ()) for key in self.keys]
        inside = ([False] if self.numbered else []) + inside
        if not any(inside):
            self.rows.append(labels)
            return
        top, left = len(self.rows), inside.index(True)
        self.rows.append(
            [
                self.grouped if i == left else None if under else label
                for i, (label, under) in enumerate(zip(labels, inside, strict=True))
            ]
        )
        self.rows.append([label if under else None for label, under in zip(labels, inside, strict=True)])
        if self.merging:
            self.merges += [(top, top + 1, i, i) for i, under in enumerate(inside) if not under]
            if len(inside) - left > 1:
                self.merges.append((top, top, left, len(inside) - 1))

    def body(self, people: list[dict]) -> None:
        merged = self.merging and self.luck.random() < 0.6
        village = self.keys.index("village") + self.numbered
        start = len(self.rows)
        for index, person in enumerate(people):
            last = index and people[index - 1]["village"]
            if last and last != person["village"]:
                self.close(merged, start, village)
                if self.luck.random() < 0.3:
                    self.rows.append(["小 计", None, 2.0])
                if self.luck.random() < 0.2:
                    self.head()
                start = len(self.rows)
            row = [written(self.luck, key, person[key], typed=self.typed) for key in self.keys]
            if merged and len(self.rows) > start:
                row[village - self.numbered] = None
            self.at.append(len(self.rows) + 1)
            self.rows.append(([index + 1] if self.numbered else []) + row)
            if not merged and self.luck.random() < 0.05:
                self.rows.append([])
        self.close(merged, start, village)

    def close(self, merged: bool, start: int, column: int) -> None:
        if merged and len(self.rows) - start > 1:
            self.merges.append((start, len(self.rows) - 1, column, column))


def a_file(luck: random.Random, people: list[dict]) -> tuple[bytes, Layout]:
    kind = luck.choice(["xlsx", "xls", "csv"])
    layout = Layout(luck, people, merging=kind != "csv", typed=kind != "csv")
    if kind == "csv":
        encoding, separator = luck.choice(["utf-8", "utf-8-sig", "gb18030"]), luck.choice(",;\t")
        return text(layout.rows, encoding=encoding, separator=separator), layout
    sheets = [("花名册", layout.rows), ("旧表", [["姓名", "性别", "民族", "学历"]]), ("说明(不导入)", [["请核对"]])]
    if kind == "xls":
        return xls(*sheets, merges=layout.merges, hidden=("旧表",)), layout
    names = [f"{cell(c1, r1)}:{cell(c2, r2)}" for r1, r2, c1, c2 in layout.merges]
    return xlsx(*sheets, merges=names, hidden=("旧表",)), layout


def cell(column: int, row: int) -> str:
    return f"{chr(65 + column)}{row + 1}"


@pytest.mark.parametrize("seed", range(60))
def test_the_same_people_come_out_of_any_shape(seed):
    luck = random.Random(seed)
    people = [someone(luck, n) for n in range(1, luck.randrange(2, 14))]
    content, layout = a_file(luck, people)
    reading = read_tables(content, columns=ROSTER)
    entries = list(read_entries(reading))
    assert not reading.problems
    assert [problem for entry in entries for problem in (*entry.errors, *entry.warnings)] == []
    keys = {*layout.keys, "sex", "birth_month"}
    expected = {p["id_number"]: {key: p[key] for key in keys} for p in people}
    assert {entry.values["id_number"]: entry.values for entry in entries} == expected
    assert [entry.row.number for entry in entries] == layout.at
