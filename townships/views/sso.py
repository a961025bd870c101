"""Single sign-on: leaving for the provider and coming back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from townships import audit, sso
from townships.errors import Refused
from townships.session_gate import enter

NEXT = "sso_next"


def _refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    audit.record(actor=None, act="account.sso_refused", details={"code": refusal.code, **refusal.details})
    messages.error(request, refusal.message)
    return HttpResponseRedirect(reverse("townships:login"))


@login_not_required
@never_cache
@require_GET
def start(request: HttpRequest) -> HttpResponse:
    if not sso.is_on():
        raise Http404
    back = request.GET.get("next", "/")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    request.session[NEXT] = back if safe else "/"
    try:
        return sso.leave_for_provider(request, request.build_absolute_uri(reverse("townships:sso_return")))
    except Refused as refusal:
        return _refused(request, refusal)


@login_not_required
@never_cache
@require_GET
def come_back(request: HttpRequest) -> HttpResponse:
    if not sso.is_on():
        raise Http404
    back = request.session.pop(NEXT, "/")
    try:
        user = sso.come_back(request)
    except Refused as refusal:
        return _refused(request, refusal)
    enter(request, user, way="sso")
    return HttpResponseRedirect(back)
