"""What an answer says, wherever it says it: page, address, file name, table, document."""

import io
import re
import zipfile
from urllib.parse import unquote

from tests.leaks.estate import LETTERS

_WORDS = re.compile(rf"[{LETTERS}]{{8}}")
_NUMBERS = re.compile(r"\d{3,4}[\d*]{4,10}[\dX]{4}")
#: A form's own secrets differ with every answer and may hold anything.
_FORM_SECRET = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')


def text_of(response) -> str:
    """Everything a reader could take from the answer."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    head = " ".join(unquote(value) for name, value in response.items() if name in {"Content-Disposition", "Location"})
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            body = b" ".join(archive.read(name) for name in archive.namelist())
    return head + _FORM_SECRET.sub("", body.decode("utf-8", "replace"))


def said_in(text: str, tokens: set[str]) -> set[str]:
    """Which tokens a text holds."""
    return (set(_WORDS.findall(text)) | set(_NUMBERS.findall(text))) & tokens
