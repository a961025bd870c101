"""The parts of an .xlsx as XML trees that can be changed one by one; every other part stays byte for byte. Pure: no Django.

Entities are not resolved and nothing is fetched: the file comes from outside.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib

from lxml import etree

CONTENT_TYPES = "[Content_Types].xml"
_PACKAGE_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
RELATION_NAMESPACES = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
)
OFFICE_RELATION = RELATION_NAMESPACES[0]


class BrokenPackage(ValueError):
    """The file is no workbook that can be changed in place."""


def parsed(content: bytes, *, recover: bool = False) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=recover)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise BrokenPackage(str(error)) from error
    if root is None:
        raise BrokenPackage("an empty part")
    return root


def local(element: etree._Element) -> str:
    """The name of an element without its namespace; comments have none."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


class Package:
    """An .xlsx in memory. `tree(path)` is changed in place; `saved()` gives the bytes back."""

    def __init__(self, content: bytes) -> None:
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(content))
        except zipfile.BadZipFile as error:
            raise BrokenPackage(str(error)) from error
        self._names = set(self._archive.namelist())
        self._trees: dict[str, etree._Element] = {}

    def __contains__(self, path: str) -> bool:
        return path in self._names or path in self._trees

    def look(self, path: str, *, recover: bool = False) -> etree._Element:
        """A part to read; what is done to it is not kept unless `tree` was asked for it."""
        if path in self._trees:
            return self._trees[path]
        if path not in self._names:
            raise BrokenPackage(f"{path} is missing")
        try:
            content = self._archive.read(path)
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError) as error:
            raise BrokenPackage(path) from error
        return parsed(content, recover=recover)

    def tree(self, path: str, *, recover: bool = False) -> etree._Element:
        """A part to change."""
        return self._trees.setdefault(path, self.look(path, recover=recover))

    def add(self, path: str, root: etree._Element) -> None:
        self._trees[path] = root

    def free_name(self, pattern: str) -> str:
        """`xl/comments{}.xml` with the first number that is not taken."""
        number = 1
        while pattern.format(number) in self:
            number += 1
        return pattern.format(number)

    def relations(self, path: str) -> dict[str, tuple[str, str]]:
        """Identifier → (kind: the last word of its type, path of the target) of a part's relations."""
        rels = rels_of(path)
        if rels not in self:
            return {}
        found = {}
        for relation in self.look(rels):
            if local(relation) != "Relationship" or relation.get("TargetMode") == "External":
                continue
            target = posixpath.join("/", posixpath.dirname(path), relation.get("Target", ""))
            kind = relation.get("Type", "").rsplit("/", 1)[-1]
            found[relation.get("Id")] = (kind, posixpath.normpath(target).lstrip("/"))
        return found

    def related(self, path: str, kind: str) -> str | None:
        return next((target for found, target in self.relations(path).values() if found == kind), None)

    def relate(self, path: str, kind: str, target: str) -> str:
        """Adds a relation and answers its identifier."""
        rels = rels_of(path)
        if rels not in self:
            self.add(rels, etree.Element(f"{{{_PACKAGE_RELS}}}Relationships", nsmap={None: _PACKAGE_RELS}))
        root = self.tree(rels)
        taken = {relation.get("Id") for relation in root}
        number = next(n for n in range(1, len(taken) + 2) if f"rIdNote{n}" not in taken)
        relation = etree.SubElement(root, f"{{{_PACKAGE_RELS}}}Relationship")
        relation.set("Id", f"rIdNote{number}")
        relation.set("Type", f"{OFFICE_RELATION}/{kind}")
        relation.set("Target", f"/{target}")
        return relation.get("Id")

    def declare(self, content_type: str, *, path: str = "", extension: str = "") -> None:
        """Names the content type of a new part, or of all parts with an extension."""
        root = self.tree(CONTENT_TYPES)
        name, key, value = ("Override", "PartName", f"/{path}") if path else ("Default", "Extension", extension)
        if any(local(entry) == name and entry.get(key, "").lower() == value.lower() for entry in root):
            return
        entry = etree.Element(f"{{{_TYPES}}}{name}")
        entry.set(key, value)
        entry.set("ContentType", content_type)
        root.insert(0, entry) if extension else root.append(entry)

    def saved(self) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for info in self._archive.infolist():
                if info.filename not in self._trees:
                    archive.writestr(info, self._archive.read(info), zipfile.ZIP_DEFLATED)
            for path, root in self._trees.items():
                content = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
                archive.writestr(path, content)
        return out.getvalue()


def rels_of(path: str) -> str:
    folder, name = posixpath.split(path)
    return posixpath.join(folder, "_rels", f"{name}.rels")
