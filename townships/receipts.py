"""What a bulk write did to single rows, so that it can be taken back. Plain values, JSON-ready."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
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


def ranges_of(made: Iterable[Receipt]) -> list[dict]:
    """Receipts of created rows, briefly: keys of one bulk insert follow one another."""
    keys: dict[str, list[int]] = defaultdict(list)
    for receipt in made:
        keys[receipt.model].append(receipt.pk)
    return [{"model": model, "ranges": _ranges(sorted(of))} for model, of in keys.items()]


def _ranges(keys: list[int]) -> list[list[int]]:
    ranges: list[list[int]] = []
    for key in keys:
        if ranges and key == ranges[-1][1] + 1:
            ranges[-1][1] = key
        else:
            ranges.append([key, key])
    return ranges


def made_in(documents: Iterable[Mapping]) -> Iterator[Receipt]:
    """The receipts that `ranges_of` wrote down."""
    for document in documents:
        for first, last in document["ranges"]:
            for pk in range(first, last + 1):
                yield Receipt(document["model"], pk, made=True)
