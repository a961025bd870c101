"""The second factor: enrolling, the recovery codes, the code at login."""

from base64 import b32encode, b64encode
from io import BytesIO

import django_otp
import qrcode
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from qrcode.image.svg import SvgPathImage

from townships.actions.second_factor import begin_enrolment, confirm_enrolment, has_factor, verify_factor
from townships.errors import Refused
from townships.forms import CodeForm
from townships.models import PhoneFactor
from townships.session_gate import OWES_FACTOR


def _passed(request: HttpRequest, device) -> None:
    # A new key, as at login: whoever knew the half-open session does not get the open one.
    request.session.cycle_key()
    django_otp.login(request, device)
    request.session[OWES_FACTOR] = False


def _picture(device: PhoneFactor) -> str:
    """The QR code as an address of its own: no file, no inline style."""
    out = BytesIO()
    qrcode.make(device.config_url, image_factory=SvgPathImage, border=2).save(out)
    return f"data:image/svg+xml;base64,{b64encode(out.getvalue()).decode()}"


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """Ask for the code; then on to the first page."""
    if not has_factor(request.user):
        return HttpResponseRedirect(reverse("townships:second_factor_enrol"))
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _passed(request, verify_factor(user=request.user, code=form.cleaned_data["code"]))
            return HttpResponseRedirect(reverse("townships:home"))
        except Refused as refusal:
            form.add_error("code", refusal.message)
    return render(request, "registration/second_factor.html", {"form": form})


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def second_factor_enrol(request: HttpRequest) -> HttpResponse:
    """Show the secret, take a first code, show the recovery codes once."""
    if has_factor(request.user):
        return render(request, "registration/second_factor_on.html")
    device = begin_enrolment(user=request.user)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            device, codes = confirm_enrolment(user=request.user, code=form.cleaned_data["code"])
            _passed(request, device)
            return render(request, "registration/recovery_codes.html", {"codes": codes})
        except Refused as refusal:
            form.add_error("code", refusal.message)
    secret = b32encode(device.bin_key).decode()
    context = {"form": form, "picture": _picture(device), "secret": secret}
    return render(request, "registration/second_factor_enrol.html", context)
