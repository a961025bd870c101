"""Logging in and out, the password, the size of the letters."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView
from django.http import HttpResponseRedirect
from django.urls import reverse_lazy
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from townships.demo_accounts import shown_on_login_page
from townships.forms import LoginForm, NewPasswordForm

A_YEAR = 365 * 24 * 60 * 60


class Login(LoginView):
    template_name = "registration/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs) -> dict:
        accounts = shown_on_login_page() if settings.DEMO_LOGINS else None
        return super().get_context_data(demo=accounts, **kwargs)


class Logout(LogoutView):
    next_page = reverse_lazy("townships:login")


class PasswordChange(PasswordChangeView):
    template_name = "registration/password_change.html"
    form_class = NewPasswordForm
    success_url = reverse_lazy("townships:home")

    def form_valid(self, form):
        answer = super().form_valid(form)
        messages.success(self.request, "密码已修改，下次登录请用新密码。")
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
