"""Comments and colours put into the cells of an .xlsx without touching anything else. Pure: no Django.

Works on the XML of the workbook itself: formulas keep their values, and pictures, charts, validations, filters, macros
and everything else a library would drop or rewrite stay as they were. Existing comments are continued, not replaced.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from copy import deepcopy

from lxml import etree
from openpyxl.utils.cell import column_index_from_string as column_number
from openpyxl.utils.cell import coordinate_from_string, get_column_letter

from cadres.roster.package import OFFICE_RELATION, RELATION_NAMESPACES, BrokenPackage, Package, local
from cadres.roster.places import ERROR, WARNING, Mark
from cadres.roster.sheet_notes import Notes

COLOURS = {ERROR: "FFFFC7CE", WARNING: "FFFFEB9C"}
"""Fills as Excel's own "bad" and "neutral"; the comment says it in words."""

_BEFORE_LEGACY_DRAWING = ("legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts",
                          "extLst")  # fmt: skip

Cell = tuple[int, int]


def marked(content: bytes, marks: Iterable[Mark]) -> bytes:
    """The workbook with its marks. Raises BrokenPackage where the file cannot be changed in place."""
    package = Package(content)
    workbook = package.related("", "officeDocument") or "xl/workbook.xml"
    sheets = _sheets(package, workbook)
    if not sheets:
        raise BrokenPackage("no sheets")
    paint = _Paint(package, workbook)
    for name, own in _by_sheet(marks, first=next(iter(sheets))).items():
        if name not in sheets:
            raise BrokenPackage(f"no sheet {name}")
        _mark_sheet(package, sheets[name], own, paint)
    paint.finish()
    return package.saved()


def _sheets(package: Package, workbook: str) -> dict[str, str]:
    """Name → part of every sheet, visible ones first: the first is where marks of the file go."""
    targets = package.relations(workbook)
    found: list[tuple[bool, str, str]] = []
    for sheet in package.look(workbook).iter("{*}sheet"):
        key = next((sheet.get(f"{{{ns}}}id") for ns in RELATION_NAMESPACES if sheet.get(f"{{{ns}}}id")), None)
        kind, path = targets.get(key, ("", ""))
        if kind == "worksheet":
            found.append((sheet.get("state", "visible") != "visible", sheet.get("name", ""), path))
    return {name: path for _, name, path in sorted(found, key=lambda entry: entry[0])}


def _by_sheet(marks: Iterable[Mark], *, first: str) -> dict[str, list[Mark]]:
    found: dict[str, list[Mark]] = defaultdict(list)
    for mark in marks:
        found[mark.sheet or first].append(mark)
    return found


def _mark_sheet(package: Package, path: str, marks: list[Mark], paint: _Paint) -> None:
    root = package.tree(path)
    anchors = _anchors(root)
    texts: dict[Cell, list[str]] = defaultdict(list)
    levels: dict[Cell, str] = {}
    for mark in marks:
        cell = anchors.get((mark.row or 1, mark.column), (mark.row or 1, mark.column))
        if mark.text not in texts[cell]:
            texts[cell].append(mark.text)
        if mark.row is not None and levels.get(cell) != ERROR:
            levels[cell] = mark.level
    _colour(root, levels, paint)
    notes = Notes(package, path)
    for (row, column), lines in sorted(texts.items()):
        notes.write(row, column, "\n".join(lines))
    identifier = notes.finish()
    if identifier:
        _insert_legacy_drawing(root, identifier)


def _anchors(root: etree._Element) -> dict[Cell, Cell]:
    """Cell → the first cell of the merge that covers it; huge merges only by their corners' rows and columns."""
    found: dict[Cell, Cell] = {}
    for merge in root.iter("{*}mergeCell"):
        first, _, last = merge.get("ref", "").partition(":")
        if not last:
            continue
        (r1, c1), (r2, c2) = position(first), position(last)
        if (r2 - r1 + 1) * (c2 - c1 + 1) <= _LARGEST_MERGE:
            found |= dict.fromkeys([(r, c) for r in range(r1, r2 + 1) for c in range(c1, c2 + 1)], (r1, c1))
    return found


