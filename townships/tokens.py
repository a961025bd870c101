"""Reading a bearer token: which account it stands for, if any."""

import hashlib
from datetime import datetime

from django.utils.crypto import constant_time_compare
from django.utils.timezone import localdate

from townships.access import UnitAccessBackend
from townships.models import ApiToken

#: So that a token found in a log or a repository is recognised for what it is.
PREFIX = "zc_"


def digest_of(secret: str) -> str:
    """What is stored of a token. A token is 256 random bits: a plain digest cannot be guessed back."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def token_in_force(secret: str, at: datetime) -> ApiToken | None:
    """The token with its account; None when unknown, expired, revoked, its password changed or its account closed."""
    if not secret.startswith(PREFIX):
        return None
    token = ApiToken.objects.select_related("user").filter(digest=digest_of(secret)).first()
    if token is None or not token.is_in_force(at):
        return None
    if not constant_time_compare(token.password_mark, token.user.get_session_auth_hash()):
        return None
    if not UnitAccessBackend().user_can_authenticate(token.user):
        return None
    _note_use(token, at)
    return token


def _note_use(token: ApiToken, at: datetime) -> None:
    """The day of the last use: one write a day, for reading must stay cheap."""
    day = localdate(at)
    if token.last_used_on != day:
        ApiToken.objects.filter(pk=token.pk).update(last_used_on=day)
