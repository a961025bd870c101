"""The accounts of the demonstration town, shown on the login page where demo logins are open."""

from townships import wall
from townships.models import Appointment
from townships.paths import WIDTH
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
    # One of each role in each county is enough to look around; the eighteen team leaders would fill the page.
    shown: dict[tuple[str, str], Appointment] = {}
    with wall.beyond("the login page names the demo town's accounts to whoever may use them"):
        for one in appointments:
            shown.setdefault((one.role, one.unit.path[: 3 * WIDTH]), one)
    if not shown:
        return None
    return {
        "password": DEMO_PASSWORD,
        "accounts": [
            {"username": one.user.username, "role": one.title, "unit": (one.institution or one.unit).name}
            for one in shown.values()
        ],
    }
