"""What the actions share that carry things from a unit that ends to the one that follows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from django.db import models

from townships.history import HistoryNote, keep_history
from townships.models import AdministrativeUnit
from townships.receipts import Receipt, change_of, ranges_of

Row = TypeVar("Row", bound=models.Model)
AT_ONCE = 2_000


def copy_of(row: Row, **values) -> Row:
    """An unsaved copy of a row with some values changed."""
    kept = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key}
    made = type(row)(**kept)
    for name, value in values.items():
        setattr(made, name, value)
    return made


@dataclass
class Carrying:
    """One change under way: `heirs` says which unit follows which, and every row written gets its receipt."""

    day: date
    heirs: Mapping[int, AdministrativeUnit]
    note: HistoryNote
    counts: Counter = field(default_factory=Counter)
    made: list[Receipt] = field(default_factory=list)
    changed: list[Receipt] = field(default_factory=list)

    def heir(self, unit_id: int) -> AdministrativeUnit | None:
        return self.heirs.get(unit_id)

    def keep(self, rows: Sequence[models.Model]) -> None:
        """Write down that these rows were made."""
        self.made.extend(Receipt(type(row)._meta.label_lower, row.pk, made=True) for row in rows)

    def make(self, model: type[Row], rows: Sequence[Row]) -> None:
        """Store new rows, with history and receipts."""
        model._default_manager.bulk_create(rows, batch_size=AT_ONCE)
        if hasattr(model, "history"):
            keep_history(model, [row.pk for row in rows], change="+", note=self.note)
        self.keep(rows)

    def change(self, rows: Iterable[tuple[Row, dict]]) -> None:
        """Set values (attnames) on stored rows, with history and receipts."""
        rows = list(rows)
        if not rows:
            return
        model, names = type(rows[0][0]), sorted({name for _, values in rows for name in values})
        for row, values in rows:
            self.changed.append(change_of(row, values))
            for name, value in values.items():
                setattr(row, name, value)
        fields = [next(f.name for f in model._meta.concrete_fields if f.attname == name) for name in names]
        model._default_manager.bulk_update([row for row, _ in rows], fields, batch_size=AT_ONCE)
        if hasattr(model, "history"):
            keep_history(model, [row.pk for row, _ in rows], change="~", note=self.note)

    def receipts(self) -> dict:
        """JSON of everything written."""
        return {"made": ranges_of(self.made), "changed": [receipt.to_json() for receipt in self.changed]}
