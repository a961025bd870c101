"""Lockout after repeated failures: a rule for django-axes and what its page says.

An account is locked after AXES_FAILURE_LIMIT failures, wherever they come from. An address is locked only after
ADDRESS_FAILURE_LIMIT: a whole office shares one, and must not be shut out by one forgetful colleague.
"""

from datetime import datetime

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Max, Q, Sum
from django.http import HttpRequest
from django.utils import timezone


class LockoutHandler(AxesDatabaseHandler):
    """Counts an address's failures only as the share of an account's that they are worth."""

    def get_failures(self, request: HttpRequest, credentials: dict | None = None) -> int:
        by_account, by_address = (
            attempts.aggregate(failures=Sum("failures_since_start"))["failures"] or 0
            for attempts in self.get_user_attempts(request, credentials)
        )
        return max(by_account, by_address * settings.AXES_FAILURE_LIMIT // settings.ADDRESS_FAILURE_LIMIT)

    def reset_user_attempts(self, request: HttpRequest, credentials: dict | None = None) -> int:
        """A login clears the failures of its account, not those of its address: else one's own account would clear a search."""
        username = (credentials or {}).get("username")
        return self.reset_attempts(username=username) if username else 0


def is_locked(request: HttpRequest) -> bool:
    """Whether the login this request tried is locked; asked after `authenticate`."""
    return getattr(request, "axes_locked_out", False)


def was_counted(request: HttpRequest) -> bool:
    """Whether the failure of this request was counted; while the login is locked none is."""
    return getattr(request, "axes_failures_since_start", None) is not None


def unlocks_at(username: str, address: str | None) -> datetime:
    """When the account, from this address, may try again."""
    last = AccessAttempt.objects.filter(Q(username=username) | Q(ip_address=address)).aggregate(at=Max("attempt_time"))
    return (last["at"] or timezone.now()) + settings.AXES_COOLOFF_TIME


def unlock(username: str) -> int:
    """Forget the failures of an account. Counts what was forgotten."""
    return LockoutHandler().reset_attempts(username=username)
