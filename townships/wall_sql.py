"""The SQL of the second wall: policies, and the views and settings they read, derived from what each model states.

A policy asks about a row what `reachable_by` asks: is its unit within the reach (`unit_path`), is it the person's own
(`member_path`), was its person sent by his institution (`institution_path`). A lookup that crosses tables is answered
by a view of keys alone. The views belong to the owner of the tables and so pass the policies by: those of people and
of postings can ask about each other without going round in circles, and a view shows no more than the reach at hand.

Three statements more may stand in a model: `read_from_below` (whoever works below the unit reads the row too: names of
units above, directories, rules in force), `leads_to_unit` (whose own the row is may know the unit it is at) and `dated_by`
(the field of whom it is about: that he is somewhere from day to day, not where, is asked of the whole nation).
"""

from collections.abc import Callable, Iterator

from django.db.models import Field, Model

from townships.checks import SHARED, our_models
from townships.models import AdministrativeUnit, Institution
from townships.paths import WIDTH

SCHEMA = "wall"
#: Tables of ours without a wall (besides those of checks.SHARED), each with its reason.
OPEN = {
    "townships.User": "read before anybody is known, to log in",
    "townships.ApiToken": "read before anybody is known, to log in",
    "townships.Appointment": "what the reach is found from",
    "townships.UnitPermission": "what the reach is found from",
}
Condition = Callable[[str], str]

#: Settings of one transaction, made by wall.enter(); missing or empty they let nothing through. Each is asked once a
#: query and not once a row: hence the brackets.
WHOLE = "(SELECT current_setting('wall.whole', true) = 'on')"
LOW = "(SELECT current_setting('wall.low', true))"
HIGH = "(SELECT current_setting('wall.high', true))"
HAS_REACH = "(SELECT current_setting('wall.low', true) <> '')"
ONE_RANGE = "(SELECT current_setting('wall.ranges', true) = 'one')"
RANGES = f"(SELECT NULLIF(NULLIF(current_setting('wall.ranges', true), ''), 'one')::{SCHEMA}.paths)"
ME = "(SELECT NULLIF(current_setting('wall.me', true), '')::bigint)"
SENT_BY = "(SELECT NULLIF(current_setting('wall.institutions', true), '')::bigint[])::bigint[]"
HAS_INSTITUTION = "(SELECT current_setting('wall.institutions', true) NOT IN ('', '{}'))"
ABOVE = "(SELECT NULLIF(current_setting('wall.above', true), '')::text[])::text[]"


def in_reach(column: str) -> str:
    """Within a subtree of the reach. The bounds decide alone where it is one, and find the index where they are several."""
    several = f'{column}::text COLLATE "C" <@ {RANGES}'
    return f"({column} >= {LOW} AND {column} < {HIGH} AND ({ONE_RANGE} OR {several}))"


def is_me(column: str) -> str:
    return f"{column} = {ME}"


def is_sender(column: str) -> str:
    return f"{column} = ANY ({SENT_BY})"


def is_above(column: str) -> str:
    return f"{column} = ANY ({ABOVE})"


def walled_models() -> Iterator[type[Model]]:
    """Every model of ours that states whose its rows are, but for those that have a reason to stand open."""
    return (model for model in our_models() if not {model._meta.label} & {*SHARED, *OPEN})


def table_of(model: type[Model]) -> str:
    return f'"{model._meta.db_table}"'


def history_of(model: type[Model]) -> type[Model] | None:
    return model.history.model if hasattr(model, "history") else None


class Keys:
    """Views of keys, each made once. `matches` is the condition on a row; what lies behind a relation becomes a view."""

    def __init__(self) -> None:
        self.views: dict[str, str] = {}

    def matches(self, model: type[Model], lookup: str, holds: Condition, *, row: str) -> str:
        head, _, rest = lookup.partition("__")
        field = model._meta.get_field(head)
        if field.one_to_many:
            return f"EXISTS (SELECT 1 FROM {self._view(model, lookup, holds)} k WHERE k.id = {row}.id)"
        return self._step(field, rest, holds, row)

    def few(self, model: type[Model], lookup: str, holds: Condition, *, row: str) -> str:
        """As `matches`, where the keys are few: found once a query, and an index can be asked for them."""
        head, _, rest = lookup.partition("__")
        field = model._meta.get_field(head)
        if not rest:
            return holds(f"{row}.{field.column}")
        return f"{row}.{field.column} = ANY (ARRAY(SELECT k.id FROM {self._view(field.related_model, rest, holds)} k))"

    def _step(self, field: Field, rest: str, holds: Condition, row: str) -> str:
        if not rest:
            return holds(f"{row}.{field.column}")
        view = self._view(field.related_model, rest, holds)
        return f"EXISTS (SELECT 1 FROM {view} k WHERE k.id = {row}.{field.column})"

    def _view(self, model: type[Model], lookup: str, holds: Condition) -> str:
        name = f'{SCHEMA}."{model._meta.db_table} {lookup} {holds.__name__}"'
        if name not in self.views:
            rows = self._rows(model, lookup, holds)
            self.views[name] = f"CREATE VIEW {name} AS {rows}"
        return name

    def _rows(self, model: type[Model], lookup: str, holds: Condition) -> str:
        head, _, rest = lookup.partition("__")
        field = model._meta.get_field(head)
        if not field.one_to_many:
            return f"SELECT r.id FROM {table_of(model)} r WHERE {self._step(field, rest, holds, 'r')}"
        below = field.related_model
        condition = self.matches(below, rest, holds, row="r")
        return f"SELECT r.{field.field.column} AS id FROM {table_of(below)} r WHERE {condition}"


