"""The door: everybody's first page, by his role."""

from django.shortcuts import redirect

from townships.navigation import home_unit
from townships.roles import DESK_ROLES

#: First pages by role; the first role that a user holds wins. Whoever holds none is a member, or nobody yet.
FIRST_PAGES = (
    ("squad_leader", "reports:squad_home"),
    ("team_leader", "reports:team_home"),
    ("village_clerk", "reports:team_home"),
    ("institution_officer", "reports:institution_home"),
)


def home(request):
    """What somebody holds himself says where he begins; the office he was lent is one step from there."""
    own = frozenset(one.acts_as for one in request.user.own_appointments_today())
    roles = own or request.user.roles_today()
    if roles & DESK_ROLES:
        return redirect("reports:unit", code=home_unit(request.user).division_code)
    for role, route in FIRST_PAGES:
        if role in roles:
            return redirect(route)
    if request.user.is_superuser and not roles:
        return redirect("admin:index")
    return redirect("attendance:check_in")
