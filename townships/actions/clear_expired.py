"""Keys and traces at the door that nobody can use any more."""

from datetime import datetime, timedelta

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Q

from townships import audit
from townships.models import ApiToken, PhoneFactor

#: A token that ended is still listed for so long, so that its owner sees which one it was.
TOKEN_DAYS = 30
#: An authenticator that was begun and never confirmed.
BEGUN_DAYS = 1


def clear_expired(*, at: datetime) -> dict[str, int]:
    """Delete sessions and tokens that are over, failures that no longer count (people type passwords for names there)."""
    ended = at - timedelta(days=TOKEN_DAYS)
    due = {
        "sessions": Session.objects.filter(expire_date__lt=at),
        "tokens": ApiToken.objects.filter(Q(expires_at__lt=ended) | Q(revoked_at__lt=ended)),
        "failures": AccessAttempt.objects.filter(attempt_time__lt=at - settings.AXES_COOLOFF_TIME),
        "factors": PhoneFactor.objects.filter(confirmed=False, created_at__lt=at - timedelta(days=BEGUN_DAYS)),
    }
    done = {name: rows.delete()[0] for name, rows in due.items()}
    if any(done.values()):
        audit.record(actor=None, act="door.cleared", details=done)
    return done
