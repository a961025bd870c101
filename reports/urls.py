"""Home pages, persons, scores and bulletins."""

from django.urls import path

from reports.views import (
    bulletins,
    home,
    import_template,
    imports,
    my_data,
    person,
    scores,
    transfers,
    unit_changes,
)

app_name = "reports"

urlpatterns = [
    path("units/<str:code>/", home.unit_home, name="unit"),
    path("units/<str:code>/scores/", scores.current, name="scores"),
    path("units/<str:code>/scores/<str:week>/", scores.scores, name="scores_week"),
    path("units/<str:code>/bulletins/", bulletins.bulletins, name="bulletins"),
    path("units/<str:code>/bulletins/<str:month>/compile/", bulletins.compile_, name="compile_bulletin"),
    path("units/<str:code>/bulletins/<str:month>/attendance.xlsx", bulletins.notice, name="attendance_notice"),
    path("units/<str:code>/import/", imports.imports, name="imports"),
    path("units/<str:code>/import/template.xlsx", import_template.import_template, name="import_template"),
    path("units/<str:code>/import/<int:pk>/", imports.import_run, name="import_run"),
    path("units/<str:code>/import/<int:pk>/columns/", imports.import_columns, name="import_columns"),
    path("units/<str:code>/import/<int:pk>/value/", imports.import_value, name="import_value"),
    path("units/<str:code>/import/<int:pk>/transfer/", transfers.import_transfer, name="import_transfer"),
    path("units/<str:code>/import/<int:pk>/confirm/", imports.import_confirm, name="import_confirm"),
    path("units/<str:code>/import/<int:pk>/drop/", imports.import_drop, name="import_drop"),
    path("units/<str:code>/import/<int:pk>/undo/", imports.import_undo, name="import_undo"),
    path("units/<str:code>/import/<int:pk>/<str:what>.xlsx", imports.import_file, name="import_file"),
    path("units/<str:code>/changes/", unit_changes.changes, name="unit_changes"),
    path("units/<str:code>/changes/new/", unit_changes.change_new, name="unit_change_new"),
    path("units/<str:code>/changes/new/<str:change>/", unit_changes.change_form, name="unit_change_form"),
    path("units/<str:code>/changes/<int:pk>/", unit_changes.change_shown, name="unit_change"),
    path("units/<str:code>/changes/<int:pk>/withdraw/", unit_changes.change_withdraw, name="unit_change_withdraw"),
    path("bulletins/<int:pk>/", bulletins.bulletin, name="bulletin"),
    path("bulletins/<int:pk>/document.docx", bulletins.document, name="bulletin_document"),
    path("bulletins/<int:pk>/ranking.xlsx", bulletins.ranking, name="bulletin_ranking"),
    path("squad/", home.squad_home, name="squad_home"),
    path("team/", home.team_home, name="team_home"),
    path("institution/", home.institution_home, name="institution_home"),
    path("people/<int:pk>/", person.person, name="person"),
    path("people/<int:pk>/<str:tab>/", person.person, name="person_tab"),
    path("my/data/", my_data.my_data, name="my_data"),
    path("my/data.xlsx", my_data.my_data_file, name="my_data_file"),
    path("my/scores/", person.my_scores, name="my_scores"),
]
