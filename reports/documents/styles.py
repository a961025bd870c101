"""Page and type of an official document, GB/T 9704-2012, as python-docx writes them.

Fonts are named, not shipped: the recipient's Windows or WPS has them.
Lengths: mm for the page, points for type; a character of body text is 16 pt wide.
"""

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import CharacterStyle, ParagraphStyle
from docx.text.paragraph import Paragraph
from docx.text.run import Run

XIAO_BIAO_SONG = "方正小标宋简体"
FANG_SONG = "仿宋_GB2312"
HEI = "黑体"
KAI = "楷体_GB2312"
SONG = "宋体"

BODY_SIZE = 16
LINE_PITCH = 28
TEXT_WIDTH_MM = 156
IMPRINT_SIZE = 14
DASH = "—"
RED = RGBColor(0xE6, 0x00, 0x12)

BODY = "公文正文"
PLAIN = "公文顶格"
TITLE = "公文标题"
HEADING_1 = "公文一级标题"
HEADING_2 = "公文二级标题"
LETTERHEAD = "公文发文机关标志"
NUMBER = "公文发文字号"
SIGNATURE = "公文署名"
ATTACHMENT = "公文附件"
CELL = "公文表格"
CELL_HEAD = "公文表头"
NOTE = "公文表注"
IMPRINT = "公文版记"


def new_document() -> DocumentType:
    """An empty A4 document with the standard's margins, grid, page numbers and styles."""
    document = Document()
    _page(document)
    _normal(document)
    _styles(document)
    _page_numbers(document)
    _settings(document)
    return document


def set_fonts(target: Run | ParagraphStyle | CharacterStyle, name: str) -> None:
    """One font for every script: python-docx's own `font.name` leaves out the Chinese one."""
    fonts = target.font.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), name)
    # Quotation marks and dashes exist in both scripts; the hint sets them in full width.
    fonts.set(qn("w:hint"), "eastAsia")


def indent_first_line(target: Paragraph | ParagraphStyle, characters: int) -> None:
    """First-line indent in characters, with the same in points for readers that know no characters."""
    indent = target.paragraph_format.element.get_or_add_pPr().get_or_add_ind()
    indent.set(qn("w:firstLineChars"), str(characters * 100))
    indent.set(qn("w:firstLine"), str(characters * BODY_SIZE * 20))


def indent_right(paragraph: Paragraph, characters: float) -> None:
    """Right indent in characters of body text."""
    indent = paragraph.paragraph_format.element.get_or_add_pPr().get_or_add_ind()
    indent.set(qn("w:rightChars"), str(round(characters * 100)))
    indent.set(qn("w:right"), str(round(characters * BODY_SIZE * 20)))


def hang(paragraph: Paragraph, left: float, hanging: float) -> None:
    """Left indent of every line and the part of it that the first line gives back, in characters."""
    indent = paragraph.paragraph_format.element.get_or_add_pPr().get_or_add_ind()
    for name in ("firstLine", "firstLineChars"):
        indent.attrib.pop(qn(f"w:{name}"), None)
    indent.set(qn("w:leftChars"), str(round(left * 100)))
    indent.set(qn("w:left"), str(round(left * BODY_SIZE * 20)))
    indent.set(qn("w:hangingChars"), str(round(hanging * 100)))
    indent.set(qn("w:hanging"), str(round(hanging * BODY_SIZE * 20)))


def rule(paragraph: Paragraph, edge: str, *, eighths: int, space: int, colour: str = "000000") -> None:
    """A line across the text area at the `top` or `bottom` of a paragraph; width in eighths of a point."""
    properties = paragraph.paragraph_format.element.get_or_add_pPr()
    borders = properties.find(qn("w:pBdr"))
    if borders is None:
        borders = OxmlElement("w:pBdr")
        properties.insert_element_before(
            borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
        )
    line = OxmlElement(f"w:{edge}")
    for name, value in (("val", "single"), ("sz", eighths), ("space", space), ("color", colour)):
        line.set(qn(f"w:{name}"), str(value))
    borders.append(line)


def width_in_characters(text: str) -> float:
    """Width of a line of body text: ASCII is half as wide as Chinese."""
    return sum(0.5 if character.isascii() else 1 for character in text)


def _page(document: DocumentType) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.left_margin = Mm(37), Mm(28)
    section.right_margin, section.bottom_margin = Mm(26), Mm(35)
    # The dashes of the page number stand 7 mm below the text area.
    section.footer_distance, section.header_distance = Mm(24.8), Mm(15)
    grid = document.element.body.sectPr.find(qn("w:docGrid"))
    # linesAndChars, the textbook way to 28 characters, leaves gaps between characters in LibreOffice.
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), str(LINE_PITCH * 20))
    grid.attrib.pop(qn("w:charSpace"), None)


