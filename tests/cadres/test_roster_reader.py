"""The reader finds the people in whatever shape of file they come."""

from datetime import date, datetime

import openpyxl
import pytest

from cadres.roster.columns import ROSTER, Column, ColumnTable
from cadres.roster.reader import read_tables
from tests.cadres.roster_files import HEADER, table, text, xls, xlsx
from tests.cadres.roster_reading import NUMBERS, PEOPLE, PLAIN, numbers, read


@pytest.mark.parametrize(
    ("content", "filename"),
    [
        (xlsx(("Sheet1", PLAIN)), "a.xlsx"),
        (xls(("Sheet1", PLAIN)), "a.xls"),
        (xls(("Sheet1", PLAIN)), "a.et"),
        (xls(("Sheet1", PLAIN)), "a.xlsx"),
        (text(PLAIN), "a.csv"),
        (text(PLAIN, encoding="utf-8-sig"), "a.csv"),
        (text(PLAIN, encoding="gb18030"), "a.csv"),
        (text(PLAIN, encoding="gb18030"), "a.xls"),
        (text(PLAIN, encoding="utf-16"), "a.txt"),
        (text(PLAIN, separator=";"), "a.csv"),
        (text(PLAIN, separator="\t"), "a.csv"),
    ],
    ids=[
        "xlsx",
        "xls",
        "et",
        "xls called xlsx",
        "utf-8",
        "bom",
        "gb18030",
        "csv called xls",
        "utf-16",
        "semicolon",
        "tab",
    ],
)
def test_the_kind_of_file_is_decided_by_its_content(content, filename):
    reading = read(content, filename)
    assert numbers(reading) == NUMBERS
    assert not reading.problems
    assert not reading.warnings
    assert [row.number for row in reading.rows] == [2, 3, 4]


@pytest.mark.parametrize("column", ROSTER.columns, ids=lambda c: c.key)
def test_every_synonym_of_every_header_is_known(column):
    for header in column.headers:
        for written in (
            header,
            " " + "　".join(header) + "\n",
            header.replace("(", "（").replace(")", "）"),
            f"*{header}:",
        ):
            assert ROSTER.match(written)[0] == column.key


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("出生年月(如1985.07)", "birth_month"),
        ("身份证号（18位）", "id_number"),
        ("姓名(必填)", "name"),
        ("驻村（社区）", "village"),
    ],
)
def test_a_filling_hint_in_brackets_is_no_part_of_the_name(header, key):
    assert ROSTER.match(header)[0] == key


def test_title_and_blank_rows_above_the_header_and_between_people():
    rows = [["样例县驻村工作队员花名册"], [], ["填报单位：", "大同镇"], [], *PLAIN[:2], [], [], *PLAIN[2:]]
    reading = read(xlsx(("花名册", rows)))
    assert numbers(reading) == NUMBERS
    assert [row.number for row in reading.rows] == [6, 9, 10]


TWO_LEVELS = [
    ["大同镇花名册"],
    ["驻村\n名称", "姓 名", "身份证\n号码", "选派情况", None, "联系方式", "驻村时间", None],
    [None, None, None, "派出单位", "选派层级", "手机", "起", "止"],
    ["大同村", "韦甲", NUMBERS[0], "县财政局", "县级", "13800000001", "2026-03-01", "2028-02-29"],
    [None, "韦乙", NUMBERS[1], "县财政局", "县级", "13800000002", "2026-03-01", None],
    ["龙塘村", "韦丙", NUMBERS[2], "县财政局", "县级", "13800000003", "2026-03-01", None],
]


@pytest.mark.parametrize(
    "content",
    [
        xlsx(("a", TWO_LEVELS), merges=["A1:H1", "A2:A3", "B2:B3", "C2:C3", "D2:E2", "G2:H2", "A4:A5"]),
        xls(
            ("a", TWO_LEVELS),
            merges=[(0, 0, 0, 7), (1, 2, 0, 0), (1, 2, 1, 1), (1, 2, 2, 2), (1, 1, 3, 4), (1, 1, 6, 7), (3, 4, 0, 0)],
        ),
    ],
    ids=["xlsx", "xls"],
)
def test_a_header_of_two_levels_and_a_village_merged_over_its_people(content):
    reading = read(content)
    assert numbers(reading) == NUMBERS
    assert [row["village"] for row in reading.rows] == ["大同村", "大同村", "龙塘村"]
    first = next(reading.rows)
    assert (first["phone"], first["dispatching_institution"]) == ("13800000001", "县财政局")
    assert (first["start_date"], first["end_date"]) == ("2026-03-01", "2028-02-29")


def test_levels_without_merges_as_a_csv_has_them_and_a_blank_that_is_not_merged_stays_blank():
    reading = read(text(TWO_LEVELS), "a.csv")
    assert [row["village"] for row in reading.rows] == ["大同村", None, "龙塘村"]
    assert next(reading.rows)["end_date"] == "2028-02-29"


