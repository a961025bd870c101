"""The doors."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("townships.urls")),
    path("", include("cadres.urls")),
    path("", include("attendance.urls")),
    path("", include("reports.urls")),
]
