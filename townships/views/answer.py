"""After an act: the sentence the user reads, and where he goes on."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

from townships.errors import NotAllowed, OutOfReach, Refused


def attempt(request: HttpRequest, act: Callable[[], object], done: str) -> bool:
    """Do it and say so, or show the refusal's sentence. Out of reach and not allowed stay 404 and 403."""
    try:
        act()
    except (OutOfReach, NotAllowed):
        raise
    except Refused as refusal:
        messages.error(request, refusal.message)
        return False
    messages.success(request, done)
    return True


def back(request: HttpRequest, fallback: str) -> HttpResponseRedirect:
    """To the page named by `next` when it is ours, else to `fallback`."""
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return HttpResponseRedirect(wanted if wanted and safe else fallback)
