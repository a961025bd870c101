"""Accounts and the door: where a user goes after login."""

from django.urls import path

from townships.views import account, home

app_name = "townships"

urlpatterns = [
    path("", home.home, name="home"),
    path("login/", account.Login.as_view(), name="login"),
    path("logout/", account.Logout.as_view(), name="logout"),
    path("password/", account.PasswordChange.as_view(), name="password_change"),
    path("large-type/", account.large_type, name="large_type"),
]
