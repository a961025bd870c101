"""A token for a program that acts as an account, and taking it back."""

import secrets
from datetime import datetime, timedelta

from django.contrib.auth import authenticate
from django.db import transaction
from django.http import HttpRequest

from townships import audit
from townships.access import may_use_admin, require
from townships.account_trail import tell_of_failed_login
from townships.actions.second_factor import has_factor, must_have_factor
from townships.appointing import require_account_below
from townships.errors import NotAllowed, Refused
from townships.lockout import is_locked
from townships.models import AdministrativeUnit, ApiToken, User
from townships.passwords import days_left
from townships.tokens import PREFIX, digest_of

LONGEST_DAYS = 180


class WrongPassword(Refused):
    code = "auth.wrong_password"
    message = "用户名或密码不对，请重新输入，注意大小写。"


class TooManyAttempts(Refused):
    code = "auth.too_many"
    message = "密码连续输错，登录已锁定，请稍后再试；急用请联系本单位管理员解除。"


class NotByPassword(NotAllowed):
    code = "auth.not_by_password"
    message = "这个账号要先在网页上改过初始或到期的密码；要二次验证的账号不能凭密码领取令牌。"


def log_in_for_token(
    *, request: HttpRequest, username: str, password: str, name: str, days: int, at: datetime, address: str = ""
) -> tuple[ApiToken, str]:
    """A token for whoever knows the password; the lockout of the login page (townships.lockout) counts here too.

    What stands between login and the first page stands here too: a first password, one that is too old, a second factor.
    """
    user = authenticate(request, username=username, password=password)
    if user is None:
        tell_of_failed_login(request, username)
        raise TooManyAttempts if is_locked(request) else WrongPassword
    owes_factor = has_factor(user) or must_have_factor(user)
    too_old = days_left(user, at_desk=may_use_admin(user), now=at) == 0
    if not user.is_demo and (user.must_change_password or too_old or owes_factor):
        raise NotByPassword
    return issue_token(user=user, name=name, days=days, at=at, address=address)


@transaction.atomic
def issue_token(*, user: User, name: str, days: int, at: datetime, address: str = "") -> tuple[ApiToken, str]:
    """The row and the token itself, which is stored nowhere."""
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user,
        name=name.strip()[:60] or "接口",
        digest=digest_of(secret),
        password_mark=user.get_session_auth_hash(),
        created_at=at,
        expires_at=at + timedelta(days=min(days, LONGEST_DAYS)),
    )
    _record(token, user, "token.issued", address)
    return token, secret


@transaction.atomic
def revoke_token(*, token: ApiToken, actor: User, at: datetime, address: str = "") -> ApiToken:
    """End a token at once; the account itself may, and whoever manages it. Once revoked it stays as it is."""
    if actor.pk != token.user_id:
        require(actor, "manage_appointments", token)
        require_account_below(actor, token.user)
    kept = ApiToken.objects.select_for_update(of=("self",)).select_related("user").get(pk=token.pk)
    if kept.revoked_at is None:
        kept.revoked_at = at
        kept.save(update_fields=["revoked_at"])
        _record(kept, actor, "token.revoked", address)
    return kept


def _record(token: ApiToken, actor: User, act: str, address: str) -> None:
    audit.record(
        actor=actor,
        act=act,
        unit=_home_of(token.user),
        subject=f"{token.user.username} {token.name}",
        details={"token": token.pk, "expires_at": token.expires_at.isoformat()},
        address=address or None,
    )


def _home_of(user: User) -> AdministrativeUnit | None:
    """The highest unit the account is appointed at; None for a member, who is appointed nowhere."""
    return next((appointment.unit for appointment in user.appointments_today()), None)
