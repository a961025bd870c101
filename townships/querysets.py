"""The one door: every queryset that reaches a person passes `reachable_by`.

A model states `unit_path` (where its unit's path is), and may state `member_path` (the user whose own
thing a row is) and `institution_path` (the institution that sent the person). This file imports no
model: the user answers which paths he reaches.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from django.db import models
from django.db.models import BooleanField, DateField, F, Func, Q, Value

from townships import wall
from townships.paths import after
from townships.roles import INSTITUTION_CAPABILITIES, OWN_CAPABILITIES


@dataclass(frozen=True)
class _Way:
    """A lookup that gives several rows for one: it leads from `link` over `model`, which points back by `back`."""

    link: str
    model: type[models.Model]
    back: str
    rest: str


@cache
def _way(model: type[models.Model], lookup: str) -> _Way | None:
    names = lookup.split("__")
    for number, name in enumerate(names):
        field = model._meta.get_field(name)
        if field.one_to_many:
            before, rest = names[:number], names[number + 1 :]
            return _Way("__".join(before) or "pk", field.related_model, field.field.name, "__".join(rest))
        if field.related_model is None:
            break
        model = field.related_model
    return None


def _along(model: type[models.Model], lookup: str, condition: Callable[[str], Q]) -> Q:
    """`condition` on `lookup`; where that gives several rows for one, whoever is among them (a join would repeat rows)."""
    way = _way(model, lookup)
    if way is None:
        return condition(lookup)
    return Q(**{f"{way.link}__in": way.model._base_manager.filter(condition(way.rest)).values(way.back)})


def in_ranges(lookup: str, paths: Iterable[str]) -> Q:
    """Rows whose path lies in one of the subtrees. No path: no row, for a bare Q() would let every row through."""
    ranges = [Q(**{f"{lookup}__gte": path, f"{lookup}__lt": after(path)}) for path in paths]
    return Q(*ranges, _connector=Q.OR) if ranges else Q(pk__in=[])


class _LaterTerm(Func):
    """Whether the same subject has another row that is not over, or that began later: one out of reach counts too."""

    output_field = BooleanField()

    def __init__(self, model: type[models.Model], subject: str, day) -> None:
        super().__init__(F(subject), F("pk"), F("begins"), Value(day, output_field=DateField()))
        self.terms = wall.terms_of(model)
        self.column = model._meta.get_field(subject).column

    def as_sql(self, compiler, connection, **extra_context) -> tuple[str, list]:
        (subject, a), (key, b), (begins, c), (day, d) = map(compiler.compile, self.source_expressions)
        return (
            f"EXISTS (SELECT 1 FROM {self.terms} o WHERE o.{self.column} = {subject} AND o.id <> {key} "  # noqa: S608 - our own names
            f"AND (o.ends IS NULL OR o.ends > {day} OR o.begins > {begins}))",
            [*a, *b, *d, *c],
        )


def kept_by_dated(rows: models.QuerySet, subject: str, day) -> models.QuerySet:
    """Whoever (`subject`) belongs somewhere on `day` by dated rows: postings, appointments.

    One that is not over keeps him. One that is over keeps him only as the last there was: whoever has gone elsewhere
    leaves behind what was written about him there, and takes along what is his own.

    A union and not one condition: a database that is asked for either at once looks up every row's others one by one.
    """
    not_over = Q(ends__isnull=True) | Q(ends__gt=day)
    is_last = ~Q(_LaterTerm(rows.model, subject, day))
    running, last = rows.filter(not_over), rows.filter(is_last, ends__lte=day)
    return running.order_by().values(subject).union(last.order_by().values(subject))


def in_any(rows: models.QuerySet, ways: Sequence[Q]) -> models.QuerySet:
    """The rows that one of several conditions lets through; without a condition none.

    Several are a union of what each finds by its own index: one OR across tables has no index, and reads them whole.
    """
    if not ways:
        return rows.none()
    if len(ways) == 1:
        return rows.filter(ways[0])
    first, *others = (rows.filter(way).order_by().values("pk") for way in ways)
    return rows.filter(pk__in=first.union(*others))


def _holds(text: str) -> str:
    """Chinese has no case, and folding it costs a database more than looking for it."""
    return "contains" if text.lower() == text.upper() else "icontains"


def ways_to_text(lookups: Iterable[str], text: str) -> list[Q]:
    """That some column holds `text`, in either case; one condition a table."""
    tables: dict[str, Q] = {}
    for lookup in lookups:
        table = lookup.rpartition("__")[0]
        tables[table] = tables.get(table, Q()) | Q(**{f"{lookup}__{_holds(text)}": text})
    return list(tables.values())


def with_words(rows: models.QuerySet, lookups: Sequence[str], words: Sequence[str]) -> models.QuerySet:
    """The rows of which every word stands in some column.

    The first word is looked for table by table, the others only among what it found: the query would otherwise hold
    `rows` twice as often with every further word.
    """
    if not words or not lookups:
        return rows
    first, *others = words
    found = in_any(rows, ways_to_text(lookups, first))
    for word in others:
        columns = (
            _along(rows.model, each, lambda one, word=word: Q(**{f"{one}__{_holds(word)}": word})) for each in lookups
        )
        found = found.filter(Q(*columns, _connector=Q.OR))
    return found


class UnitQuerySet(models.QuerySet):
    """What every scoped model's manager inherits."""

    def reachable_by(self, user, capability: str) -> "UnitQuerySet":
        """The rows on which `user` holds `capability` today: by appointment, as his own, or as his institution's people."""
        if not user.is_active:
            return self.none()
        if user.is_superuser:
            return self.all()
        model, ways = self.model, []
        paths, sent_by = user.paths(capability), user.institution_ids()
        if paths:
            ways.append(_along(model, model.unit_path, lambda lookup: in_ranges(lookup, paths)))
        if capability in OWN_CAPABILITIES and getattr(model, "member_path", "") and user.may_be_posted():
            ways.append(Q(**{model.member_path: user.pk}))
        if capability in INSTITUTION_CAPABILITIES and getattr(model, "institution_path", "") and sent_by:
            ways.append(_along(model, model.institution_path, lambda lookup: Q(**{f"{lookup}__in": sent_by})))
        return in_any(self, ways)

    def within(self, unit) -> "UnitQuerySet":
        """The rows of a unit's whole subtree (a unit or its path)."""
        path = unit if isinstance(unit, str) else unit.path
        return self.filter(_along(self.model, self.model.unit_path, lambda lookup: in_ranges(lookup, [path])))
