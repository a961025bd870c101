"""How far a workbook's sheets really reach, measured without loading them. Pure: no Django.

Limits (also told to the user): 200,000 rows as Excel counts them, 1,000 columns, 6 million cells in the block from the
first to the last filled cell, 400 MB of unpacked XML. Blank but formatted rows do not count, however many.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, field

from cadres.roster import errors, parts
from cadres.roster.errors import UnusableFile

MAX_ROWS = 200_000
MAX_COLUMNS = 1_000
MAX_CELLS = 6_000_000
MAX_UNPACKED = 400 * 1024 * 1024
"""Bytes of all parts of an .xlsx together after unpacking: what a zip bomb exceeds."""

_CHUNK = 1 << 20
_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*?\br\s*=\s*[\"'](\d+)[\"']")
# Columns beyond Z only; a sheet up to Z needs no look at its single cells.
_WIDE = re.compile(rb"\br\s*=\s*[\"']([A-Z]{2,3})\d")
_FILLED = re.compile(rb"<(?:\w+:)?c\b[^>]*?\br\s*=\s*[\"']([A-Z]{1,3})(\d+)[\"'][^>/]*>(?!\s*</)")
_EPOCH_1904 = re.compile(rb'date1904="(?:1|true|on)"')
_XLS_DIMENSIONS = re.compile(rb"\x00\x02\x0e\x00(.{14})", re.DOTALL)
_XLS_1904 = re.compile(rb"\x22\x00\x02\x00(\x00|\x01)\x00")


def too_many_rows(sheet: str | None, row: int) -> UnusableFile:
    advice = (
        f"表里第 {row} 行还有内容，超过 {MAX_ROWS:,} 行的上限：请选中数据下方的所有空行，右键删除后保存；"
        "数据确有这么多时，分成几个文件上传"
    )
    return UnusableFile("file.too_large", advice, sheet=sheet)


def too_many_cells(sheet: str | None) -> UnusableFile:
    advice = "表的范围太大，多半是远处有误填的单元格：请选中数据右侧和下方的所有空行空列，右键删除后保存，再上传"
    return UnusableFile("file.too_large", advice, sheet=sheet)


@dataclass
class Facts:
    """What the look at an .xlsx tells beside its cells: hidden rows by sheet, and at most so many rows in all.

    `parts`: sheet → its part and its number of rows. `merges` by sheet, as they are written (A1:B2).
    """

    epoch_1904: bool = False
    rows: int = 0
    hidden: dict[str, frozenset[int]] = field(default_factory=dict)
    parts: dict[str, tuple[str, int]] = field(default_factory=dict)
    merges: dict[str, tuple[str, ...]] = field(default_factory=dict)


def check_xlsx(content: bytes) -> Facts:
    """Refuses an .xlsx that is broken or reaches beyond the limits; answers what calamine does not tell."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            if "xl/workbook.bin" in names or not any(n.startswith("xl/") and n.endswith(".xml") for n in names):
                raise UnusableFile("file.unreadable", errors.OTHER_KIND)
            return _check_parts(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError, KeyError):
        raise UnusableFile("file.unreadable", errors.UNREADABLE) from None


def _check_parts(archive: zipfile.ZipFile) -> Facts:
    budget = MAX_UNPACKED
    facts, sheets = Facts(), parts.sheet_parts(archive)
    for info in archive.infolist():
        is_sheet = info.filename.endswith(".xml") and "sharedStrings" not in info.filename
        filled = _Extent()
        for chunk in _chunks(archive, info, budget):
            budget -= len(chunk)
            if is_sheet:
                filled.see(chunk)
            if info.filename.startswith("xl/workbook"):
                facts.epoch_1904 = facts.epoch_1904 or _EPOCH_1904.search(chunk) is not None
        if filled.beyond_limits:
            _check_filled(archive, info)
        if info.filename in sheets:
            name = sheets[info.filename]
            facts.rows += filled.rows
            facts.hidden[name] = frozenset(filled.hidden)
            facts.parts[name] = (info.filename, filled.rows)
            facts.merges[name] = tuple(filled.merges)
    return facts


def _chunks(archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: int) -> Iterator[bytes]:
    """The unpacked part; refused once it is longer than `budget`, whatever size the archive declares."""
    # ZipFile stops at the declared size; a part that lies about it must be read to its real end.
    whole = copy(info)
    whole.file_size = MAX_UNPACKED + 2 * _CHUNK
    with archive.open(whole) as part:
        while chunk := part.read(_CHUNK):
            budget -= len(chunk)
            if budget < 0:
                raise UnusableFile(
                    "file.too_large",
                    f"文件解压后超过 {MAX_UNPACKED // 1048576} MB：请把需要的表复制到新建的工作簿，保存后重新上传",
                )
            yield chunk


class _Extent:
    """The block of a sheet by its row numbers and cell names, formatted blanks included: cheap, never too small."""

    def __init__(self) -> None:
        self.rows = 0
        self.columns = 26
        self.hidden: set[int] = set()
        self.merges: dict[str, None] = {}
        self._counted = 0
        self._tail = b""

    def see(self, chunk: bytes) -> None:
        text = self._tail + chunk
        self._counted += chunk.count(b"<row ") + chunk.count(b"<row>")
        self.rows = max(self.rows, self._counted, max(map(int, _ROW.findall(text)), default=0))
        self.hidden |= parts.hidden_in(text)
        self.merges |= dict.fromkeys(parts.merges_in(text))
        for name in set(_WIDE.findall(text)):
            self.columns = max(self.columns, column_number(name))
        self._tail = text[-200:]

    @property
    def beyond_limits(self) -> bool:
        return self.rows > MAX_ROWS or self.columns > MAX_COLUMNS or self.rows * self.columns > MAX_CELLS


def _check_filled(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
    """The exact look at a sheet that seems too large: only cells with content count."""
    rows, columns, tail = 0, 0, b""
    for chunk in _chunks(archive, info, MAX_UNPACKED):
        text = tail + chunk
        for name, number in _FILLED.findall(text):
            rows = max(rows, int(number))
            columns = max(columns, column_number(name))
        tail = text[-200:]
    if rows > MAX_ROWS:
        raise too_many_rows(None, rows)
    if columns > MAX_COLUMNS or rows * columns > MAX_CELLS:
        raise too_many_cells(None)


def column_number(name: bytes) -> int:
    number = 0
    for letter in name:
        number = number * 26 + letter - 64
    return number


def check_xls(content: bytes) -> None:
    """Refuses an .xls whose sheets' DIMENSIONS records span more than the limits (BIFF8 ends at 65,536 × 256)."""
    for match in _XLS_DIMENSIONS.finditer(content):
        first_row, last_row, first_column, last_column, reserved = struct.unpack("<IIHHH", match.group(1))
        plausible = reserved == 0 and first_row <= last_row <= 0x10000 and first_column <= last_column <= 0x100
        if plausible and (last_row - first_row) * (last_column - first_column) > MAX_CELLS:
            raise too_many_cells(None)


def xls_counts_from_1904(content: bytes) -> bool:
    """The DATEMODE record of the workbook stream; it comes among the first records, so only the first hit counts."""
    match = _XLS_1904.search(content)
    return match is not None and match.group(1) == b"\x01"