def _normal(document: DocumentType) -> None:
    normal = document.styles["Normal"]
    normal.font.size = Pt(BODY_SIZE)
    set_fonts(normal, FANG_SONG)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-US")
    language.set(qn("w:eastAsia"), "zh-CN")
    normal.element.get_or_add_rPr().append(language)
    layout = normal.paragraph_format
    layout.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    layout.line_spacing = Pt(LINE_PITCH)
    layout.space_before = layout.space_after = Pt(0)
    layout.widow_control = False
    properties = normal.element.get_or_add_pPr()
    # A quarter character between Chinese and figures would break the 28 characters of a line.
    for name in ("autoSpaceDE", "autoSpaceDN"):
        _switch_off(properties, name)


def _styles(document: DocumentType) -> None:
    body = _style(document, BODY, align=WD_ALIGN_PARAGRAPH.JUSTIFY)
    indent_first_line(body, 2)
    _style(document, PLAIN)
    _style(document, TITLE, font=XIAO_BIAO_SONG, size=22, pitch=32, align=WD_ALIGN_PARAGRAPH.CENTER)
    heading = _style(document, HEADING_1, font=HEI)
    indent_first_line(heading, 2)
    heading.paragraph_format.keep_with_next = True
    lead = document.styles.add_style(HEADING_2, WD_STYLE_TYPE.CHARACTER)
    set_fonts(lead, KAI)
    letterhead = _style(document, LETTERHEAD, font=XIAO_BIAO_SONG, pitch=56, align=WD_ALIGN_PARAGRAPH.CENTER)
    letterhead.font.color.rgb = RED
    _style(document, NUMBER, align=WD_ALIGN_PARAGRAPH.CENTER)
    _style(document, SIGNATURE, align=WD_ALIGN_PARAGRAPH.RIGHT)
    _style(document, ATTACHMENT, font=HEI)
    _style(document, CELL, size=12, pitch=18, align=WD_ALIGN_PARAGRAPH.CENTER)
    _style(document, CELL_HEAD, font=HEI, size=11, pitch=18, align=WD_ALIGN_PARAGRAPH.CENTER)
    _style(document, NOTE, size=12, pitch=20, align=WD_ALIGN_PARAGRAPH.JUSTIFY)
    imprint = _style(document, IMPRINT, size=IMPRINT_SIZE, pitch=26)
    # A first-line indent, so that the lines of the imprint still span the text area.
    imprint.paragraph_format.first_line_indent = Pt(IMPRINT_SIZE)


def _switch_off(properties: BaseOxmlElement, name: str) -> None:
    switch = OxmlElement(f"w:{name}")
    switch.set(qn("w:val"), "0")
    properties.insert_element_before(switch, "w:spacing", "w:ind", "w:jc")


def _style(
    document: DocumentType,
    name: str,
    *,
    font: str = FANG_SONG,
    size: int = BODY_SIZE,
    pitch: int = LINE_PITCH,
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.LEFT,
) -> ParagraphStyle:
    style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Normal"]
    style.quick_style = True
    style.font.size = Pt(size)
    set_fonts(style, font)
    style.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    style.paragraph_format.line_spacing = Pt(pitch)
    style.paragraph_format.alignment = align
    if pitch < LINE_PITCH:
        # Small type in tables and notes keeps its own pitch instead of the page's 28 points.
        _switch_off(style.element.get_or_add_pPr(), "snapToGrid")
    return style


def _page_numbers(document: DocumentType) -> None:
    """—1— in 14 pt 宋体, one character in from the outer edge: odd pages right, even pages left."""
    document.settings.odd_and_even_pages_header_footer = True
    section = document.sections[0]
    sides = (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT, "right"),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT, "left"),
    )
    for footer, align, side in sides:
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.style = document.styles["Normal"]
        paragraph.alignment = align
        paragraph.paragraph_format.line_spacing = Pt(18)
        indent = paragraph.paragraph_format.element.get_or_add_pPr().get_or_add_ind()
        indent.set(qn(f"w:{side}"), str(14 * 20))
        _footer_run(paragraph, DASH)
        _page_field(paragraph)
        _footer_run(paragraph, DASH)


def _settings(document: DocumentType) -> None:
    """python-docx's template is of 2010 and Japanese; Word would show 兼容模式 in the title bar."""
    settings = document.settings.element
    for each in settings.iter(qn("w:compatSetting")):
        if each.get(qn("w:name")) == "compatibilityMode":
            each.set(qn("w:val"), "15")
    for each in settings.iter(qn("w:themeFontLang")):
        each.set(qn("w:eastAsia"), "zh-CN")


def _footer_run(paragraph: Paragraph, text: str = "") -> Run:
    run = paragraph.add_run(text)
    run.font.size = Pt(14)
    set_fonts(run, SONG)
    return run


def _page_field(paragraph: Paragraph) -> None:
    for kind in ("begin", "instruction", "separate", "result", "end"):
        run = _footer_run(paragraph, "1" if kind == "result" else "")
        if kind == "result":
            continue
        if kind == "instruction":
            piece = OxmlElement("w:instrText")
            piece.text = " PAGE "
        else:
            piece = OxmlElement("w:fldChar")
            piece.set(qn("w:fldCharType"), kind)
        run.font.element.append(piece)
