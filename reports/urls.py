"""Home pages, persons, scores and bulletins."""

from django.urls import path

from reports.views import home, person

app_name = "reports"

urlpatterns = [
    path("units/<str:code>/", home.unit_home, name="unit"),
    path("units/<str:code>/scores/", home.unit_home, name="scores"),
    path("units/<str:code>/bulletins/", home.unit_home, name="bulletins"),
    path("squad/", home.squad_home, name="squad_home"),
    path("team/", home.team_home, name="team_home"),
    path("institution/", home.institution_home, name="institution_home"),
    path("people/<int:pk>/", person.person, name="person"),
    path("people/<int:pk>/<str:tab>/", person.person, name="person_tab"),
    path("my/scores/", person.my_scores, name="my_scores"),
]