class Wall:
    """All statements that raise the wall, in order."""

    def __init__(self) -> None:
        self.keys = Keys()

    def statements(self) -> list[str]:
        policies = [statement for model in walled_models() for statement in self._of_model(model)]
        entrance = self._entrance()
        return [
            f"CREATE SCHEMA {SCHEMA}",
            f'CREATE TYPE {SCHEMA}.path_range AS RANGE (SUBTYPE = text, COLLATION = "C", MULTIRANGE_TYPE_NAME = {SCHEMA}.paths)',
            *self.keys.views.values(),
            *(_terms(model) for model in walled_models() if hasattr(model, "dated_by")),
            entrance,
            *self._sealed_entrance(),
            *policies,
        ]

    def _of_model(self, model: type[Model]) -> Iterator[str]:
        table = table_of(model)
        yield from _policies(table, change=self._changes(model, table), read=self._reads(model, table))
        history = history_of(model)
        if history is not None:
            # What was written of a row is read with the row; after its end, by what it says itself.
            kept = table_of(history)
            live = f"EXISTS (SELECT 1 FROM {table} live WHERE live.id = {kept}.id)"
            yield from _policies(kept, change=f"{self._changes(model, kept)} OR {live}", read="")

    def _changes(self, model: type[Model], row: str) -> str:
        """Rows that may be changed as well as read: in reach, or one's own."""
        found = [WHOLE, f"({HAS_REACH} AND {self.keys.matches(model, model.unit_path, in_reach, row=row)})"]
        if getattr(model, "member_path", ""):
            found.append(self.keys.few(model, model.member_path, is_me, row=row))
        return " OR ".join(found)

    def _reads(self, model: type[Model], row: str) -> str:
        """Rows that may be read and not changed."""
        found = []
        if getattr(model, "institution_path", ""):
            sent = self.keys.matches(model, model.institution_path, is_sender, row=row)
            found.append(f"({HAS_INSTITUTION} AND {sent})")
        if getattr(model, "read_from_below", False):
            found.append(self.keys.few(model, model.unit_path, is_above, row=row))
            unit = model._meta.get_field(model.unit_path.partition("__")[0])
            if unit.null:
                found.append(f"({row}.{unit.column} IS NULL AND {ME} IS NOT NULL)")
        if model is Institution:
            found += self._senders(row)
        return " OR ".join(found)

    def _senders(self, row: str) -> Iterator[str]:
        """An institution is known to those who follow it, and where one of its people is."""
        yield is_sender(f"{row}.id")
        for model in walled_models():
            field = (
                model._meta.get_field(model.institution_path.partition("__")[0])
                if hasattr(model, "institution_path")
                else None
            )
            if field is not None and field.related_model is Institution:
                people = field.remote_field.name
                yield f"({HAS_REACH} AND {self.keys.matches(Institution, f'{people}__{model.unit_path}', in_reach, row=row)})"
                yield self.keys.matches(Institution, f"{people}__{model.member_path}", is_me, row=row)

    def _entrance(self) -> str:
        """The one statement of a request: makes the settings. Also finds the units of what is one's own, for their names."""
        lines = ["SELECT unnest(lines)"]
        for model in walled_models():
            if getattr(model, "leads_to_unit", False):
                lines += self._own_units(model)
        return f"""CREATE FUNCTION {SCHEMA}.enter(low text, high text, ranges text, me text, institutions text, lines text[])
RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
-- The planner cannot know the bounds and takes a reach for large: compiling the query would cost more than running it.
PERFORM set_config('jit', 'off', true);
PERFORM set_config('wall.whole', '', true), set_config('wall.low', low, true), set_config('wall.high', high, true),
  set_config('wall.ranges', ranges, true), set_config('wall.me', me, true), set_config('wall.institutions', institutions, true);
PERFORM set_config('wall.above', ARRAY(SELECT DISTINCT left(line, n) FROM ({" UNION ".join(lines)}) AS found(line),
  generate_series({WIDTH}, length(line), {WIDTH}) AS n)::text, true);
END $$"""

    def _sealed_entrance(self) -> list[str]:
        """It runs with the owner's rights: names in it mean the tables of this schema, whatever tables a caller makes
        for himself, and only the role that is let in (wall_build.admit) may call it."""
        return [
            f"DO $$ BEGIN EXECUTE format('ALTER FUNCTION {SCHEMA}.enter SET search_path = pg_catalog, %I, pg_temp', "
            "current_schema()); END $$",
            f"REVOKE EXECUTE ON FUNCTION {SCHEMA}.enter FROM PUBLIC",
        ]

    def _own_units(self, model: type[Model]) -> Iterator[str]:
        units = table_of(AdministrativeUnit)
        at = model._meta.get_field(model.unit_path.partition("__")[0]).column
        for lookup, holds in ((model.member_path, is_me), (model.institution_path, is_sender)):
            mine = self.keys.few(model, lookup, holds, row="r")
            yield f"SELECT u.path FROM {table_of(model)} r JOIN {units} u ON u.id = r.{at} WHERE {mine}"


def _terms(model: type[Model]) -> str:
    subject = model._meta.get_field(model.dated_by).column
    return f'CREATE VIEW {SCHEMA}."{model._meta.db_table} terms" AS SELECT id, {subject}, begins, ends FROM {table_of(model)}'


def _policies(table: str, *, change: str, read: str) -> Iterator[str]:
    yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
    yield f"CREATE POLICY wall ON {table} USING ({change}) WITH CHECK ({change})"
    if read:
        yield f"CREATE POLICY wall_read ON {table} FOR SELECT USING ({read})"
        # Whoever may read a row may also lock it, to see it unchanged until he has answered; not write to it.
        yield f"CREATE POLICY wall_lock ON {table} FOR UPDATE USING ({read}) WITH CHECK (false)"
