"""The Word file, read back: page, type, page numbers and text of GB/T 9704-2012."""

import re
from io import BytesIO

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from reports.documents.bulletin_docx import bulletin_docx
from reports.documents.paper import PaperList
from tests.factories.papers import paper, row


def read(a_paper):
    return Document(BytesIO(bulletin_docx(a_paper)))


def texts(document):
    return [paragraph.text for paragraph in document.paragraphs]


def effective_fonts(paragraph):
    return {
        fonts.get(qn("w:eastAsia"))
        for run in paragraph.runs
        for fonts in (
            (run.style if run.style.name != "Default Paragraph Font" else paragraph.style).element.rPr.rFonts,
        )
    }


def find(document, beginning):
    return next(each for each in document.paragraphs if each.text.startswith(beginning))


@pytest.fixture(scope="module")
def document():
    return read(paper(60, unranked=(row(99, name="零露", reason="第40周不在派驻期内"),)))


def test_the_page_is_a4_with_the_margins_of_the_standard(document):
    section = document.sections[0]
    measured = [section.page_width, section.page_height, section.top_margin, section.left_margin]
    measured += [section.right_margin, section.bottom_margin]
    for length, millimetres in zip(measured, (210, 297, 37, 28, 26, 35), strict=True):
        assert abs(length - Mm(millimetres)) < Mm(0.1)


def test_the_grid_gives_twenty_two_lines_of_body(document):
    grid = document.element.body.sectPr.find(qn("w:docGrid"))
    assert (grid.get(qn("w:type")), grid.get(qn("w:linePitch"))) == ("lines", "560")
    assert document.styles["公文正文"].paragraph_format.line_spacing == Pt(28)
    assert int(Mm(225) / Pt(28)) == 22


@pytest.mark.parametrize(
    ("beginning", "font", "size"),
    [
        pytest.param("中共大同镇委员会文件", "方正小标宋简体", None, id="letterhead"),
        pytest.param("关于10月份", "方正小标宋简体", 22, id="title in size 2"),
        pytest.param("各村（社区）、各驻村工作队：", "仿宋_GB2312", 16, id="addressee with a full-width colon"),
        pytest.param("一、总体情况", "黑体", 16, id="heading of the first level"),
        pytest.param("本月共考评", "仿宋_GB2312", 16, id="body in size 3"),
        pytest.param("附件", "仿宋_GB2312", 16, id="attachment note"),
    ],
)
def test_each_element_has_its_type(document, beginning, font, size):
    paragraph = find(document, beginning)
    assert effective_fonts(paragraph) == {font}
    assert size is None or paragraph.style.font.size == Pt(size)


def test_headings_of_the_second_level_run_in_in_kaiti(document):
    lead = find(document, "（一）").runs[0]
    assert lead.style.element.rPr.rFonts.get(qn("w:eastAsia")) == "楷体_GB2312"


def test_the_first_line_is_indented_two_characters(document):
    indent = document.styles["公文正文"].element.pPr.ind
    assert (indent.get(qn("w:firstLineChars")), indent.get(qn("w:firstLine"))) == ("200", "640")


def test_page_numbers_stand_between_dashes_right_on_odd_and_left_on_even_pages(document):
    section = document.sections[0]
    assert document.settings.odd_and_even_pages_header_footer
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        paragraph = footer.paragraphs[0]
        assert paragraph.text == "—1—"
        assert "PAGE" in paragraph._p.xml
        assert paragraph.alignment.name.lower() == side
        assert {run.font.size for run in paragraph.runs} == {Pt(14)}


def test_the_parts_come_in_the_order_of_the_standard(document):
    order = [
        "中共大同镇委员会文件",
        "大同驻通〔2026〕3号",
        "关于10月份驻村工作队员考评情况的通报",
        "各村（社区）、各驻村工作队：",
        "一、总体情况",
        "二、红榜",
        "三、黑榜",
        "四、存在问题",
        "五、工作要求",
        "特此通报。",
        "附件：2026年10月驻村工作队员考评得分排名表",
        "中共大同镇委员会",
        "2026年11月2日",
        "附件",
        "2026年10月驻村工作队员考评得分排名表",
    ]
    found = [text for text in texts(document) if text in order]
    assert found == order


def test_the_attachment_note_stands_two_lines_below_the_body(document):
    found = texts(document)
    note = next(n for n, text in enumerate(found) if text.startswith("附件："))
    assert (found[note - 1], found[note - 2]) == ("", "特此通报。")


def test_the_sender_is_centred_over_the_date(document):
    """Widths in characters: the name 8, the date 6.5; the date ends four characters in."""
    name = next(each for each in document.paragraphs if each.text == "中共大同镇委员会")
    day = find(document, "2026年11月2日")
    assert day.paragraph_format.element.pPr.ind.get(qn("w:rightChars")) == "400"
    assert name.paragraph_format.element.pPr.ind.get(qn("w:rightChars")) == "325"
    assert name.paragraph_format.keep_with_next


def test_the_ranking_table_is_on_a_page_of_its_own_with_a_repeated_head(document):
    heading = next(each for each in document.paragraphs if each.text == "附件")
    assert heading.paragraph_format.page_break_before
    table = document.tables[0]
    rows = table._tbl.tr_lst
    assert rows[0].trPr.find(qn("w:tblHeader")) is not None
    assert all(each.trPr.find(qn("w:cantSplit")) is not None for each in rows)
    assert len(rows) == 1 + 60 + 1
    head = [cell.text for cell in table.rows[0].cells]
    assert head == ["名次", "姓名", "村（社区）", "第40周", "第41周", "第42周", "第43周", "第44周", "合计"]
    assert [cell.text for cell in table.rows[2].cells] == ["2", "队员02", "大同村", "95", *["100"] * 4, "495"]


def test_people_without_a_place_close_the_table_and_are_explained_below(document):
    last = [cell.text for cell in document.tables[0].rows[-1].cells]
    assert (last[0], last[1], last[-1]) == ("—", "零露", "—")
    assert "注：以下人员不参加本月排名：零露（大同村）第40周不在派驻期内。" in texts(document)


def test_the_imprint_names_copies_office_and_day(document):
    box = "".join(node.text or "" for node in document.element.body.iter(qn("w:t")))
    assert "抄送：样例县委组织部，各派出单位。" in box
    assert "大同镇党政办公室2026年11月2日印发" in box


def test_a_draft_says_so_on_every_page():
    section = read(paper(draft=True)).sections[0]
    assert [part.paragraphs[0].text for part in (section.header, section.even_page_header)] == ["草　稿", "草　稿"]


def test_names_that_xml_would_read_as_markup_are_printed_as_they_are():
    strange = (row(1, name="甲<乙>&丙", place=1),)
    document = read(paper(ranking=strange, red=PaperList(strange), black=PaperList()))
    assert any("甲<乙>&丙" in text for text in texts(document))
    assert document.tables[0].rows[1].cells[1].text == "甲<乙>&丙"


def test_the_same_paper_gives_the_same_text_twice():
    assert texts(read(paper())) == texts(read(paper()))


@pytest.mark.parametrize("level", ["village", "township", "county", "city", "province"])
def test_every_level_has_a_sender_a_number_and_an_addressee(level):
    names = {"village": "大同村", "township": "大同镇", "county": "样例县", "city": "样例市", "province": "样例自治区"}
    found = texts(read(paper(level=level, name=names[level])))
    assert found[0].endswith("文件")
    assert any(re.fullmatch(r".+〔2026〕3号", text) for text in found)
    assert any(text.endswith("：") for text in found)
