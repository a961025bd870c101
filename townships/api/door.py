"""Who calls: a bearer token, or the session of somebody logged in to the pages."""

from functools import wraps

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from ninja.security import APIKeyCookie, HttpBearer

from townships import wall
from townships.api.answers import refusal
from townships.models import User
from townships.tokens import token_in_force


class BearerToken(HttpBearer):
    """`Authorization: Bearer zc_…`"""

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        found = token_in_force(token.strip(), timezone.now())
        if found is None:
            return None
        request.api_token = found
        # What is written keeps its author, as on a page.
        request.user = found.user
        wall.enter(found.user)
        return found.user


class PageSession(APIKeyCookie):
    """The cookie of the pages; whatever writes must also send the CSRF token."""

    param_name = settings.SESSION_COOKIE_NAME

    def __call__(self, request: HttpRequest) -> User | None:
        # Before the CSRF check: a stranger is told to log in, not to reload.
        return super().__call__(request) if request.user.is_authenticated else None

    def authenticate(self, request: HttpRequest, key: str | None) -> User:
        return request.user


def opened(view):
    """A view of the API behind Django's doors: it asks who calls by itself, and whatever it says is JSON."""

    @csrf_exempt  # the door for sessions checks it
    @login_not_required
    @wraps(view)
    def answering(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        try:
            answer = view(request, *args, **kwargs)
        except Http404:
            answer = refusal(404)
        if answer.status_code == 405:
            answer = refusal(405, headers={"Allow": answer["Allow"]})
        answer.headers.setdefault("Cache-Control", "no-store")
        return answer

    return answering


@csrf_exempt
@login_not_required
def nowhere(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Any other address below the API."""
    return refusal(404)
