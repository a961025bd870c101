"""Files of directories and ledgers made for tests, and what the admin's lists export."""

import io

import openpyxl
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse


def xlsx(*rows, sheet: str = "Sheet1") -> bytes:
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def told(report) -> list[tuple[int, str]]:
    """Row and code of every error."""
    return [(problem.row, problem.code) for problem in report.errors]


def kinds(report) -> list[str]:
    return [outcome.kind for outcome in report.outcomes]


def counts(report) -> tuple[int, int, int]:
    return report.created, report.updated, report.unchanged


def questions(act) -> int:
    """How many queries `act` asks beside the inserts, which SQLite cuts into pieces by their parameters."""
    with CaptureQueriesContext(connection) as captured:
        act()
    return sum(not query["sql"].startswith("INSERT") for query in captured)


def exported(client, model: str, kind: str = "xlsx") -> bytes:
    """The list of a model as the admin exports it; `model` is app_model."""
    response = client.get(reverse(f"admin:{model}_list_export", args=[kind]))
    assert response.status_code == 200
    return b"".join(response.streaming_content) if response.streaming else response.content
