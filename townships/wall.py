"""The second wall: on PostgreSQL the database itself shows a request no row out of its user's reach.

The web process connects as a role that neither owns the tables nor passes their policies (townships.wall_sql) by. Each
request is one transaction that begins by stating the reach of its user; a transaction that states nothing sees nothing.
Commands, workers and the scheduler connect as the owner and stand outside. SQLite has no such thing: nothing here acts.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponseBase
from psycopg.pq import TransactionStatus

from townships.paths import after

_is_beyond: ContextVar[bool] = ContextVar("is_beyond", default=False)

NOTHING = ("", "", "", "", "{}", [])


def wall(get_response: Callable[[HttpRequest], HttpResponseBase]):
    """Middleware, after the one that knows the user: one transaction around everything that is left of the request.

    What a view answered stands, a refusal too, with what the trail keeps of it: the transaction ends as autocommit would.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not settings.WALL:
            return get_response(request)
        with transaction.atomic():
            enter(request.user)
            response = get_response(request)
        if response.streaming:
            response.streaming_content = _streamed(request.user, response.streaming_content)
        return response

    return middleware


def _streamed(user, parts: Iterable[bytes]) -> Iterator[bytes]:
    """What is still read from the database while the answer is on its way is read behind the wall too."""
    with transaction.atomic():
        enter(user)
        yield from parts


def enter(user) -> None:
    """State the reach of `user` for the rest of the transaction: his paths, himself, the institutions he follows."""
    if not settings.WALL:
        return
    known = user.is_authenticated and user.is_active
    if known and user.is_superuser:
        _state("SELECT set_config('wall.whole', 'on', true)")
    else:
        _state("SELECT wall.enter(%s, %s, %s, %s, %s, %s)", _reach_of(user) if known else NOTHING)


def _reach_of(user) -> tuple:
    reach, places = user.reach(), user.places()
    low, high = (reach[0], after(reach[-1])) if reach else ("", "")
    ranges = "one" if len(reach) == 1 else "{" + ",".join(f"[{path},{after(path)})" for path in reach) + "}"
    institutions = "{" + ",".join(map(str, user.institution_ids())) + "}"
    return low, high, ranges, str(user.pk), institutions, sorted({*reach, *places})


@contextmanager
def beyond(why: str) -> Iterator[None]:
    """Look and write beyond the reach at hand, for what is asked of the whole nation; `why` is for the reader."""
    if not settings.WALL or _is_beyond.get():
        yield
        return
    with nullcontext() if connection.in_atomic_block else transaction.atomic():
        before = _state("SELECT current_setting('wall.whole', true), set_config('wall.whole', 'on', true)")
        token = _is_beyond.set(True)
        try:
            yield
        finally:
            _is_beyond.reset(token)
            # A transaction that failed goes back to a savepoint from before, and the setting with it.
            if connection.connection.info.transaction_status != TransactionStatus.INERROR:
                _state("SELECT set_config('wall.whole', %s, true)", [before or ""])


def terms_of(model: type[Model]) -> str:
    """The table to ask who is where until when, for rules that ask it of the whole nation within one query.

    A model with `dated_by` (the field of its subject) has a view of no more than subject and dates.
    """
    table = model._meta.db_table
    return f'wall."{table} terms"' if settings.WALL and hasattr(model, "dated_by") else f'"{table}"'


def _state(statement: str, values: Iterable = ()):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()[0]
