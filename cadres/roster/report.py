"""What an import did or would do: the contract's JSON, and row by row for the preview. Pure: no Django."""

from __future__ import annotations

from dataclasses import dataclass, field

from cadres.roster.errors import Problem, shown
from cadres.roster.judging import Change


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """One row for the preview. `kind` is new, changed, same or refused."""

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

    @property
    def masked_id_number(self) -> str:
        number = self.id_number
        return f"{number[:4]}**********{number[-4:]}" if len(number) == 18 else number


@dataclass
class ImportReport:
    """`rows` are the data rows read. With any error nothing is written and nothing counts as created or updated."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    committed: bool = False
    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    outcomes: list[RowOutcome] = field(default_factory=list)

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
    def file_errors(self) -> list[Problem]:
        """Errors that belong to no row of the preview: of the file or of a header."""
        of_rows = {id(problem) for outcome in self.outcomes for problem in outcome.problems}
        return [problem for problem in self.errors if id(problem) not in of_rows]

    @property
    def general_warnings(self) -> list[Problem]:
        of_rows = {id(problem) for outcome in self.outcomes for problem in outcome.warnings}
        return [problem for problem in self.warnings if id(problem) not in of_rows]

    @property
    def has_several_sheets(self) -> bool:
        return len({outcome.sheet for outcome in self.outcomes}) > 1


def outcome_of(entry, kind: str, changes=()) -> RowOutcome:
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
    )
