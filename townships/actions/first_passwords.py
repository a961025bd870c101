"""First passwords for accounts that nobody has used yet."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from townships import audit
from townships.access import require
from townships.actions.open_account import first_password
from townships.appointing import require_account_below
from townships.errors import NotAllowed, Refused
from townships.models import User

MOST_AT_ONCE = 200
"""A sheet for the hands of so many people; hashing more would keep a page waiting."""


class NobodyToGiveOne(Refused):
    code = "account.used"
    message = "所选账号都已登录过，不再给初始密码：忘记密码的，请在账号里为他设置新密码。"


class TooManyAtOnce(Refused):
    code = "account.too_many"
    message = f"一次最多给 {MOST_AT_ONCE} 个账号生成初始密码，请分几次选。"


@dataclass(frozen=True)
class FirstPassword:
    """One line of the sheet to print; the password is stored nowhere."""

    name: str
    place: str
    username: str
    password: str
    role: str
    title: str


@transaction.atomic
def give_first_passwords(*, accounts: Iterable[User], actor: User | None = None) -> list[FirstPassword]:
    """A new first password for each account that was never logged in with; what it had before no longer works.

    The right is manage_appointments at every unit where the account holds a role or held one, and to be above it
    (townships.appointing): a password is all that he may do.
    """
    unused = [account for account in accounts if account.last_login is None and account.is_active]
    if not unused:
        raise NobodyToGiveOne
    if len(unused) > MOST_AT_ONCE:
        raise TooManyAtOnce
    return [_give(account, actor) for account in unused]


def _give(account: User, actor: User | None) -> FirstPassword:
    require_account_below(actor, account)
    appointments = list(account.appointments.select_related("unit").order_by("unit__path", "pk"))
    if actor is not None and not appointments:
        raise NotAllowed
    for appointment in appointments:
        require(actor, "manage_appointments", appointment.unit)
    password = first_password()
    account.set_password(password)
    account.must_change_password = True
    account.save(update_fields=["password", "recent_passwords", "password_set_at", "must_change_password"])
    first = appointments[0] if appointments else None
    audit.record(
        actor=actor, act="account.first_password", unit=first.unit if first else None, subject=account.username
    )
    place, role, title = (first.unit.name, first.role, first.title) if first else ("", "", "")
    return FirstPassword(account.display_name, place, account.username, password, role, title)
