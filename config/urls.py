"""The doors."""

from django.contrib import admin
from django.urls import include, path

from config import api

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/v1/", api.addresses()),
    path("", include("townships.urls")),
    path("", include("cadres.urls")),
    path("", include("attendance.urls")),
    path("", include("reports.urls")),
]
