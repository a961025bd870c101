"""PURE: archive files of the trail: JSON lines, compressed, that prove themselves.

The first line says where the chain was before; then one line an entry; the last line repeats the number, the head's
hash and the count. Whoever has the file and the next one, or the table, can verify that they join.
"""

import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from townships.chain import Break, Link, walk

KIND = "zhucun.audit/1"


@dataclass(frozen=True)
class Sheet:
    """What an archive file proves about itself: entries (after, number], the hashes at both ends, its own checksum."""

    name: str
    after: int
    previous: str
    number: int
    hash: str
    sha256: str
    broken: Break | None = None


def write(path: Path, rows: Iterable[tuple[Link, dict]], *, after: int, previous: str) -> None:
    """Write the file; each row is a link and what readers like to see beside it (names), which the hash leaves out."""
    last, last_hash, count = after, previous, 0
    with gzip.open(path, "wt", encoding="utf-8", compresslevel=6) as file:
        file.write(_line({"kind": KIND, "after": after, "previous": previous}))
        for link, beside in rows:
            file.write(_line({"number": link.number, "previous": link.previous, "hash": link.hash,
                              "content": link.content, "names": beside}))  # fmt: skip
            last, last_hash, count = link.number, link.hash, count + 1
        file.write(_line({"end": KIND, "number": last, "hash": last_hash, "entries": count}))


def prove(path: Path) -> Sheet:
    """Read the whole file back and follow its chain. Damage of any kind is a break, not an exception."""
    checksum = hashlib.sha256(path.read_bytes()).hexdigest()
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            lines = (json.loads(line) for line in file)
            begin = next(lines)
            end: dict = {}
            found = walk(_links(lines, end), number=begin["after"], head=begin["previous"])
    except (OSError, EOFError, ValueError, KeyError, StopIteration) as damage:
        return Sheet(path.name, 0, "", 0, "", checksum, Break(0, f"文件读不出来：{type(damage).__name__}"))
    broken = found.broken
    if broken is None and (end.get("number"), end.get("hash")) != (found.number, found.hash):
        broken = Break(found.number + 1, "文件不完整")
    return Sheet(path.name, begin["after"], begin["previous"], found.number, found.hash, checksum, broken)


def _links(lines: Iterator[dict], end: dict) -> Iterator[Link]:
    for line in lines:
        if "end" in line:
            end.update(line)
            return
        yield Link(line["number"], line["previous"], line["hash"], line["content"])


def _line(document: dict) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n"
