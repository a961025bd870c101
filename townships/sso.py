"""Single sign-on by OpenID Connect: which provider, and whose account a claim names. Accounts are never made here."""

from functools import lru_cache

from authlib.integrations.base_client import OAuthError
from authlib.integrations.django_client import DjangoOAuth2App, OAuth
from django.apps import apps
from django.conf import settings
from django.http import HttpRequest
from joserfc.errors import JoseError
from requests import RequestException

from townships.errors import Refused
from townships.models import User

SECONDS_TO_ANSWER = 10


class SignOnRefused(Refused):
    code = "sso.refused"
    message = "单点登录没有成功，请重试，或用用户名和密码登录。"


class NoAccount(SignOnRefused):
    code = "sso.no_account"
    message = "统一身份认证里的这个人没有驻村账号，或账号已停用。请联系本单位管理员开通。"


def is_on() -> bool:
    return bool(settings.OIDC_ISSUER and settings.OIDC_CLIENT_ID)


def client() -> DjangoOAuth2App:
    return _client(settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET, settings.OIDC_SCOPE)


@lru_cache(maxsize=8)
def _client(issuer: str, client_id: str, secret: str, scope: str) -> DjangoOAuth2App:
    """One client a provider: it keeps the provider's metadata and keys."""
    return OAuth().register(
        "oidc",
        client_id=client_id,
        client_secret=secret,
        server_metadata_url=f"{issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={"scope": scope, "code_challenge_method": "S256", "default_timeout": SECONDS_TO_ANSWER},
    )


def leave_for_provider(request: HttpRequest, come_back_to: str):
    """The redirect to the provider, with state, nonce and a code challenge kept in the session."""
    try:
        return client().authorize_redirect(request, come_back_to)
    except (OAuthError, RequestException, ValueError, KeyError, RuntimeError) as problem:
        raise SignOnRefused(reason=type(problem).__name__) from problem


def come_back(request: HttpRequest) -> User:
    """The account of the person the provider vouches for; refused when anything does not fit."""
    oidc = client()
    try:
        token = oidc.authorize_access_token(request)
        claims = token.get("userinfo") or {}
        if settings.OIDC_CLAIM not in claims:
            told = oidc.userinfo(token=token)
            # The two must speak of the same person (OpenID Connect Core 5.3.2).
            claims = {**told, **claims} if told.get("sub") == claims.get("sub") else {}
    except (OAuthError, JoseError, RequestException, ValueError, KeyError, RuntimeError) as problem:
        raise SignOnRefused(reason=type(problem).__name__) from problem
    if str(claims.get("iss", "")).rstrip("/") != settings.OIDC_ISSUER.rstrip("/"):
        raise SignOnRefused(reason="iss")
    return account_of(claims)


def account_of(claims: dict) -> User:
    """The one active account whose OIDC_FIELD (username or phone) is the claim's value."""
    value = claims.get(settings.OIDC_CLAIM)
    if not isinstance(value, str) or not value:
        raise NoAccount(reason="claim")
    found = list(User.objects.filter(**{settings.OIDC_FIELD: value}, is_active=True)[:2])
    demo_allowed = apps.get_app_config("townships").demo_logins_allowed()
    if len(found) != 1 or (found[0].is_demo and not demo_allowed):
        raise NoAccount(reason="account")
    return found[0]
