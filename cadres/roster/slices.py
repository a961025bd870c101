"""A very long sheet of an .xlsx as several short workbooks, one at a time. Pure: no Django.

calamine keeps a whole sheet in memory, 1.6 kB for a row of twenty cells: a hundred thousand rows would take 160 MB. Cut
between rows while unpacking, each slice is read by the same library with the same texts and formats, and forgotten.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

LONG = 20_000
"""A sheet with more rows is read in slices."""

_CHUNK = 1 << 20
_SLICE = (6 * _CHUNK, 24 * _CHUNK)
"""Least and most bytes of a slice's XML: the shared texts are read again with each slice, so many texts ask for few."""
_INDEX = re.compile(
    r"xl/(?:workbook|styles|sharedStrings)\.xml|xl/_rels/workbook\.xml\.rels|_rels/\.rels|\[Content_Types\]\.xml",
    re.IGNORECASE,
)
_DATA = re.compile(rb"<(?:(\w+):)?sheetData\s*>")
_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*)>")
_NUMBER = re.compile(rb"\br=[\"'](?:[A-Z]{1,3})?(\d+)[\"']")


def sliced(content: bytes, part: str) -> Iterator[tuple[int, bytes]] | None:
    """(row number of the first row, workbook) of each slice of the sheet in `part`; None when it cannot be cut."""
    archive = zipfile.ZipFile(io.BytesIO(content))
    stream = archive.open(part)
    head = stream.read(_CHUNK)
    found = _DATA.search(head)
    if found is None or not _is_numbered(head[found.end() :]):
        return None
    index = [(info.filename, archive.read(info)) for info in archive.infolist() if _INDEX.fullmatch(info.filename)]
    return _slices(stream, head, found, part, index)


def _is_numbered(rows: bytes) -> bool:
    """Whether rows and cells say where they stand; those that do not are counted from the top of their sheet."""
    first_row, first_cell = _ROW.search(rows), _CELL.search(rows)
    return all(found is not None and _NUMBER.search(found.group(1)) for found in (first_row, first_cell))


def _slices(
    stream, head: bytes, found: re.Match, part: str, index: list[tuple[str, bytes]]
) -> Iterator[tuple[int, bytes]]:
    prefix = found.group(1) + b":" if found.group(1) else b""
    opening, ends = head[: found.end()], b"</" + prefix + b"row>"
    closing = b"</" + prefix + b"sheetData></" + prefix + b"worksheet>"
    texts = sum(len(content) for name, content in index if "sharedStrings" in name)
    size = min(max(_SLICE[0], texts), _SLICE[1])
    rows = head[found.end() :]
    while True:
        pieces = [rows]
        length = len(rows)
        while length < size and (chunk := stream.read(_CHUNK)):
            pieces.append(chunk)
            length += len(chunk)
        rows = b"".join(pieces)
        last = length < size
        cut = rows.find(b"</" + prefix + b"sheetData>") if last else rows.rfind(ends) + len(ends)
        piece, rows = rows[:cut] if cut >= 0 else rows, rows[cut:]
        first = _first_number(piece)
        if first is not None:
            yield first, _workbook(part, opening + piece + closing, index)
        if last or not piece:
            return


def _first_number(rows: bytes) -> int | None:
    found = _ROW.search(rows)
    number = _NUMBER.search(found.group(1)) if found else None
    return int(number.group(1)) if number else None


def _workbook(part: str, sheet: bytes, index: list[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in [*index, (part, sheet)]:
            archive.writestr(name, content)
    return out.getvalue()
