"""Logging in and out, the password, the size of the letters."""

from math import ceil

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from townships import sso
from townships.account_trail import tell, tell_of_failed_login
from townships.demo_accounts import shown_on_login_page
from townships.forms import LoginForm, NewPasswordForm
from townships.lockout import unlocks_at
from townships.request_origin import address_of
from townships.session_gate import enter, password_days_left

A_YEAR = 365 * 24 * 60 * 60


class Login(LoginView):
    template_name = "registration/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs) -> dict:
        accounts = shown_on_login_page() if settings.DEMO_LOGINS else None
        label = settings.OIDC_LABEL if sso.is_on() else ""
        return super().get_context_data(demo=accounts, sso_label=label, **kwargs)

    def form_valid(self, form):
        enter(self.request, form.get_user(), way="password")
        return HttpResponseRedirect(self.get_success_url())

    def form_invalid(self, form):
        if username := form.cleaned_data.get("username", ""):
            tell_of_failed_login(self.request, username)
        return super().form_invalid(form)


def locked(request: HttpRequest, original_response: HttpResponse | None = None, credentials: dict | None = None):
    """The page of a locked login: when to try again, whom to ask. A program keeps the API's answer, and hears when."""
    username = (credentials or {}).get("username") or ""
    until = unlocks_at(username, address_of(request))
    if original_response is not None and original_response.status_code == 429:
        original_response.headers["Retry-After"] = str(max(1, ceil((until - timezone.now()).total_seconds())))
        return original_response
    return render(request, "registration/locked.html", {"until": until}, status=429)


class Logout(LogoutView):
    next_page = reverse_lazy("townships:login")

    def post(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            tell("account.logged_out", about=request.user, actor=request.user)
        return super().post(request, *args, **kwargs)


class PasswordChange(PasswordChangeView):
    template_name = "registration/password_change.html"
    form_class = NewPasswordForm
    success_url = reverse_lazy("townships:home")

    def get_context_data(self, **kwargs) -> dict:
        first = self.request.user.must_change_password
        too_old = not first and password_days_left(self.request, self.request.user) == 0
        return super().get_context_data(first=first, too_old=too_old, **kwargs)

    def form_valid(self, form):
        answer = super().form_valid(form)
        tell("account.password_changed", about=self.request.user, actor=self.request.user)
        messages.success(self.request, "密码已修改，其他设备上的登录已退出，下次登录请用新密码。")
        return answer


@login_not_required
@require_POST
def large_type(request):
    """Remember large or normal letters for a year in this browser, and go back to the page."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        back = "/"
    answer = HttpResponseRedirect(back)
    if request.POST.get("size") == "large":
        answer.set_cookie("large_type", "1", max_age=A_YEAR, httponly=True, samesite="Lax", secure=request.is_secure())
    else:
        answer.delete_cookie("large_type", samesite="Lax")
    return answer
