"""Keeps what an import would do, row by row, so that the preview is paged from the database and found again."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterable

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


class PreviewWriter:
    """Stores the rows of a report as they are told, the lines left out in their places. Begins with nothing stored."""

    def __init__(self, run: ImportRun) -> None:
        self._run = run
        self._tally = _Tally()
        self._batch: list[ImportRow] = []
        self._position = 0
        self._order: dict[str | None, int] | None = None
        self._names: Names = {}
        self._left: deque[LeftOut] = deque()

    def __call__(self, report: ImportReport, outcome: RowOutcome) -> None:
        self._begin(report)
        self._left_out_before((self._order.get(outcome.sheet, 0), outcome.row))
        self._add(_row(outcome, self._names))

    def finish(self, report: ImportReport) -> None:
        """Store what is left and set the run's counts, tables and notes; the caller sets the state and saves."""
        self._begin(report)
        self._left_out_before(None)
        ImportRow.objects.bulk_create(self._batch)
        run, tally = self._run, self._tally
        run.counts = {**tally.counts, "rows": report.rows, "hidden": tally.hidden, "noted": tally.noted}
        run.stumbles = tally.most_common()
        run.tables = [_table(table) for table in report.reading.tables] if report.reading else []
        run.notes = [*_notes(report.file_errors, "error"), *_notes(report.general_warnings, "warning")]
        run.fingerprint = report.fingerprint

    def _begin(self, report: ImportReport) -> None:
        if self._order is not None:
            return
        self._run.rows.all().delete()
        reading = report.reading or Reading()
        order = self._order = _sheets(reading)
        self._names = _names(reading)
        left = [line for line in report.left_out if line.sheet in order]
        self._left = deque(sorted(left, key=lambda line: (order[line.sheet], line.row or 0)))

    def _left_out_before(self, place: tuple[int, int] | None) -> None:
        while self._left and (place is None or (self._order[self._left[0].sheet], self._left[0].row or 0) < place):
            self._add(_left_out_row(self._left.popleft()))

    def _add(self, row: ImportRow) -> None:
        self._position += 1
        row.run, row.position = self._run, self._position
        self._tally.see(row)
        self._batch.append(row)
        if len(self._batch) == BATCH:
            ImportRow.objects.bulk_create(self._batch)
            self._batch = []


def store_report(run: ImportRun, report: ImportReport) -> None:
    """Replace the run's rows, counts, tables and notes by those of a report; the caller sets the state and saves."""
    writer = PreviewWriter(run)
    for outcome in report.outcomes:
        writer(report, outcome)
    writer.finish(report)


def _sheets(reading: Reading) -> dict[str | None, int]:
    """The order of the sheets in the file."""
    return {sheet: at for at, sheet in enumerate(dict.fromkeys(table.sheet for table in reading.tables))}


def _names(reading: Reading) -> Names:
    return {
        (table.sheet, label): (key, table.columns.label(key))
        for table in reading.tables
        for key, label in table.header.labels.items()
    }


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
