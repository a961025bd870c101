"""The door: everybody's first page, by his role."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render

from townships.navigation import home_unit
from townships.roles import DESK_ROLES

#: Home pages by role, the first role that a user holds wins.
FIRST_PAGES = (
    ("squad_leader", "reports:squad_home"),
    ("team_leader", "reports:team_home"),
    ("village_clerk", "reports:team_home"),
    ("institution_officer", "reports:institution_home"),
    ("member", "attendance:check_in"),
)


@login_required
def home(request):
    roles = request.user.roles_today()
    if roles & DESK_ROLES:
        return redirect("reports:unit", code=home_unit(request.user).division_code)
    for role, route in FIRST_PAGES:
        if role in roles:
            return redirect(route)
    if request.user.is_superuser:
        return redirect("admin:index")
    return render(request, "registration/no_appointment.html")
