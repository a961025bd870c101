"""What a reader sees of a page: its text, the title of its tab among it, without scripts, styles and symbols."""

import re
from html.parser import HTMLParser

#: Words in a row, or the name of a time zone.
ENGLISH = re.compile(r"[A-Za-z]{3,} [a-z]+|[A-Z][a-z]{2,}/[A-Z][a-z]{2,}")
UNSEEN = {"script", "style", "template", "svg"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
#: Attributes that a browser shows or reads aloud.
SHOWN = ("title", "placeholder", "aria-label", "alt", "data-label")


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.unseen: list[str] = []
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs) -> None:
        if tag in UNSEEN and tag not in VOID:
            self.unseen.append(tag)
        if not self.unseen:
            self.found.extend(value for name, value in attrs if name in SHOWN and value)
            button = dict(attrs)
            if tag == "input" and button.get("type") in {"submit", "button"}:
                self.found.append(button.get("value") or "")

    def handle_endtag(self, tag) -> None:
        if self.unseen and tag == self.unseen[-1]:
            self.unseen.pop()

    def handle_data(self, data) -> None:
        if not self.unseen and data.strip():
            self.found.append(" ".join(data.split()))


def texts(html: str) -> list[str]:
    """Every piece of visible text."""
    parser = _Text()
    parser.feed(html)
    return parser.found


def english(html: str) -> set[str]:
    """Pieces that read like English."""
    return {text for text in texts(html) if ENGLISH.search(text)}
