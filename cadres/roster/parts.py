"""Which part of an .xlsx holds which sheet, and which of its rows are hidden: calamine tells neither. Pure: no Django."""

from __future__ import annotations

import posixpath
import re
import zipfile
from html import unescape

_SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*>")
_NUMBER = re.compile(rb'\br="(\d+)"')
_HIDDEN = re.compile(rb'\bhidden="(?:1|true|on)"')
_MERGE = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*?\bref=[\"']([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})[\"']")
_LARGEST_INDEX = 4 * 1024 * 1024


def sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Part → sheet name. An index that cannot be read gives nothing: what is hidden is then not told."""
    targets = {
        _attribute(tag, b"Id"): _attribute(tag, b"Target")
        for tag in _RELATION.findall(_part(archive, "xl/_rels/workbook.xml.rels"))
    }
    parts = {}
    for tag in _SHEET.findall(_part(archive, "xl/workbook.xml")):
        target = targets.get(_attribute(tag, rb"\w+:id"))
        if target:
            part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            parts[part] = _attribute(tag, b"name")
    return parts


def hidden_in(text: bytes) -> set[int]:
    """Numbers of the rows that a piece of a sheet's XML marks as hidden."""
    if b"hidden=" not in text:
        return set()
    tags = (tag for tag in _ROW.findall(text) if _HIDDEN.search(tag))
    return {int(number.group(1)) for tag in tags if (number := _NUMBER.search(tag))}


def merges_in(text: bytes) -> list[str]:
    """The merges that a piece of a sheet's XML names, as A1:B2."""
    return [merge.decode("ascii") for merge in _MERGE.findall(text)] if b"mergeCell" in text else []


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    if name not in archive.namelist():
        return b""
    with archive.open(name) as part:
        return part.read(_LARGEST_INDEX)


def _attribute(tag: bytes, name: bytes) -> str:
    found = re.search(rb"\s" + name + rb'="([^"]*)"', tag)
    return unescape(found.group(1).decode("utf-8", "replace")) if found else ""
