"""Takes back what receipts say was written, and finds out what stands in the way.

Works for every model: what refers to a created row is found from the models themselves, so a table that is born later
is asked too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.apps import apps
from django.db import models
from simple_history.utils import get_history_model_for_model

from townships import wall
from townships.access import sees
from townships.history import HistoryNote, keep_history
from townships.models import User
from townships.receipts import Receipt, plain

_AT_ONCE = 5_000
OUT_OF_REACH = "管理范围以外的记录"


@dataclass
class Written:
    """The receipts of one import by model."""

    made: dict[type[models.Model], list[int]] = field(default_factory=lambda: defaultdict(list))
    changed: dict[type[models.Model], list[Receipt]] = field(default_factory=lambda: defaultdict(list))

    def __bool__(self) -> bool:
        return bool(self.made or self.changed)

    def take(self, receipts: Iterable[Receipt]) -> None:
        for receipt in receipts:
            model = apps.get_model(receipt.model)
            if receipt.made:
                self.made[model].append(receipt.pk)
            else:
                self.changed[model].append(receipt)


def is_about(written: Written, user: User) -> bool:
    """Whether something that was written is this person's own."""
    for model in {*written.made, *written.changed}:
        lookup = getattr(model, "member_path", "")
        keys = [*written.made.get(model, ()), *(receipt.pk for receipt in written.changed.get(model, ()))]
        own = model._base_manager.filter(**{lookup: user.pk}).values_list("pk", flat=True) if lookup else ()
        if not set(keys).isdisjoint(own):
            return True
    return False


def obstacles(written: Written, *, since: datetime, reader: User | None) -> list[str]:
    """Sentences on what depends on the written rows, or changed them since; empty when nothing does.

    Everything stands in the way wherever it is; named is what the reader sees (None, the operator, sees all).
    """
    with wall.beyond("what refers to a row stands in the way of deleting it wherever it is"):
        return _obstacles(written, since, reader)


def _obstacles(written: Written, since: datetime, reader: User | None) -> list[str]:
    found = [
        f"{model._meta.verbose_name}有 {len(edited)} 条在导入后又改过：{_named(model, edited, reader)}"
        for model, keys in written.made.items()
        if (edited := _edited_since(model, keys, since))
    ]
    for model, keys in written.made.items():
        found.extend(_referring(model, keys, written, reader))
    for model, receipts in written.changed.items():
        if differing := _changed_since(model, receipts):
            found.append(
                f"{model._meta.verbose_name}有 {len(differing)} 条在导入后又改过：{_named(model, differing, reader)}"
            )
    return found


def take_back(written: Written, *, note: HistoryNote) -> tuple[int, int]:
    """Delete what was created, restore what was changed; the history keeps both. Counts (deleted, restored)."""
    with wall.beyond("a person is nobody's once his first posting is taken back"):
        return _take_back(written, note)


def _take_back(written: Written, note: HistoryNote) -> tuple[int, int]:
    deleted = restored = 0
    for model, receipts in written.changed.items():
        restored += _restore(model, receipts, note)
    for model in _dependents_first(written.made):
        keys = written.made[model]
        if hasattr(model, "history"):
            keep_history(model, keys, change="-", note=note)
        for some in _chunks(keys):
            rows = model._base_manager.filter(pk__in=some)
            # Nothing refers to them (`obstacles`): no collector, no signal a row.
            deleted += rows._raw_delete(rows.db)  # noqa: SLF001
    return deleted, restored


def _edited_since(model: type[models.Model], keys: Sequence[int], since: datetime) -> list[int]:
    if not hasattr(model, "history"):
        return []
    history = get_history_model_for_model(model)
    name = model._meta.pk.attname
    edited = history._default_manager.filter(history_type="~", history_date__gt=since)
    return [
        pk
        for some in _chunks(keys)
        for pk in edited.filter(**{f"{name}__in": some}).order_by().values_list(name, flat=True).distinct()
    ]


def _referring(model: type[models.Model], keys: Sequence[int], written: Written, reader: User | None) -> list[str]:
    """Rows of other tables that point at created ones, less those that the same act created or turned towards them."""
    found = []
    for relation in model._meta.related_objects:
        other = relation.related_model
        if relation.one_to_many or relation.one_to_one:
            name, column = relation.field.name, relation.field.attname
            own = set(written.made.get(other, ()))
            own |= {receipt.pk for receipt in written.changed.get(other, ()) if column in receipt.new}
            pointing = [
                pk
                for some in _chunks(keys)
                for pk in other._base_manager.filter(**{f"{name}__in": some}).order_by().values_list("pk", flat=True)
            ]
            if left := [pk for pk in pointing if pk not in own]:
                found.append(f"{other._meta.verbose_name} {len(left)} 条：{_named(other, left, reader)}")
    return found


def _changed_since(model: type[models.Model], receipts: Sequence[Receipt]) -> list[int]:
    differing = []
    for some in _chunks(receipts):
        rows = model._base_manager.in_bulk([receipt.pk for receipt in some])
        for receipt in some:
            row = rows.get(receipt.pk)
            if row is None or any(plain(getattr(row, name)) != value for name, value in receipt.new.items()):
                differing.append(receipt.pk)
    return differing


def _restore(model: type[models.Model], receipts: Sequence[Receipt], note: HistoryNote) -> int:
    for some in _chunks(receipts):
        rows = model._base_manager.in_bulk([receipt.pk for receipt in some])
        names: set[str] = set()
        for receipt in some:
            for name, value in receipt.old.items():
                attribute = model._meta.get_field(name)
                setattr(rows[receipt.pk], attribute.attname, attribute.to_python(value))
                names.add(attribute.name)
        model._base_manager.bulk_update(rows.values(), sorted(names), batch_size=500)
        if hasattr(model, "history"):
            keep_history(model, list(rows), change="~", note=note)
    return len(receipts)


def _dependents_first(made: dict[type[models.Model], list[int]]) -> list[type[models.Model]]:
    """Models in an order in which each may be deleted: those that point at others before them."""
    left, ordered = list(made), []
    while left:
        free = [
            m
            for m in left
            if not any(r.related_model in left and r.related_model is not m for r in m._meta.related_objects)
        ]
        ordered.extend(free or left)
        left = [model for model in left if model not in ordered]
    return ordered


def _named(model: type[models.Model], keys: Sequence[int], reader: User | None) -> str:
    """The first few of them in words; of one out of the reader's reach no more than that it is."""
    rows = model._base_manager.filter(pk__in=keys[:3]).order_by("pk")
    names = dict.fromkeys(str(row) if reader is None or _is_shown(row, reader) else OUT_OF_REACH for row in rows)
    return "、".join(names) + ("等" if len(keys) > 3 else "")


def _is_shown(row: models.Model, reader: User) -> bool:
    return hasattr(type(row), "capabilities") and sees(reader, row)


def _chunks(items: Sequence) -> Iterable[Sequence]:
    for start in range(0, len(items), _AT_ONCE):
        yield items[start : start + _AT_ONCE]