def test_parent_and_child_name_a_column_together():
    rows = [["姓名", "身份证号", "派出", "驻村", None], [None, None, "单位", "名称", "起始时间"]]
    rows.append(["韦甲", NUMBERS[0], "县财政局", "大同村", "2026-03-01"])
    reading = read(xlsx(("a", rows), merges=["A1:A2", "B1:B2", "D1:E1"]))
    assert set(reading.tables[0].header.keys) == {
        "name", "id_number", "dispatching_institution", "village", "start_date",
    }  # fmt: skip


def test_headers_repeated_at_page_breaks_with_their_titles():
    rows = [["花名册"], *PLAIN[:2], ["花名册(续)"], PLAIN[0], *PLAIN[2:]]
    reading = read(xlsx(("a", rows), merges=["A1:I1", "A4:I4"]))
    assert numbers(reading) == NUMBERS
    assert len(reading.tables) == 1


@pytest.mark.parametrize("start", [("驻村起始时间", None), (None, "驻村起始时间")], ids=["a name above", "groups only"])
@pytest.mark.parametrize(
    "write", [lambda rows: xlsx(("a", rows), merges=["A3:B3", "C3:D3"]), text], ids=["xlsx", "csv"]
)
def test_a_header_of_two_levels_is_known_again_though_its_name_column_stands_below(write, start):
    head = [["某镇花名册"], ["单位：", "大同镇"], ["个人信息", None, "选派情况", None, start[0]]]
    head.append(["姓名", "身份证号", "派出单位", "驻村名称", start[1]])
    one, two, three = [["韦甲", number, "县财政局", "大同村", "2026-03-01"] for number in NUMBERS]
    reading = read(write([*head, one, *head, two, ["小计", "2"], *head[2:], three]), "a.csv")
    assert numbers(reading) == NUMBERS
    assert len(reading.tables) == 1


def test_a_second_table_below_with_other_columns():
    other = ["驻点村", "姓名", "公民身份号码", "选派单位", "到村时间"]
    rows = [*PLAIN[:3], [], ["二、龙塘片区"], other, ["龙塘村", "韦丙", NUMBERS[2], "县水利局", "2026-03-01"]]
    reading = read(xlsx(("a", rows)))
    assert numbers(reading) == NUMBERS
    assert [row["village"] for row in reading.rows] == ["大同村", "大同村", "龙塘村"]


@pytest.mark.parametrize(
    "line",
    [
        ["合计", None, None, 3.0],
        ["合  计", "3人"],
        [None, "小 计", None, None, None, None, "大同村"],
        ["大同村小计", 3],
        ["总计：", "共3人"],
        ["共计3人"],
        [None, "共 3 人"],
        [None, "以下空白"],
        ["填表人：", "张三", None, "审核人：", "李四"],
        ["制表人:张三", None, None, "联系电话：", None, None, None, "13800000009"],
        ["单位负责人(签字):", None, None, "填报日期：", "2026年3月1日"],
        ["2026年3月1日"],
        ["备注：以上人员均已到村。"],
        ["注:1.本表一式两份。"],
        [4, None, None, None, None, None, None, None, None],
        ["第1页，共2页"],
        ["县委组织部（盖章）", None, None, None, "2026年3月1日"],
        ["分管领导：", None, None, "联系方式：", "13800000009"],
        [None, "统计人：李四", None, "0776-1234567"],
    ],
    ids=lambda line: str(line[0] or line[1]),
)
def test_totals_signatures_and_notes_are_no_people(line):
    assert numbers(read(xlsx(("a", [*PLAIN, line])))) == NUMBERS
    assert numbers(read(xlsx(("a", [*PLAIN[:3], line, *PLAIN[3:]])))) == NUMBERS


@pytest.mark.parametrize("header", ["驻村时间", "原职务"])
@pytest.mark.parametrize("number", [None, "无", "45990119850701"])
def test_a_person_without_a_good_number_is_no_signature_line(header, number):
    first = {"驻村时间": "2026年3月1日", "原职务": "分管领导"}[header]
    names = [header, "姓名", "身份证号", "派出单位", "驻村", "到村时间" if header == "原职务" else "联系电话"]
    rows = [[first, "韦甲", n, "县财政局", "大同村", "2026年3月1日"] for n in (NUMBERS[0], number, NUMBERS[1])]
    reading = read(xlsx(("a", [names, *rows, ["填表人", "张三", None, "审核人", "李四"], ["2026年3月5日"]])))
    assert numbers(reading) == [NUMBERS[0], number, NUMBERS[1]]


