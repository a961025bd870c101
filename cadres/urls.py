"""Pages about people."""

from django.urls import path

from cadres.views import corrections, my_corrections, people

app_name = "cadres"

urlpatterns = [
    path("units/<str:code>/people/", people.people, name="people"),
    path("units/<str:code>/people/export/", people.export, name="people_export"),
    path("units/<str:code>/corrections/", corrections.corrections, name="corrections"),
    path("corrections/<int:pk>/decide/", corrections.correction_decide, name="correction_decide"),
    path("corrections/<int:pk>/proof/", corrections.correction_proof, name="correction_proof"),
    path("corrections/<int:pk>/withdraw/", my_corrections.correction_withdraw, name="correction_withdraw"),
    path("my/corrections/", my_corrections.my_corrections, name="my_corrections"),
    path("my/corrections/new/", my_corrections.ask_correction, name="ask_correction"),
]
