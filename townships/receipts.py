"""What a bulk write did to single rows, so that it can be taken back. Plain values, JSON-ready."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Receipt:
    """`made`: the row was created. Otherwise `old` and `new` hold the attributes that changed (attnames, JSON values)."""

    model: str
    pk: int
    made: bool = False
    old: dict = field(default_factory=dict)
    new: dict = field(default_factory=dict)

    def to_json(self) -> dict:
        return asdict(self)

    @classmethod
    def from_json(cls, document: Mapping) -> Receipt:
        return cls(**document)


def plain(value: Any) -> Any:
    """A stored value as JSON keeps it: dates and decimals as text."""
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def change_of(instance: Any, values: Mapping[str, Any]) -> Receipt:
    """The receipt of setting `values` (attnames) on a stored row; to be asked before they are set."""
    return Receipt(
        instance._meta.label_lower,
        instance.pk,
        old={name: plain(getattr(instance, name)) for name in values},
        new={name: plain(value) for name, value in values.items()},
    )
