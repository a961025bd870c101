"""PURE: the chain of the trail: each link's hash covers the hash before it and the entry's own content."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

#: What the first link of all follows.
BEGINNING = "0" * 64


@dataclass(frozen=True)
class Link:
    """One sealed entry. `content` is JSON-ready and exactly what the hash covers besides number and `previous`."""

    number: int
    previous: str
    hash: str
    content: dict


@dataclass(frozen=True)
class Break:
    """The first entry at which the chain does not hold, and why."""

    number: int
    reason: str


@dataclass(frozen=True)
class Walk:
    """How far the chain held: the last good number and hash, and the first break if there is one."""

    number: int
    hash: str
    broken: Break | None = None


def hash_of(number: int, previous: str, content: dict) -> str:
    text = json.dumps([number, previous, content], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def walk(links: Iterable[Link], *, number: int = 0, head: str = BEGINNING) -> Walk:
    """Follow the links from after `number` and `head`; stop at the first that does not fit."""
    for link in links:
        if link.number != number + 1:
            return Walk(number, head, Break(number + 1, "这一条不见了"))
        if link.previous != head:
            return Walk(number, head, Break(link.number, "与前一条接不上"))
        if link.hash != hash_of(link.number, link.previous, link.content):
            return Walk(number, head, Break(link.number, "内容被改动过"))
        number, head = link.number, link.hash
    return Walk(number, head)
