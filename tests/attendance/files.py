"""Evidence files made for tests: a table as the bytes of an .xlsx."""

import io
from datetime import datetime

import openpyxl
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import CadreFactory, PostingFactory


def xlsx(*rows, sheet: str = "Sheet") -> bytes:
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def wall(*parts: int) -> datetime:
    """A time as a spreadsheet keeps it, without a zone."""
    return datetime(*parts)  # noqa: DTZ001


def posted(village, name: str, **fields):
    """A posting of somebody of this name."""
    return PostingFactory(cadre=CadreFactory(name=name), village=village, **fields)


def codes(problems) -> list[tuple[int | None, str]]:
    return [(problem.row, problem.code) for problem in problems]


def questions(act) -> int:
    """How many queries `act` asks beside the inserts, which SQLite cuts into pieces by their parameters."""
    with CaptureQueriesContext(connection) as captured:
        act()
    return sum(not query["sql"].startswith("INSERT") for query in captured)
