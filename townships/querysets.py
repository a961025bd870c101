"""The one door: every queryset that reaches a person passes `reachable_by`.

A model states `unit_path` (where its unit's path is), and may state `member_path` (the user whose own
thing a row is) and `institution_path` (the institution that sent the person). This file imports no
model: the user answers which paths he reaches.
"""

from functools import cache

from django.db import models
from django.db.models import BooleanField, DateField, F, Func, Q, Value

from townships import wall
from townships.paths import after
from townships.roles import INSTITUTION_CAPABILITIES, OWN_CAPABILITIES


@cache
def _is_many_valued(model: type[models.Model], lookup: str) -> bool:
    """Whether following `lookup` may give several rows for one (a join would then repeat rows)."""
    for name in lookup.split("__"):
        field = model._meta.get_field(name)
        if field.one_to_many or field.many_to_many:
            return True
        if field.related_model is None:
            break
        model = field.related_model
    return False


def in_ranges(lookup: str, paths) -> Q:
    """Rows whose path lies in one of the subtrees. No path: no row, for a bare Q() would let every row through."""
    reach = Q(pk__in=[])
    for path in paths:
        reach |= Q(**{f"{lookup}__gte": path, f"{lookup}__lt": after(path)})
    return reach


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


def keeping(rows: models.QuerySet, subject: str, day) -> models.QuerySet:
    """Of dated rows (postings, appointments) those by which `subject` belongs somewhere on `day`.

    One that is not over keeps him. One that is over keeps him only as the last there was: whoever has gone elsewhere
    leaves behind what was written about him there, and takes along what is his own.
    """
    not_over = Q(ends__isnull=True) | Q(ends__gt=day)
    return rows.filter(not_over | ~Q(_LaterTerm(rows.model, subject, day)))


class UnitQuerySet(models.QuerySet):
    """What every scoped model's manager inherits."""

    def _once(self, lookup: str, condition: Q) -> "UnitQuerySet":
        if _is_many_valued(self.model, lookup):
            return self.filter(pk__in=self.model._base_manager.filter(condition).values("pk"))
        return self.filter(condition)

    def reachable_by(self, user, capability: str) -> "UnitQuerySet":
        """The rows on which `user` holds `capability` today: by appointment, as his own, or as his institution's people."""
        if not user.is_active:
            return self.none()
        if user.is_superuser:
            return self.all()
        model = self.model
        reach = in_ranges(model.unit_path, user.paths(capability))
        if capability in OWN_CAPABILITIES and getattr(model, "member_path", ""):
            reach |= Q(**{model.member_path: user.pk})
        if capability in INSTITUTION_CAPABILITIES and getattr(model, "institution_path", ""):
            sent_by = user.institution_ids()
            if sent_by:
                reach |= Q(**{f"{model.institution_path}__in": sent_by})
        return self._once(model.unit_path, reach)

    def within(self, unit) -> "UnitQuerySet":
        """The rows of a unit's whole subtree (a unit or its path)."""
        path = unit if isinstance(unit, str) else unit.path
        return self._once(self.model.unit_path, in_ranges(self.model.unit_path, [path]))
