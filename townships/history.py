"""History rows of many rows at once, copied by the database from the rows themselves."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connections, models, router
from django.utils import timezone
from simple_history.utils import get_history_model_for_model

from townships.models import User

#: Keys in one statement; SQLite allows 32,766 parameters.
_KEYS_AT_ONCE = 10_000


@dataclass(frozen=True)
class HistoryNote:
    """Who changed the rows (None: the system) and why."""

    actor: User | None
    reason: str


def keep_history(model: type[models.Model], keys: Sequence[int], *, change: str, note: HistoryNote) -> None:
    """Write one django-simple-history row for each key, as it stands now; `change` is "+", "~" or "-".

    The same rows as `simple_history.utils.bulk_create_with_history` makes, by INSERT … SELECT: building and sending
    them again from Python took as long as the import itself.
    """
    history = get_history_model_for_model(model)
    connection = connections[router.db_for_write(model)]
    quote = connection.ops.quote_name
    fixed = {
        "history_date": timezone.now(),
        "history_change_reason": note.reason,
        "history_type": change,
        "history_user": note.actor.pk if note.actor else None,
    }
    fields = [history._meta.get_field(name) for name in fixed]
    values = [field.get_db_prep_save(value, connection) for field, value in zip(fields, fixed.values(), strict=True)]
    copied = [(quote(history._meta.get_field(f.name).column), quote(f.column)) for f in model._meta.concrete_fields]
    into = ", ".join([*(target for target, _ in copied), *(quote(field.column) for field in fields)])
    source = ", ".join([*(column for _, column in copied), *("%s" for _ in values)])
    key = quote(model._meta.pk.column)
    for start in range(0, len(keys), _KEYS_AT_ONCE):
        some = keys[start : start + _KEYS_AT_ONCE]
        places = ", ".join(["%s"] * len(some))
        # Only names from the models and placeholders go into the text.
        statement = (
            f"INSERT INTO {quote(history._meta.db_table)} ({into}) "  # noqa: S608
            f"SELECT {source} FROM {quote(model._meta.db_table)} WHERE {key} IN ({places}) ORDER BY {key}"
        )
        with connection.cursor() as cursor:
            cursor.execute(statement, [*values, *some])
