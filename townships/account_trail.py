"""What the trail says of accounts: always at a unit, so that those who hold `audit` there can read it."""

from django.http import HttpRequest

from townships import audit, wall
from townships.lockout import is_locked, was_counted
from townships.models import AdministrativeUnit, User


def place_of(user: User) -> AdministrativeUnit | None:
    """The highest unit of his appointments in force, else that of his last one."""
    today = user.appointments_today()
    if today:
        return today[0].unit
    with wall.beyond("the trail names the unit of an account whoever acts on it"):
        last = user.appointments.select_related("unit").order_by("-begins", "-pk").first()
    return last.unit if last else None


def tell(act: str, *, about: User, actor: User | None, **details) -> None:
    """Record something about an account."""
    audit.record(actor=actor, act=act, unit=place_of(about), subject=about.username, details=details)


def tell_of_name(act: str, username: str, **details) -> None:
    """Record a failure at the door. A name that is no account's is not kept: people type their passwords there."""
    user = User.objects.filter(username=username).first()
    if user is None:
        audit.record(actor=None, act=act, subject="没有这个账号", details={**details, "length": len(username)})
    else:
        tell(act, about=user, actor=None, **details)


def tell_of_failed_login(request: HttpRequest, username: str) -> None:
    """Record a wrong password, or the lock it led to.

    While it is locked nothing is counted and nothing is kept: a stranger must not fill the trail.
    """
    if is_locked(request) and not was_counted(request):
        return
    tell_of_name("account.locked" if is_locked(request) else "account.login_failed", username)
