"""While a role is being changed nobody is given it, so that no appointment keeps what the role held before; nor is one
person given two roles at once, which together might make him an equal of who gives them.

PostgreSQL: a lock of the transaction, shared by those who appoint. SQLite has one writer at a time.
"""

from collections.abc import Iterable

from django.db import connection

from townships.models import User

#: Any number of our own; it names the lock.
_ROLES = 7_200_017


def while_appointing(users: Iterable[User]) -> None:
    """`users` are the people whose appointments are judged and written: one after the other for each of them."""
    _take("pg_advisory_xact_lock_shared")
    if connection.vendor == "postgresql":
        people = User.objects.select_for_update(no_key=True).filter(pk__in={user.pk for user in users})
        list(people.order_by("pk").values_list("pk"))


def while_changing_roles() -> None:
    _take("pg_advisory_xact_lock")


def _take(function: str) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s)", [_ROLES])
