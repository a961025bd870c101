"""First pages after login, by role."""

from django.shortcuts import render

from townships.views.scope import unit_view


@unit_view("view_members")
def unit_home(request, unit):
    return render(request, "reports/home_unit.html", {"unit": unit})


def squad_home(request):
    return render(request, "reports/home_unit.html", {})


def team_home(request):
    return render(request, "reports/home_unit.html", {})


def institution_home(request):
    return render(request, "reports/home_unit.html", {})
