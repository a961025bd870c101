"""Columns and values corrected by the person importing, hidden rows, and what is left out."""

import io

import openpyxl
import pytest

from cadres.roster.choices_made import Choices
from cadres.roster.columns import ROSTER
from cadres.roster.guess import guess_kind
from cadres.roster.reader import read_tables
from cadres.roster.workbook import rough_rows
from tests.cadres.roster_files import HEADER, person, saved, table, text, xls, xlsx

STRANGE = tuple("所在地" if name == "驻村名称" else name for name in HEADER)


def read(rows, **choices):
    return read_tables(xlsx(("名单", rows)), columns=ROSTER, choices=Choices(**choices))


def strange(*villages) -> list[list]:
    people = [{**person(n), "所在地": village} for n, village in enumerate(villages, start=1)]
    return table(people, STRANGE)


def test_a_column_is_what_the_person_says():
    rows = strange("大同村", "龙塘村")
    assert [p.code for p in read(rows).problems] == ["required"]
    corrected = read(rows, columns={"所在地": "village"})
    assert corrected.problems == []
    assert [row["village"] for row in corrected.rows] == ["大同村", "龙塘村"]


def test_a_column_may_be_none_of_ours():
    (row,) = read(table([person(1)]), columns={"联系电话": ""}).rows
    assert row["phone"] is None
    assert row.extra() == {"联系电话": "13800000001"}


def test_a_chosen_column_wins_over_one_that_has_the_name():
    rows = [[*HEADER, "真实村名"], [*table([person(1, village="错")])[1], "龙塘村"]]
    (row,) = read(rows, columns={"真实村名": "village"}).rows
    assert row["village"] == "龙塘村"
    assert row.extra() == {"驻村名称": "错"}


def test_a_header_of_two_levels_is_known_by_both_names():
    top = ["姓名", "身份证号", "派出单位", "驻村名称", "期限", "期限"]
    below = [None, None, None, None, "从", "到"]
    rows = [top, below, ["甲", person(1)["身份证号码"], "县财政局", "大同村", "2026-03-01", "2027-03-01"]]
    (row,) = read(rows, columns={"期限/从": "start_date", "期限/到": "end_date"}).rows
    assert (row["start_date"], row["end_date"]) == ("2026-03-01", "2027-03-01")


def test_a_value_is_replaced_in_every_row_that_has_it():
    choices = Choices().with_value("village", " 大桐村", "大同村")
    rows = read_tables(
        xlsx(("名单", table([person(1, village="大 桐村"), person(2, village="龙塘村")]))),
        columns=ROSTER,
        choices=choices,
    ).rows
    assert [row["village"] for row in rows] == ["大同村", "龙塘村"]


def test_a_replacement_that_was_wrong_is_replaced_in_turn():
    choices = Choices().with_value("village", "甲", "乙").with_value("village", "乙", "丙")
    assert choices.values == {"village": {"甲": "丙", "乙": "丙"}}
    assert Choices.from_json(choices.to_json()) == choices
    assert choices.without_value("village", "甲").values == {"village": {"乙": "丙"}}


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (["合计", 2], "合计或小计行"),
        (["填表人：李某"], "填表、审核、签字一类的行"),
        (["注1：按名册填写"], "附注或说明"),
        (["花名册(续)"], "标题或小标题"),
    ],
)
def test_rows_that_are_no_data_say_why(line, why):
    reading = read([*table([person(1)]), line])
    assert [(left.row, left.why) for left in reading.left_out] == [(3, why)]


def hidden_workbook() -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(xlsx(("名单 & 备用", table([person(1), person(2), person(3)])))))
    book.worksheets[0].row_dimensions[3].hidden = True
    return saved(book)


def test_hidden_rows_are_data_and_are_told():
    reading = read_tables(hidden_workbook(), columns=ROSTER)
    assert [(row.number, row.hidden) for row in reading.rows] == [(2, False), (3, True), (4, False)]


def test_an_old_workbook_tells_nothing_about_hidden_rows():
    reading = read_tables(xls(("名单", table([person(1)]))), columns=ROSTER)
    assert [row.hidden for row in reading.rows] == [False]


def test_the_kind_is_guessed_from_the_headers():
    assert guess_kind(xlsx(("a", table([person(1)]))), {"roster": ROSTER}) == "roster"
    assert guess_kind(xlsx(("a", [["收支", "金额"], ["水费", 3]])), {"roster": ROSTER}) is None
    assert guess_kind(b"\0", {"roster": ROSTER}) is None


def test_how_many_rows_a_file_has_is_known_without_reading_it():
    rows = table([person(n) for n in range(1, 41)])
    assert rough_rows(xlsx(("a", rows))) == 41
    assert rough_rows(text(rows)) == 41
