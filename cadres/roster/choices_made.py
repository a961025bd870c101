"""What the person importing decided about a file: columns corrected by hand, values replaced. Pure: no Django.

    choices = Choices(columns={"所在地": "village"}).with_value("village", "大桐村", "大同村")
    read_tables(content, columns=ROSTER, choices=choices)

Columns are known by their whole header (`header_id`: the names above one another joined by "/"), values by column and
the cell as written without white space. Both are applied by the reader, so every kind of table understands them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from cadres.roster.columns import header_form
from cadres.roster.text import bare_cell

AS_IT_IS = ""
"""A header corrected to this is no column of ours: its cells are kept with the row."""


def header_id(texts) -> str:
    """What a column is known by: 联系方式/手机 for a header of two levels, 姓名 for a plain one."""
    return "/".join(map(header_form, texts))


@dataclass(frozen=True)
class Choices:
    """`columns`: header id → key of the column, or `AS_IT_IS`. `values`: key → {cell as written: what it means}."""

    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def with_columns(self, columns: Mapping[str, str]) -> Choices:
        return replace(self, columns={**self.columns, **columns})

    def with_value(self, key: str, raw: object, replacement: str) -> Choices:
        """All cells `raw` of a column mean `replacement`; what was replaced by `raw` before follows."""
        form = bare_cell(raw)
        earlier = {old: replacement if bare_cell(new) == form else new for old, new in self.values.get(key, {}).items()}
        return replace(self, values={**self.values, key: {**earlier, form: replacement}})

    def without_value(self, key: str, raw: str) -> Choices:
        rest = {old: new for old, new in self.values.get(key, {}).items() if old != raw}
        return replace(self, values={**self.values, key: rest})

    def to_json(self) -> dict:
        return {"columns": dict(self.columns), "values": {key: dict(of) for key, of in self.values.items() if of}}

    @classmethod
    def from_json(cls, document: Mapping) -> Choices:
        return cls(columns=document.get("columns", {}), values=document.get("values", {}))


NO_CHOICES = Choices()