def test_a_row_with_hardly_anything_is_still_a_person_to_complain_about():
    reading = read(xlsx(("a", [*PLAIN, [4, "韦丁"], [5, None, "男", None, "县财政局", "县级", "大同村"]])))
    assert [row.number for row in reading.rows] == [2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    "line",
    [[1, 2, 3, 4, 5, 6, 7, 8, 9], [None, None, "(男/女)", "（18位）", None, None, "(全称)", None, "格式：2026-03-01"]],
)
def test_a_line_below_the_header_that_explains_the_columns_is_skipped(line):
    reading = read(xlsx(("a", [PLAIN[0], line, *PLAIN[1:]])))
    assert numbers(reading) == NUMBERS


def test_a_ledger_without_identity_numbers_may_begin_with_a_date():
    ledger = ColumnTable(
        columns=(Column("at", ("抽查时间",), required=True), Column("name", ("姓名",)), Column("result", ("结果",))),
        must=(frozenset({"name"}), frozenset({"at"})),
        at_least=3,
    )
    rows = [["抽查时间", "姓名", "结果"], ["2026年10月6日", "韦甲", "在岗"], ["2026年10月7日", "韦乙", "不在岗"]]
    rows += [["检查人签字：", "张三", None], ["2026年10月8日"]]
    reading = read_tables(xlsx(("a", rows)), columns=ledger)
    assert [row["name"] for row in reading.rows] == ["韦甲", "韦乙"]


def test_every_visible_sheet_with_a_header_is_read_and_others_are_named():
    content = xlsx(
        ("大同村", PLAIN[:2]),
        ("龙塘村", [["标题"], PLAIN[0], *PLAIN[2:]]),
        ("填表说明", [["请如实填写"]]),
        ("去年", PLAIN),
        ("字典", [["县级"], ["省级"]]),
        ("Sheet3", []),
        hidden=("去年", "字典"),
    )
    reading = read(content)
    assert numbers(reading) == NUMBERS
    assert [row.table.sheet for row in reading.rows] == ["大同村", "龙塘村", "龙塘村"]
    assert [(w.code, w.sheet, w.row) for w in reading.warnings] == [
        ("sheet.skipped", "填表说明", None),
        ("sheet.skipped", "去年", None),
    ]


def test_very_hidden_sheets_of_xls_are_left_out_too():
    assert numbers(read(xls(("a", PLAIN[:2]), ("b", PLAIN), hidden=("b",)))) == NUMBERS[:1]


def test_columns_start_anywhere():
    rows = [[None] * 12] * 3 + [[None, None, *row] for row in PLAIN]
    reading = read(xlsx(("a", rows)))
    assert numbers(reading) == NUMBERS
    assert next(reading.rows).number == 5


def test_other_columns_are_kept_and_named():
    header = (*HEADER, "家庭住址", "备注", None)
    people = [{**PEOPLE[0], "家庭住址": "县城", "备注": "党小组长", None: "涂鸦"}]
    reading = read(xlsx(("a", table(people, header))))
    assert next(reading.rows).extra() == {"家庭住址": "县城", "备注": "党小组长"}
    assert [(w.code, w.column) for w in reading.warnings] == [("column.unknown", "家庭住址")]


def test_the_first_synonym_wins_where_two_columns_claim_one_meaning():
    header = (*HEADER, "职务", "队内职务")
    reading = read(xlsx(("a", table([{**PEOPLE[0], "职务": "科员", "队内职务": "队员"}], header))))
    row = next(reading.rows)
    assert row["team_role"] == "队员"
    assert row.extra() == {"职务": "科员"}


def test_a_missing_required_column_is_said_once_at_the_header():
    header = tuple(h for h in HEADER if h != "身份证号码")
    reading = read(xlsx(("a", [["花名册"], *table(PEOPLE, header)])))
    assert [(p.code, p.row, p.column) for p in reading.problems] == [("required", 2, "身份证号")]


def test_dates_and_numbers_keep_their_kind():
    header = [*HEADER, "驻村结束时间"]
    row = [
        1,
        "韦甲",
        "男",
        459917198803170000,
        "县财政局",
        "县级",
        "大同村",
        13800001212,
        date(2026, 3, 1),
        datetime(2028, 2, 29, 8),  # noqa: DTZ001 - as a spreadsheet has it
    ]
    first = next(read(xlsx(("a", [header, row]))).rows)
    assert first["start_date"] == date(2026, 3, 1)
    assert isinstance(first["id_number"], float)
    assert first["phone"] == 13800001212.0


def test_a_workbook_counting_from_1904_says_so():
    content = xlsx(("a", PLAIN), epoch=openpyxl.utils.datetime.CALENDAR_MAC_1904)
    assert read(content).tables[0].epoch_1904
    assert not read(xlsx(("a", PLAIN))).tables[0].epoch_1904
