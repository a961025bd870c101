"""The monthly bulletin as a Word file that an office sends without touching it (GB/T 9704-2012)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO

from docx.document import Document as DocumentType
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph as DocxParagraph

from reports.documents import styles
from reports.documents.bulletin_text import (
    Block,
    body,
    ranking_cells,
    ranking_heads,
    unranked_note,
)
from reports.documents.foot_box import foot_box
from reports.documents.paper import BulletinPaper
from townships.periods import chinese_date
from townships.printable import printable

PLACE_MM, NAME_MM, VILLAGE_MM, TOTAL_MM = 13, 22, 28, 16
ROW_MM = 7.8


def bulletin_docx(paper: BulletinPaper, trace: str = "") -> bytes:
    """The whole document: letterhead, body, signature, ranking table on its own page, imprint.

    `trace` (who took the file, and when) is kept in the file's properties: the paper itself hangs on a board.
    """
    paper, trace = printable((paper, trace))
    document = styles.new_document()
    _properties(document, paper, trace)
    _head(document, paper)
    for block in body(paper):
        _block(document, block)
    _attachment_note(document, paper)
    _signature(document, paper)
    _attachment(document, paper)
    _imprint(document, paper)
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _properties(document: DocumentType, paper: BulletinPaper, trace: str) -> None:
    """Who and what, in the file's own properties; the date is the paper's so that the file is reproducible."""
    made = datetime(paper.issued_on.year, paper.issued_on.month, paper.issued_on.day)  # noqa: DTZ001 (OOXML has no zone)
    properties = document.core_properties
    properties.title, properties.author = paper.title, paper.agency.name
    properties.last_modified_by, properties.comments = paper.agency.name, trace
    properties.created = properties.modified = made
    properties.language = "zh-CN"


def _head(document: DocumentType, paper: BulletinPaper) -> None:
    """Letterhead 35 mm below the edge, number two lines below, red line 4 mm below it, title, addressee."""
    if paper.draft:
        header = document.sections[0].header, document.sections[0].even_page_header
        for part in header:
            part.is_linked_to_previous = False
            part.paragraphs[0].text = "草　稿"
            part.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    mark = f"{paper.agency.name}文件"
    letterhead = document.add_paragraph(style=styles.LETTERHEAD)
    letterhead.paragraph_format.space_before = Mm(35)
    run = letterhead.add_run(mark)
    width = Mm(styles.TEXT_WIDTH_MM).pt
    run.font.size = Pt(min(48, int(width / len(mark))))
    _blank(document, 2)
    number = document.add_paragraph(paper.number, style=styles.NUMBER)
    styles.rule(number, "bottom", eighths=16, space=11, colour="E60012")
    _blank(document, 2)
    document.add_paragraph("\n".join(paper.title_lines), style=styles.TITLE)
    _blank(document, 1)
    document.add_paragraph(f"{paper.agency.addressee}：", style=styles.PLAIN)


def _block(document: DocumentType, block: Block) -> None:
    if block.is_heading:
        document.add_paragraph(block.text, style=styles.HEADING_1)
        return
    paragraph = document.add_paragraph(style=styles.BODY)
    if block.lead:
        paragraph.add_run(block.lead, style=styles.HEADING_2)
    paragraph.add_run(block.text)


def _attachment_note(document: DocumentType, paper: BulletinPaper) -> None:
    """附件：name, after one blank line, two characters in; further lines hang below the name."""
    _keep_with_next(document.paragraphs[-1])
    _blank(document, 1, keep=True)
    note = document.add_paragraph(f"附件：{paper.attachment_title}", style=styles.PLAIN)
    styles.hang(note, left=5, hanging=3)
    _keep_with_next(note)


def _signature(document: DocumentType, paper: BulletinPaper) -> None:
    """The date four characters in from the right, the sender centred above it (7.3.5.1, document with a seal)."""
    _blank(document, 2, keep=True)
    sender, day = paper.agency.name, chinese_date(paper.issued_on)
    overhang = (styles.width_in_characters(sender) - styles.width_in_characters(day)) / 2
    date_indent = max(4.0, overhang)
    signature = document.add_paragraph(sender, style=styles.SIGNATURE)
    styles.indent_right(signature, date_indent - overhang)
    _keep_with_next(signature)
    dated = document.add_paragraph(day, style=styles.SIGNATURE)
    styles.indent_right(dated, date_indent)


def _attachment(document: DocumentType, paper: BulletinPaper) -> None:
    """附件 on a new page, its title centred on the third line, the full ranking table (7.3.7)."""
    heading = document.add_paragraph("附件", style=styles.ATTACHMENT)
    heading.paragraph_format.page_break_before = True
    _blank(document, 1)
    document.add_paragraph(paper.attachment_title, style=styles.TITLE)
    _blank(document, 1)
    _ranking_table(document, paper)
    note = unranked_note(paper)
    if note:
        paragraph = document.add_paragraph(note, style=styles.NOTE)
        paragraph.paragraph_format.space_before = Pt(6)


def _ranking_table(document: DocumentType, paper: BulletinPaper) -> None:
    """The table of places: its head repeats on every page, its rows never break over two."""
    heads = ranking_heads(paper)
    week_mm = (styles.TEXT_WIDTH_MM - PLACE_MM - NAME_MM - VILLAGE_MM - TOTAL_MM) / max(len(paper.weeks), 1)
    widths = [PLACE_MM, NAME_MM, VILLAGE_MM, *([min(week_mm, 20)] * len(paper.weeks)), TOTAL_MM]
    table = document.add_table(rows=1 + len(paper.people), cols=len(heads), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    xml = document.element.body.tbl_lst[-1]
    _column_widths(xml, widths)
    # Straight to the XML: python-docx finds a cell by walking its whole table.
    rows = list(xml.tr_lst)
    rows[0].get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    _fill(rows[0], heads, styles.CELL_HEAD)
    for row, person in zip(rows[1:], paper.people, strict=True):
        _fill(row, ranking_cells(paper, person), styles.CELL)


def _column_widths(table: BaseOxmlElement, widths: Sequence[float]) -> None:
    """Widths in mm, and side margins narrow enough for a week's column."""
    for column, width in zip(table.tblGrid.gridCol_lst, widths, strict=True):
        column.w = Mm(width)
    for row in table.tr_lst:
        for cell, width in zip(row.tc_lst, widths, strict=True):
            cell.width = Mm(width)
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), "20")
        edge.set(qn("w:type"), "dxa")
        margins.append(edge)
    table.tblPr.insert_element_before(margins, "w:tblLook")


