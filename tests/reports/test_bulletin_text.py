"""The bulletin's sentences, from the figures."""

from datetime import date
from decimal import Decimal

import pytest

from reports.documents.agency import agency_of
from reports.documents.bulletin_text import body, numeral, points_text, problems
from reports.documents.paper import PaperChange, PaperList, PaperRevision
from tests.factories.papers import deduction, paper, row


def text_of(a_paper):
    return "\n".join(block.text if block.is_heading else block.lead + block.text for block in body(a_paper))


def alone(*rows, **fields):
    ranked = tuple(each for each in rows if each.place is not None)
    defaults = {"ranking": ranked, "red": PaperList(), "black": PaperList()}
    return paper(**defaults | fields)


@pytest.mark.parametrize(
    ("points", "text"),
    [("500.00", "500"), ("499.50", "499.5"), ("0.00", "0"), ("12.25", "12.25"), ("100", "100")],
)
def test_points_are_written_without_idle_zeros(points, text):
    assert points_text(Decimal(points)) == text


@pytest.mark.parametrize(("number", "text"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (21, "二十一")])
def test_headings_count_in_chinese(number, text):
    assert numeral(number) == text


def test_the_overview_counts_people_marks_and_deductions():
    text = text_of(paper(7))
    assert "本月共考评驻村工作队员7人，分布在1个村（社区）。参加排名7人。" in text
    assert "满分500分，平均得分485分，最高500分，最低470分；全月未扣分的有1人，占参加排名人数的14.3%。" in text
    assert "全月累计扣分21人次、105分，涉及6人。按考评项目分，住村扣105分，考勤、守纪、履职未扣分。" in text


def test_the_red_list_gives_village_points_and_place():
    shared = row(1, name="韦一", place=1, shared=True)
    text = text_of(alone(shared, red=PaperList((shared,))))
    assert "考评得分居前的1名同志列入红榜，予以通报表扬：\n1.韦一（大同村），500分，并列第1名。" in text


def test_the_black_list_says_what_for():
    last = row(9, name="潘多", place=9, lost=[deduction(), deduction("9", count=3, label="缺勤半天")])
    text = text_of(alone(last, black=PaperList((last,))))
    assert "1.潘多（大同村），486分，第9名。扣分事由：“缺勤半天”3次，扣9分；“少住一夜”1次，扣5分。" in text


def test_empty_lists_are_called_vacant():
    text = text_of(alone(row(1, place=1)))
    assert "本月红榜空缺。" in text
    assert "本月没有应当列入黑榜的人员，黑榜空缺。" in text


def test_an_undecided_list_says_it_waits():
    tied = tuple(row(n, place=1) for n in range(1, 8))
    assert "红榜人选待研究确定：队员01（大同村）、" in text_of(alone(*tied, red=PaperList(tied, undecided=True)))


def test_problems_are_counted_over_everyone_most_frequent_first():
    few = row(1, place=1, lost=[deduction("20", count=2)])
    many = row(2, lost=[deduction("1.5", count=3, label="未打卡", dimension="attendance")], reason="请假")
    found = problems(alone(few, unranked=(many,)))
    assert [(each.label, each.count, each.people) for each in found] == [("未打卡", 3, 1), ("少住一夜", 2, 1)]


def test_problems_are_grouped_by_dimension_with_their_share():
    person = row(
        1, place=1, lost=[deduction("15", count=3), deduction("5", label="抽查不在岗", dimension="discipline")]
    )
    text = text_of(alone(person))
    assert "发生最多的是“少住一夜”，共3人次，扣15分，占全部扣分的75%。" in text
    assert "（一）住村方面。“少住一夜”3人次，扣15分，涉及1人。" in text
    assert "（二）守纪方面。“抽查不在岗”1人次，扣5分，涉及1人。" in text


def test_a_month_without_deductions_has_no_problems():
    text = text_of(alone(row(1, place=1)))
    assert "全月没有扣分。" in text
    assert "本月考评未发现扣分情形，各驻村工作队要继续保持。" in text


def test_demands_follow_the_faults_found():
    text = text_of(alone(row(1, place=1, lost=[deduction(trigger="spot_check_absent")])))
    assert "从严开展抽查核实。" in text
    assert "严格落实住村要求。" not in text


def test_a_month_in_which_nobody_can_be_ranked_is_still_a_bulletin():
    text = text_of(alone(unranked=(row(1, reason="第40周派驻不满一周"),)))
    assert "没有符合排名条件的人员，本月不作排名。" in text


def test_a_month_without_people_is_still_a_bulletin():
    assert "本月没有参加考评的驻村工作队员。" in text_of(alone(weeks=()))


def test_a_correction_says_what_changed_and_why():
    changes = (
        PaperChange("韦一", "大同村", Decimal(494), Decimal(499), 5, 3),
        PaperChange("莫问", "大同村", Decimal(400), Decimal(400), 9, None),
    )
    revision = PaperRevision("大同驻通〔2026〕3号", date(2026, 11, 2), "韦一10月14日已补办请假手续。", changes)
    corrected = alone(row(1, place=1), revision=revision)
    text = text_of(corrected)
    assert corrected.title == "关于更正10月份驻村工作队员考评情况的通报"
    assert "2026年11月2日印发的10月份驻村工作队员考评情况通报（大同驻通〔2026〕3号）予以更正" in text
    assert "更正原因：韦一10月14日已补办请假手续。根据" in text
    assert "1.韦一（大同村）：得分由494分更正为499分，名次由第5名更正为第3名。" in text
    assert "2.莫问（大同村）：名次由第9名更正为不参加排名。" in text


@pytest.mark.parametrize(
    ("level", "name", "parent", "sender", "copies"),
    [
        ("township", "大同镇", "样例县", "中共大同镇委员会", "样例县委组织部，各派出单位"),
        ("township", "城东街道", "样例区", "中共城东街道工作委员会", "样例区委组织部，各派出单位"),
        ("county", "样例县", "样例市", "中共样例县委组织部", "各派出单位"),
        ("province", "样例自治区", "", "中共样例自治区委员会组织部", "各派出单位"),
        ("village", "大同村", "大同镇", "大同镇大同村驻村工作队", "大同镇党政办公室"),
    ],
)
def test_each_level_speaks_through_its_office(level, name, parent, sender, copies):
    agency = agency_of(level, name, parent)
    assert (agency.name, agency.copies) == (sender, copies)