_LARGEST_MERGE = 20_000


def position(reference: str) -> Cell:
    """B7 → (7, 1)."""
    try:
        letters, row = coordinate_from_string(reference)
    except ValueError as error:
        raise BrokenPackage(reference) from error
    return row, column_number(letters) - 1


def _colour(root: etree._Element, levels: dict[Cell, str], paint: _Paint) -> None:
    wanted: dict[int, dict[int, str]] = defaultdict(dict)
    for (row, column), level in levels.items():
        wanted[row][column] = level
    data = root.find("{*}sheetData")
    if data is None:
        raise BrokenPackage("no sheetData")
    number = 0
    for row in data:
        number = int(row.get("r", number + 1))
        if number in wanted:
            _colour_row(row, number, wanted.pop(number), paint)


def _colour_row(row: etree._Element, number: int, levels: dict[int, str], paint: _Paint) -> None:
    cells: dict[int, etree._Element] = {}
    column = -1
    for cell in row:
        column = position(cell.get("r"))[1] if cell.get("r") else column + 1
        cells[column] = cell
    for column, level in sorted(levels.items()):
        cell = cells.get(column)
        if cell is None:
            cell = etree.Element(etree.QName(etree.QName(row).namespace, "c").text)
            cell.set("r", f"{get_column_letter(column + 1)}{number}")
            # A blank cell without an element looks like its row.
            if row.get("customFormat") in ("1", "true") and row.get("s"):
                cell.set("s", row.get("s"))
            row.insert(sum(other < column for other in cells), cell)
            cells[column] = cell
        cell.set("s", paint.style(cell.get("s", "0"), level))


class _Paint:
    """Cell formats that differ from existing ones in their fill only."""

    def __init__(self, package: Package, workbook: str) -> None:
        path = package.related(workbook, "styles") or "xl/styles.xml"
        self._root = package.tree(path)
        self._formats = self._root.find("{*}cellXfs")
        self._fills = self._root.find("{*}fills")
        if self._formats is None or self._fills is None or not len(self._formats):
            raise BrokenPackage("no cell formats")
        self._made: dict[tuple[str, str], str] = {}
        self._fill_of: dict[str, str] = {}

    def style(self, style: str, level: str) -> str:
        key = (style, level)
        if key not in self._made:
            number = int(style) if style.isdigit() and int(style) < len(self._formats) else 0
            copy = deepcopy(self._formats[number])
            copy.set("fillId", self._fill(level))
            copy.set("applyFill", "1")
            self._formats.append(copy)
            self._made[key] = str(len(self._formats) - 1)
        return self._made[key]

    def _fill(self, level: str) -> str:
        if level not in self._fill_of:
            space = etree.QName(self._fills).namespace
            fill = etree.SubElement(self._fills, f"{{{space}}}fill")
            pattern = etree.SubElement(fill, f"{{{space}}}patternFill", patternType="solid")
            etree.SubElement(pattern, f"{{{space}}}fgColor", rgb=COLOURS[level])
            etree.SubElement(pattern, f"{{{space}}}bgColor", indexed="64")
            self._fill_of[level] = str(len(self._fills) - 1)
        return self._fill_of[level]

    def finish(self) -> None:
        self._formats.set("count", str(len(self._formats)))
        self._fills.set("count", str(len(self._fills)))


def _insert_legacy_drawing(root: etree._Element, identifier: str) -> None:
    element = etree.Element(f"{{{etree.QName(root).namespace}}}legacyDrawing")
    element.set(f"{{{OFFICE_RELATION}}}id", identifier)
    following = next((child for child in root if local(child) in _BEFORE_LEGACY_DRAWING), None)
    if following is None:
        root.append(element)
    else:
        following.addprevious(element)
