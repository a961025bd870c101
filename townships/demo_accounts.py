"""The accounts of the demonstration town, shown on the login page where demo logins are open."""

from townships.models import Appointment
from townships.periods import today

#: Public on purpose: it opens nothing unless the settings allow demo logins (access.UnitAccessBackend).
DEMO_PASSWORD = "zhucun2026"  # noqa: S105


def shown_on_login_page() -> dict | None:
    """`{"password", "accounts": [{"username", "role", "unit"}]}`, or None when there is no demo town."""
    appointments = (
        Appointment.objects.in_force(today())
        .filter(user__is_demo=True, user__is_active=True)
        .select_related("user", "unit", "institution")
        .order_by("unit__path", "pk")
    )
    first_of_each: dict[str, Appointment] = {}
    for one in appointments:
        first_of_each.setdefault(one.user.username, one)
    if not first_of_each:
        return None
    return {
        "password": DEMO_PASSWORD,
        "accounts": [
            {"username": name, "role": one.get_role_display(), "unit": (one.institution or one.unit).name}
            for name, one in first_of_each.items()
        ],
    }