def _fill(row: BaseOxmlElement, texts: Iterable[str], style: str) -> None:
    properties = row.get_or_add_trPr()
    properties.insert(0, OxmlElement("w:cantSplit"))
    row.trHeight_val, row.trHeight_hRule = Mm(ROW_MM), WD_ROW_HEIGHT_RULE.AT_LEAST
    for cell, text in zip(row.tc_lst, texts, strict=True):
        cell.get_or_add_tcPr().vAlign_val = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        paragraph = cell.p_lst[0]
        paragraph.style = style
        paragraph.add_r().text = text


def _imprint(document: DocumentType, paper: BulletinPaper) -> None:
    """版记 at the foot of the last page: copies, then the office and the day of printing (7.4)."""
    lines = [f"抄送：{paper.agency.copies}。"] if paper.agency.copies else []
    lines.append(f"{paper.agency.office}\t{chinese_date(paper.issued_on)}印发")
    # The box floats; the empty line it is anchored to is as high as the box and keeps its room free.
    height = styles.LINE_PITCH * len(lines)
    anchor = document.add_paragraph(style=styles.PLAIN)
    anchor.paragraph_format.line_spacing = Pt(height)
    box = foot_box(anchor, lines=len(lines), width_mm=styles.TEXT_WIDTH_MM, height_pt=height)
    stop = Mm(styles.TEXT_WIDTH_MM) - Pt(styles.IMPRINT_SIZE)
    for number, (paragraph, line) in enumerate(zip(box, lines, strict=True)):
        paragraph.style = document.styles[styles.IMPRINT]
        paragraph.add_run(line)
        paragraph.paragraph_format.tab_stops.add_tab_stop(stop, alignment=WD_TAB_ALIGNMENT.RIGHT)
        styles.rule(paragraph, "top", eighths=8 if number == 0 else 6, space=0)
    styles.rule(box[-1], "bottom", eighths=8, space=0)


def _blank(document: DocumentType, lines: int, *, keep: bool = False) -> None:
    for _ in range(lines):
        paragraph = document.add_paragraph(style=styles.PLAIN)
        paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        paragraph.paragraph_format.line_spacing = Pt(styles.LINE_PITCH)
        if keep:
            _keep_with_next(paragraph)


def _keep_with_next(paragraph: DocxParagraph) -> None:
    paragraph.paragraph_format.keep_with_next = True
