"""Accounts and the door: where a user goes after login."""

from django.urls import path

from townships.views import account, delegations, home, roles, second_factor, sso

app_name = "townships"

urlpatterns = [
    path("", home.home, name="home"),
    path("login/", account.Login.as_view(), name="login"),
    path("logout/", account.Logout.as_view(), name="logout"),
    path("password/", account.PasswordChange.as_view(), name="password_change"),
    path("second-factor/", second_factor.second_factor, name="second_factor"),
    path("second-factor/enrol/", second_factor.second_factor_enrol, name="second_factor_enrol"),
    path("sso/", sso.start, name="sso"),
    path("sso/return/", sso.come_back, name="sso_return"),
    path("units/<str:code>/roles/", roles.roles, name="roles"),
    path("units/<str:code>/roles/new/", roles.role_new, name="role_new"),
    path("units/<str:code>/roles/<slug:key>/", roles.role, name="role"),
    path("units/<str:code>/roles/<slug:key>/<slug:act>/", roles.role_act, name="role_act"),
    path("delegations/", delegations.delegations, name="delegations"),
    path("delegations/withdraw/", delegations.withdraw, name="delegations_withdraw"),
    path("large-type/", account.large_type, name="large_type"),
]
