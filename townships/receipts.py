"""What a bulk write did to single rows, so that it can be taken back. Plain values, JSON-ready."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field


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
