"""Where the request at hand comes from, so that the trail can say it without every caller passing it on."""

from collections.abc import Callable
from contextvars import ContextVar
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest, HttpResponse

_address: ContextVar[str | None] = ContextVar("address", default=None)


def current_address() -> str | None:
    """The address of the request being answered; None in commands and workers."""
    return _address.get()


def address_of(request: HttpRequest) -> str | None:
    """The client's address. X-Forwarded-For counts only as far as proxies of ours (TRUSTED_PROXIES) wrote it.

    Read from the right: what a stranger wrote himself stands further left than the first address we do not know.
    """
    hops = [request.META.get("REMOTE_ADDR", "")]
    hops += [hop.strip() for hop in reversed(request.headers.get("x-forwarded-for", "").split(",")) if hop.strip()]
    known = [ip_network(one, strict=False) for one in settings.TRUSTED_PROXIES]
    found = None
    for hop in hops:
        try:
            address = ip_address(hop)
        except ValueError:
            break
        found = str(address)
        if not any(address in network for network in known):
            break
    return found


def remember_origin(get_response: Callable[[HttpRequest], HttpResponse]):
    """Middleware: the address for as long as the request lasts."""

    def middleware(request: HttpRequest) -> HttpResponse:
        token = _address.set(address_of(request))
        try:
            return get_response(request)
        finally:
            _address.reset(token)

    return middleware
