"""Keeps what an import would do, row by row, so that the preview is paged from the database and found again."""

from __future__ import annotations

import heapq
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from cadres.models import ImportRow, ImportRun
from cadres.roster.errors import VALUE_SHOWN, Problem, shown
from cadres.roster.reader import LeftOut, Reading, Table
from cadres.roster.report import ImportReport, RowOutcome, masked

BATCH = 2_000
NOTES_KEPT = 200
STUMBLES_KEPT = 30
#: Wrong values that a person can put right for all rows at once: what the cell should have said is one of a list.
REPLACEABLE = frozenset(
    {"village.unknown", "village.ambiguous", "choice.unknown", "date.invalid", "institution.created"}
)
_SAMPLES = 3
_LONG_NUMBER = re.compile(r"\d{17}[\dXx]|1\d{10}")

#: (sheet, header as the file has it) → (key, our label)
Names = dict[tuple[str | None, str], tuple[str, str]]


def store_report(run: ImportRun, report: ImportReport) -> None:
    """Replace the run's rows, counts, tables and notes by those of a report; the caller sets the state and saves."""
    reading = report.reading or Reading()
    names = _names(reading)
    run.rows.all().delete()
    rows = (row for _, row in heapq.merge(_outcomes(report, reading, names), _left_out(report, reading), key=_place))
    tally = _Tally()
    batch: list[ImportRow] = []
    for position, row in enumerate(rows, start=1):
        row.run, row.position = run, position
        tally.see(row)
        batch.append(row)
        if len(batch) == BATCH:
            ImportRow.objects.bulk_create(batch)
            batch = []
    ImportRow.objects.bulk_create(batch)
    run.counts = {**tally.counts, "rows": report.rows, "hidden": tally.hidden, "noted": tally.noted}
    run.stumbles = tally.most_common()
    run.tables = [_table(table) for table in reading.tables]
    run.notes = [*_notes(report.file_errors, "error"), *_notes(report.general_warnings, "warning")]
    run.fingerprint = report.fingerprint


def _place(item: tuple[tuple[int, int], ImportRow]) -> tuple[int, int]:
    return item[0]


def _sheets(reading: Reading) -> dict[str | None, int]:
    """The order of the sheets in the file."""
    return {sheet: at for at, sheet in enumerate(dict.fromkeys(table.sheet for table in reading.tables))}


def _names(reading: Reading) -> Names:
    return {
        (table.sheet, label): (key, table.columns.label(key))
        for table in reading.tables
        for key, label in table.header.labels.items()
    }


def _outcomes(report: ImportReport, reading: Reading, names: Names) -> Iterator[tuple[tuple[int, int], ImportRow]]:
    order = _sheets(reading)
    for outcome in report.outcomes:
        yield (order.get(outcome.sheet, 0), outcome.row), _row(outcome, names)


def _left_out(report: ImportReport, reading: Reading) -> Iterator[tuple[tuple[int, int], ImportRow]]:
    order = _sheets(reading)
    left = [line for line in report.left_out if line.sheet in order]
    for line in sorted(left, key=lambda line: (order[line.sheet], line.row or 0)):
        yield (order[line.sheet], line.row or 0), _left_out_row(line)


def _left_out_row(line: LeftOut) -> ImportRow:
    return ImportRow(
        sheet=line.sheet or "",
        row=line.row,
        kind=ImportRow.Kind.LEFT_OUT,
        cells=[["内容", line.text]],
        problems=[{"message": line.why}],
    )


def _row(outcome: RowOutcome, names: Names) -> ImportRow:
    problems = _named(outcome.problems, outcome.sheet, names)
    return ImportRow(
        sheet=outcome.sheet or "",
        row=outcome.row,
        kind=outcome.kind,
        hidden=outcome.hidden,
        cells=[list(pair) for pair in outcome.cells],
        changes=[[change.label, change.old, change.new] for change in outcome.changes],
        problems=problems,
        warnings=_named(outcome.warnings, outcome.sheet, names),
        receipts=[receipt.to_json() for receipt in outcome.receipts],
    )


def _named(problems: Iterable[Problem], sheet: str | None, names: Names) -> list[dict]:
    """Problems with the key and the label of their column: a file's own header says little to a program."""
    found = []
    for problem in problems:
        key, label = names.get((sheet, problem.column or ""), ("", problem.column or ""))
        message = problem.message.removeprefix(f"第 {problem.row} 行").removeprefix(f"“{problem.column}”").lstrip("：")
        found.append(
            {"code": problem.code, "key": key, "label": label, "value": problem.value, "message": message,
             "column": problem.column}
        )  # fmt: skip
    return found


class _Tally:
    """Counts while rows are stored: by kind, hidden, with remarks, and the wrong values that come again."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter(dict.fromkeys(ImportRow.Kind.values, 0))
        self.hidden = self.noted = 0
        self._stumbles: dict[tuple[str, str], dict] = {}

    def see(self, row: ImportRow) -> None:
        self.counts[row.kind] += 1
        self.hidden += row.hidden
        self.noted += bool(row.warnings)
        if row.kind != ImportRow.Kind.LEFT_OUT:
            for problem in (*row.problems, *row.warnings):
                self._stumbled(problem)

    def _stumbled(self, problem: dict) -> None:
        if problem["code"] in REPLACEABLE and problem["key"] and 0 < len(problem["value"]) < VALUE_SHOWN:
            key = (problem["key"], problem["value"])
            self._stumbles.setdefault(key, {**problem, "rows": 0})["rows"] += 1

    def most_common(self) -> list[dict]:
        return sorted(self._stumbles.values(), key=lambda s: -s["rows"])[:STUMBLES_KEPT]


def _table(table: Table) -> dict:
    header = table.header
    keys = {index: key for key, index in header.keys.items()}
    return {
        "sheet": table.sheet or "",
        "row": header.row,
        "rows": len(table.rows),
        "hidden": sum(row.hidden for row in table.rows),
        "columns": [
            {"header": name, "key": keys.get(index, ""), "samples": _samples(table, index)}
            for index, name in sorted(header.names.items())
        ],
    }


def _samples(table: Table, index: int) -> list[str]:
    """The first few different cells of a column, for whoever has to tell what it is; numbers of persons masked."""
    seen: dict[str, None] = {}
    for row in table.rows[:20]:
        text = shown(row.cells[index]).strip() if index < len(row.cells) else ""
        if text:
            seen.setdefault(without_numbers(text))
        if len(seen) == _SAMPLES:
            break
    return list(seen)


def without_numbers(text: str) -> str:
    """`text` with the numbers of identity and telephone in it masked."""
    return _LONG_NUMBER.sub(_mask, text)


def _mask(found: re.Match) -> str:
    return masked("id_number" if len(found.group()) == 18 else "phone", found.group())


def _notes(problems: Iterable[Problem], level: str) -> list[dict]:
    return [{"level": level, **problem.to_json()} for problem in list(problems)[:NOTES_KEPT]]
