"""Bytes of an uploaded table → sheets of rows, whatever the file calls itself. Pure: no Django.

The kind is decided by content: .xlsx/.xlsm and .xls/.et by calamine, .csv (UTF-8 with or without BOM, UTF-16 with BOM,
GB18030; separated by comma, semicolon or tab) by the csv module. calamine keeps a sheet as one dense block from the
first to the last filled cell, so a single stray cell at XFD1048576 would ask for gigabytes: a sheet's extent is
measured by streaming over its XML first, and a sheet or file beyond the limits below is refused as `file.too_large`.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from types import MappingProxyType

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from cadres.roster import errors, extent, slices
from cadres.roster.errors import UnusableFile
from cadres.roster.extent import Facts

MAX_BYTES = 30 * 1024 * 1024
"""Size of an uploaded file."""

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
# BIFF8: the workbook's BOF, perhaps a WRITEPROT record, then FILEPASS.
_FILEPASS = re.compile(rb"\x09\x08\x10\x00.{16}(?:\x86\x00\x00\x00)?\x2f\x00", re.DOTALL)
_WEB_PAGE = re.compile(rb"\A[\s\xef\xbb\xbf]*<(?:!doctype|html|head|table|meta|style|div)", re.IGNORECASE)
_XML = re.compile(rb"\A[\s\xef\xbb\xbf]*<\?xml")
_SEPARATORS = "\t,;"
_LINES_SNIFFED = 60
_LIKE_FORMULAS = frozenset("=+-@\t\r")
_TEXTS_KEPT, _ROWS_BETWEEN_LOOKS = 2_000, 4_000
"""A column with more different texts is looked at, every so many rows, no longer."""
_XLS_BYTES_PER_ROW = 300
"""A row of a roster in an old workbook takes about so much."""

Merge = tuple[int, int, int, int]
"""First row, first column, last row, last column; rows as Excel counts them (from 1), columns from 0."""


@dataclass
class Sheet:
    """One sheet (a .csv has no name): `rows` yields (row number as Excel counts it, cells); cells are None where blank."""

    name: str | None
    rows: Iterator[tuple[int, list[object]]]
    merges: list[Merge] = field(default_factory=list)
    hidden: bool = False
    epoch_1904: bool = False
    hidden_rows: frozenset[int] = frozenset()


def open_sheets(content: bytes) -> Iterator[Sheet]:
    """The sheets of a file, one at a time. Raises `UnusableFile` (file.unreadable, .encrypted, .too_large)."""
    if not content.strip(b"\0 \r\n\t"):
        raise UnusableFile("file.unreadable", errors.EMPTY)
    if len(content) > MAX_BYTES:
        raise UnusableFile(
            "file.too_large", f"文件超过 {MAX_BYTES // 1048576} MB：请只保留需要的表和列，或分成几个文件上传"
        )
    if content.startswith(ZIP):
        return _open_xlsx(content)
    if content.startswith(OLE):
        return _open_xls(content)
    if _WEB_PAGE.match(content):
        raise UnusableFile("file.unreadable", errors.WEB_PAGE)
    if _XML.match(content):
        raise UnusableFile("file.unreadable", errors.XML_TABLE)
    return iter([_open_csv(content)])


def rough_rows(content: bytes) -> int:
    """About how many rows a file has, without reading its cells: whether to read it at once or in the background.

    Raises `UnusableFile` like `open_sheets`.
    """
    if content.startswith(ZIP):
        return extent.check_xlsx(content).rows
    if content.startswith(OLE):
        return len(content) // _XLS_BYTES_PER_ROW
    return content.count(b"\n")


def _open_xlsx(content: bytes) -> Iterator[Sheet]:
    facts = extent.check_xlsx(content)
    if all(rows <= slices.LONG for _, rows in facts.parts.values()):
        return _calamine_sheets(content, epoch_1904=facts.epoch_1904, hidden=facts.hidden)
    return _long_sheets(content, facts)


def _open_xls(content: bytes) -> Iterator[Sheet]:
    if _ENCRYPTED_PACKAGE in content or _FILEPASS.search(content):
        raise UnusableFile("file.encrypted", errors.ENCRYPTED)
    extent.check_xls(content)
    return _calamine_sheets(content, epoch_1904=extent.xls_counts_from_1904(content))


def _calamine_sheets(
    content: bytes, *, epoch_1904: bool, hidden: Mapping[str, frozenset[int]] = MappingProxyType({})
) -> Iterator[Sheet]:
    with _told_in_words(), CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
        for meta in book.sheets_metadata:
            if meta.typ != SheetTypeEnum.WorkSheet:
                continue
            sheet = book.get_sheet_by_name(meta.name)
            merges = [(r1 + 1, c1, r2 + 1, c2) for (r1, c1), (r2, c2) in sheet.merged_cell_ranges or ()]
            away = meta.visible != SheetVisibleEnum.Visible
            rows = _calamine_rows(sheet)
            yield Sheet(meta.name, rows, merges, away, epoch_1904, hidden.get(meta.name, frozenset()))


def _long_sheets(content: bytes, facts: Facts) -> Iterator[Sheet]:
    """The sheets of a workbook that is read in slices, so that it never is in memory as a whole."""
    with _told_in_words(), CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
        metas = [meta for meta in book.sheets_metadata if meta.typ == SheetTypeEnum.WorkSheet]
    for meta in metas:
        part, _ = facts.parts.get(meta.name, ("", 0))
        merges = [_merge(reference) for reference in facts.merges.get(meta.name, ())]
        away = meta.visible != SheetVisibleEnum.Visible
        hidden = facts.hidden.get(meta.name, frozenset())
        yield Sheet(meta.name, _long_rows(content, part, meta.name), merges, away, facts.epoch_1904, hidden)


@contextmanager
def _told_in_words() -> Iterator[None]:
    """What the libraries raise about a file, as the sentence for the user."""
    try:
        yield
    except PasswordError:
        raise UnusableFile("file.encrypted", errors.ENCRYPTED) from None
    except (CalamineError, OSError, ValueError, KeyError, zipfile.BadZipFile, zlib.error, EOFError):
        raise UnusableFile("file.unreadable", errors.UNREADABLE) from None
    except BaseException as panic:
        # Some damaged .xls make calamine panic; its exception is no Exception and cannot be imported.
        if type(panic).__name__ != "PanicException":
            raise
        raise UnusableFile("file.unreadable", errors.UNREADABLE) from None


def _long_rows(content: bytes, part: str, name: str) -> Iterator[tuple[int, list[object]]]:
    kept = _Kept()
    with _told_in_words():
        cut = slices.sliced(content, part) if part else None
        for first, piece in cut or [(1, content)]:
            with CalamineWorkbook.from_filelike(io.BytesIO(piece)) as book:
                yield from _calamine_rows(book.get_sheet_by_name(name), kept, first=first)


def _merge(reference: str) -> Merge:
    (c1, r1), (c2, r2) = (_place(corner) for corner in reference.split(":"))
    return r1, c1, r2, c2


def _place(corner: str) -> tuple[int, int]:
    letters = corner.rstrip("0123456789")
    return extent.column_number(letters.encode()) - 1, int(corner[len(letters) :])


class _Kept:
    """Texts that come again, by column, so that a column of ten words costs ten texts and not a hundred thousand."""

    def __init__(self) -> None:
        self._columns: list[dict[str, str] | None] = []
        self._until_look = _ROWS_BETWEEN_LOOKS

    def row(self, cells: list[object]) -> list[object]:
        if len(self._columns) < len(cells):
            self._columns += [{} for _ in range(len(cells) - len(self._columns))]
        self._until_look -= 1
        if not self._until_look:
            # A column of numbers of identity has no use for what came before.
            self._columns = [None if known is None or len(known) > _TEXTS_KEPT else known for known in self._columns]
            self._until_look = _ROWS_BETWEEN_LOOKS
        return [
            (cell if known is None else known.setdefault(cell, cell)) if cell.__class__ is str else cell
            for cell, known in zip(cells, self._columns, strict=False)
        ]


def _calamine_rows(sheet, kept: _Kept | None = None, *, first: int = 1) -> Iterator[tuple[int, list[object]]]:
    """The rows from `first` on."""
    if sheet.start is None:
        return
    kept = kept or _Kept()
    # iter_rows counts rows from the top of the sheet, but leaves out the blank columns on the left.
    left: list[object] = [None] * sheet.start[1]
    for number, row in enumerate(islice(sheet.iter_rows(), first - 1, None), start=first):
        cells = kept.row([None if cell == "" else cell for cell in row])
        yield number, left + cells if left else cells


def _open_csv(content: bytes) -> Sheet:
    text = _decode(content)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text))
    return Sheet(name=None, rows=_csv_rows(reader))


def _decode(content: bytes) -> str:
    encodings = ["utf-8-sig", "gb18030"]
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = ["utf-16"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UnusableFile("file.unreadable", errors.OTHER_KIND)


def _separator(text: str) -> str:
    lines = text.split("\n", _LINES_SNIFFED)[:_LINES_SNIFFED]
    return max(_SEPARATORS, key=lambda sign: max(line.count(sign) for line in lines))


def _csv_rows(reader) -> Iterator[tuple[int, list[object]]]:
    cells_left = extent.MAX_CELLS
    try:
        for number, row in enumerate(reader, start=1):
            if not any(row):
                continue
            cells_left -= len(row)
            if number > extent.MAX_ROWS or cells_left < 0:
                raise extent.too_many_rows(None, number)
            yield number, [_csv_cell(cell) for cell in row]
    except csv.Error:
        raise UnusableFile("file.unreadable", errors.UNREADABLE) from None


def _csv_cell(cell: str) -> str | None:
    # '=1+1 is how an export keeps a text from acting as a formula.
    if cell.startswith("'") and cell.lstrip("'")[:1] in _LIKE_FORMULAS:
        return cell[1:]
    # ="4599…" is how people keep Excel from turning a number in a .csv into 4.6E+17.
    if cell.startswith('="') and cell.endswith('"'):
        cell = cell[2:-1]
    return cell or None
