"""Pages about people."""

from django.urls import path

from cadres.views import people

app_name = "cadres"

urlpatterns = [
    path("units/<str:code>/people/", people.people, name="people"),
    path("units/<str:code>/people/export/", people.export, name="people_export"),
]
