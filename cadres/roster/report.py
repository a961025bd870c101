"""What an import did or would do: the contract's JSON, and row by row for the preview. Pure: no Django."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from cadres.roster.errors import Problem, shown
from cadres.roster.judging import Change
from cadres.roster.reader import LeftOut, Reading
from townships.masking import masked_identity, masked_phone
from townships.receipts import Receipt

Watch = Callable[[int, int], None]
"""Is told (rows judged, rows in all) while an import runs; may raise to stop it."""


def unwatched(done: int, total: int) -> None:
    """Nobody looks on."""


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """One row for the preview. `kind` is new, changed, same or refused.

    `cells` are what the preview lists, (label, text). `receipts` may be a list that the writing fills afterwards.
    """

    sheet: str | None
    row: int
    kind: str
    name: str
    id_number: str
    village: str
    institution: str
    begins: str
    changes: tuple[Change, ...] = ()
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    hidden: bool = False
    cells: tuple[tuple[str, str], ...] = ()
    receipts: Sequence[Receipt] = ()

    @property
    def masked_id_number(self) -> str:
        return masked("id_number", self.id_number)


Sink = Callable[["ImportReport", RowOutcome], None]
"""Takes the outcomes one by one, so that nobody holds a hundred thousand of them."""


@dataclass
class ImportReport:
    """`rows` are the data rows read. With any error nothing is written and nothing counts as created or updated,

    unless a person chose to take the good rows. `receipts` are of what belongs to no single row.
    """

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    committed: bool = False
    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    outcomes: list[RowOutcome] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    reading: Reading | None = None
    receipts: list[Receipt] = field(default_factory=list)
    sink: Sink | None = None
    told: int = 0
    _digest: Any = field(default_factory=hashlib.sha256, repr=False)

    def tell(self, outcome: RowOutcome) -> None:
        """Keep a row's outcome, or hand it to the sink."""
        if self.sink is None:
            self.outcomes.append(outcome)
            return
        self.told += 1
        self._digest.update(_said(outcome))
        self.sink(self, outcome)

    def to_json(self) -> dict[str, object]:
        """The result document of the contract."""
        return {
            "rows": self.rows,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "committed": self.committed,
            "errors": [problem.to_json() for problem in self.errors],
            "warnings": [problem.to_json() for problem in self.warnings],
        }

    @property
    def fingerprint(self) -> str:
        """Of what the rows would do: two looks at one file that say the same have the same."""
        digest = self._digest.copy()
        for outcome in self.outcomes:
            digest.update(_said(outcome))
        return digest.hexdigest()

    @property
    def file_errors(self) -> list[Problem]:
        """Errors that belong to no row of the preview: of the file or of a header."""
        if self.sink is not None and self.reading is not None:
            return list(self.reading.problems)
        of_rows = {id(problem) for outcome in self.outcomes for problem in outcome.problems}
        return [problem for problem in self.errors if id(problem) not in of_rows]

    @property
    def general_warnings(self) -> list[Problem]:
        if self.sink is not None and self.reading is not None:
            return list(self.reading.warnings)
        of_rows = {id(problem) for outcome in self.outcomes for problem in outcome.warnings}
        return [problem for problem in self.warnings if id(problem) not in of_rows]

    @property
    def has_several_sheets(self) -> bool:
        return len({outcome.sheet for outcome in self.outcomes}) > 1


def _said(outcome: RowOutcome) -> bytes:
    """What a row would do, for the fingerprint."""
    o = outcome
    said = [(c.label, c.old, c.new) for c in o.changes], [(p.code, p.message) for p in o.problems]
    return repr((o.sheet, o.row, o.kind, o.name, o.id_number, o.village, *said)).encode()


def outcome_of(entry, kind: str, changes=(), receipts: Sequence[Receipt] = ()) -> RowOutcome:
    """A row's outcome; cells without a normal form are shown as they were written."""
    values, row = entry.values, entry.row

    def cell(key: str) -> str:
        return values.get(key) or shown(row[key])

    return RowOutcome(
        sheet=row.table.sheet,
        row=row.number,
        kind=kind,
        name=cell("name"),
        id_number=cell("id_number"),
        village=cell("village"),
        institution=cell("dispatching_institution"),
        begins=cell("start_date"),
        changes=tuple(changes),
        problems=tuple(entry.errors),
        warnings=tuple(entry.warnings),
        hidden=row.hidden,
        cells=_cells(entry),
        receipts=receipts,
    )


_LISTED = ("name", "id_number", "village", "dispatching_institution", "team_role", "start_date", "end_date", "phone")


def _cells(entry) -> tuple[tuple[str, str], ...]:
    """The cells by which a clerk knows a row again; numbers of identity and telephone masked."""
    values, row = entry.values, entry.row
    label = row.table.columns.label
    texts = ((key, values.get(key) or shown(row[key])) for key in _LISTED if row.table.has(key))
    return tuple((label(key), masked(key, text)) for key, text in texts)


def masked(key: str, text: str) -> str:
    """A number as a list shows it; one without the right length is shown whole, for it must be corrected."""
    if key == "id_number" and len(text) == 18:
        return masked_identity(text)
    if key == "phone" and len(text) == 11:
        return masked_phone(text)
    return text
