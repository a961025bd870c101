"""Home pages, persons, scores and bulletins."""

from django.urls import path

from reports.views import bulletins, home, person, scores

app_name = "reports"

urlpatterns = [
    path("units/<str:code>/", home.unit_home, name="unit"),
    path("units/<str:code>/scores/", scores.current, name="scores"),
    path("units/<str:code>/scores/<str:week>/", scores.scores, name="scores_week"),
    path("units/<str:code>/bulletins/", bulletins.bulletins, name="bulletins"),
    path("units/<str:code>/bulletins/<str:month>/compile/", bulletins.compile_, name="compile_bulletin"),
    path("units/<str:code>/bulletins/<str:month>/attendance.xlsx", bulletins.notice, name="attendance_notice"),
    path("bulletins/<int:pk>/", bulletins.bulletin, name="bulletin"),
    path("bulletins/<int:pk>/document.docx", bulletins.document, name="bulletin_document"),
    path("bulletins/<int:pk>/ranking.xlsx", bulletins.ranking, name="bulletin_ranking"),
    path("squad/", home.squad_home, name="squad_home"),
    path("team/", home.team_home, name="team_home"),
    path("institution/", home.institution_home, name="institution_home"),
    path("people/<int:pk>/", person.person, name="person"),
    path("people/<int:pk>/<str:tab>/", person.person, name="person_tab"),
    path("my/scores/", person.my_scores, name="my_scores"),
]
