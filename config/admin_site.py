"""The admin site: data entry for the offices, in Chinese, behind the platform's own login."""

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from unfold.sites import UnfoldAdminSite

from townships.access import may_use_admin


class ZhucunAdminSite(UnfoldAdminSite):
    """One login page for everybody: two would be two places to guard."""

    site_header = "驻村"
    site_title = "驻村"
    index_title = "数据管理"
    enable_nav_sidebar = True

    def has_permission(self, request: HttpRequest) -> bool:
        return may_use_admin(request.user)

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))
