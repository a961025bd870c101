"""The comments of one sheet of an .xlsx: the texts, and the boxes that Excel and WPS show them in. Pure: no Django."""

from __future__ import annotations

import re

from lxml import etree
from openpyxl.utils.cell import column_index_from_string, get_column_letter

from cadres.roster.package import RELATION_NAMESPACES, Package, parsed

AUTHOR = "导入检查"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_SHAPE_ID = re.compile(r"_s(\d+)$")
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_FIRST_SHAPE = 1025
_CHARACTERS_A_LINE = 14
_BOX_WIDTH, _LINE_HEIGHT, _LEAST_HEIGHT = 190, 15, 60
"""Points."""

_EMPTY_DRAWING = b"""<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" \
xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/>\
</o:shapelayout><v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">\
<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype></xml>"""

_SHAPE = """<v:shape xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" \
xmlns:x="urn:schemas-microsoft-com:office:excel" id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;\
margin-left:60pt;margin-top:2pt;width:{width}pt;height:{height}pt;z-index:{number};visibility:hidden" \
fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/>\
<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div style="text-align:left"/></v:textbox>\
<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>\
<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"""


def box_height(text: str) -> int:
    """Points that show the whole text."""
    lines = sum(-(-max(len(line), 1) // _CHARACTERS_A_LINE) for line in text.split("\n"))
    return max(_LEAST_HEIGHT, (lines + 1) * _LINE_HEIGHT)


class Notes:
    """Writes comments into the sheet `path`; `finish` answers the drawing's identifier when the sheet needs one now."""

    def __init__(self, package: Package, path: str) -> None:
        self._package, self._path = package, path
        existing = package.related(path, "comments")
        self._comments_path = existing or package.free_name("xl/comments{}.xml")
        if existing:
            self._comments = package.tree(existing, recover=True)
        else:
            self._comments = etree.Element(f"{{{_SHEET}}}comments", nsmap={None: _SHEET})
            etree.SubElement(self._comments, f"{{{_SHEET}}}authors")
            etree.SubElement(self._comments, f"{{{_SHEET}}}commentList")
        self._space = etree.QName(self._comments).namespace
        self._is_new = not existing
        self._list = self._comments.find("{*}commentList")
        drawing = self._existing_drawing()
        self._has_drawing = drawing is not None
        self._drawing = package.tree(drawing, recover=True) if drawing else parsed(_EMPTY_DRAWING)
        self._author = self._author_number()
        self._forget_earlier()
        self._by_cell = {comment.get("ref"): comment for comment in self._list}
        numbers = [int(m[1]) for shape in self._drawing.iter() if (m := _SHAPE_ID.search(shape.get("id") or ""))]
        self._next = max([_FIRST_SHAPE - 1, *numbers]) + 1

    def _author_number(self) -> str:
        authors = self._comments.find("{*}authors")
        for number, author in enumerate(authors):
            if author.text == AUTHOR:
                return str(number)
        etree.SubElement(authors, f"{{{self._space}}}author").text = AUTHOR
        return str(len(authors) - 1)

    def _existing_drawing(self) -> str | None:
        element = self._package.tree(self._path).find("{*}legacyDrawing")
        if element is None:
            return None
        key = next((element.get(f"{{{ns}}}id") for ns in RELATION_NAMESPACES if element.get(f"{{{ns}}}id")), None)
        return self._package.relations(self._path).get(key, (None, None))[1]

    def _forget_earlier(self) -> None:
        """Takes away what an earlier check wrote: a workbook goes back and forth until nothing is wrong."""
        for comment in [c for c in self._list if c.get("authorId") == self._author]:
            self._list.remove(comment)
            row, letters = split_reference(comment.get("ref"))
            place = (str(row - 1), str(column_index_from_string(letters) - 1))
            for shape in list(self._drawing):
                cell = tuple((shape.findtext(f".//{{*}}{name}") or "").strip() for name in ("Row", "Column"))
                if cell == place:
                    self._drawing.remove(shape)

    def write(self, row: int, column: int, text: str) -> None:
        """A comment at a cell (row from 1, column from 0); below the one that stands there already."""
        reference = f"{get_column_letter(column + 1)}{row}"
        comment = self._by_cell.get(reference)
        if comment is not None:
            self._continue(comment, text)
            return
        comment = etree.SubElement(self._list, f"{{{self._space}}}comment", ref=reference, authorId=self._author)
        self._run(etree.SubElement(comment, f"{{{self._space}}}text"), text)
        self._by_cell[reference] = comment
        self._draw(row - 1, column, text)

    def _continue(self, comment: etree._Element, text: str) -> None:
        body = comment.find("{*}text")
        if body is None:
            body = etree.SubElement(comment, f"{{{self._space}}}text")
        plain = body.find("{*}t")
        if plain is not None:
            plain.text = f"{plain.text or ''}\n{text}"
            plain.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        else:
            self._run(body, f"\n{text}")

    def _run(self, body: etree._Element, text: str) -> None:
        run = etree.SubElement(body, f"{{{self._space}}}r")
        written = etree.SubElement(run, f"{{{self._space}}}t")
        written.text = text
        written.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")

    def _draw(self, row: int, column: int, text: str) -> None:
        height = box_height(text)
        # Left column, offset, top row, offset, right column, offset, bottom row, offset; offsets in pixels.
        anchor = f"{column + 1}, 15, {max(row - 1, 0)}, 2, {column + 4}, 15, {max(row - 1, 0) + height // 14 + 1}, 4"
        shape = _SHAPE.format(number=self._next, width=_BOX_WIDTH, height=height, anchor=anchor, row=row, column=column)
        self._drawing.append(etree.fromstring(shape))
        self._next += 1

    def finish(self) -> str | None:
        self._list[:] = sorted(self._list, key=_reading_order)
        if self._is_new:
            self._package.add(self._comments_path, self._comments)
            self._package.relate(self._path, "comments", self._comments_path)
            self._package.declare(_COMMENTS_TYPE, path=self._comments_path)
        if self._has_drawing:
            return None
        drawing = self._package.free_name("xl/drawings/vmlDrawing{}.vml")
        self._package.add(drawing, self._drawing)
        self._package.declare(_VML_TYPE, extension="vml")
        return self._package.relate(self._path, "vmlDrawing", drawing)


def split_reference(reference: str | None) -> tuple[int, str]:
    """B7 → (7, "B")."""
    found = _REFERENCE.fullmatch(reference or "")
    return (int(found[2]), found[1]) if found else (1, "A")


def _reading_order(comment: etree._Element) -> tuple[int, int, str]:
    row, letters = split_reference(comment.get("ref"))
    return row, len(letters), letters
