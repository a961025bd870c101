"""The admin's look (django-unfold): our name, our red, and a menu in office words.

`navigation` is called for each page: a line appears for what is registered and what the user may see.
"""

from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse

ACCOUNTS = "账号与运行"
#: Group, then lines of (Material symbol, model).
MENU = (
    ("单位与人员", (
        ("account_tree", "townships.AdministrativeUnit"),
        ("assignment_ind", "cadres.Posting"),
        ("groups", "cadres.Cadre"),
        ("diversity_3", "cadres.WorkTeam"),
        ("layers", "cadres.Batch"),
        ("apartment", "townships.Institution"),
        ("home_repair_service", "townships.Facility"),
        ("forum", "cadres.Talk"),
        ("edit_note", "cadres.CorrectionRequest"),
    )),
    ("考勤", (
        ("checklist", "attendance.WeeklySheet"),
        ("where_to_vote", "attendance.CheckIn"),
        ("event_busy", "attendance.LeaveRequest"),
        ("directions_car", "attendance.OfficialTrip"),
        ("casino", "attendance.SpotCheck"),
        ("fact_check", "attendance.SpotCheckResult"),
        ("rule", "attendance.DayReview"),
        ("meeting_room", "attendance.Meeting"),
    )),
    ("评分与通报", (
        ("leaderboard", "reports.WeeklyScore"),
        ("remove_circle", "reports.ManualItem"),
        ("campaign", "reports.Bulletin"),
    )),
    ("办法与日历", (
        ("gavel", "attendance.AttendancePolicy"),
        ("event_available", "attendance.LeavePolicy"),
        ("calculate", "reports.ScoringScheme"),
        ("location_on", "attendance.Fence"),
        ("calendar_month", "attendance.CalendarDay"),
        ("thunderstorm", "attendance.ExemptDay"),
    )),
    (ACCOUNTS, (
        ("badge", "townships.Appointment"),
        ("person", "townships.User"),
        ("key", "townships.ApiToken"),
        ("schedule", "django_celery_beat.PeriodicTask"),
        ("sync", "townships.Job"),
        ("policy", "townships.AuditEntry"),
    )),
)  # fmt: skip


def _line(request: HttpRequest, icon: str, label: str) -> dict | None:
    model = apps.get_model(label)
    page = admin.site._registry.get(model)  # noqa: SLF001 - the only way to ask what is registered
    if page is None or not page.has_view_permission(request):
        return None
    options = model._meta
    return {
        "title": str(options.verbose_name_plural),
        "icon": icon,
        "link": reverse(f"admin:{options.app_label}_{options.model_name}_changelist"),
    }


def _roles_line(request: HttpRequest) -> dict | None:
    """The page of roles, at the highest unit where he appoints."""
    user = request.user
    here = (one.unit for one in user.appointments_today() if "manage_appointments" in user.held_at(one.unit.path))
    unit = next(here, None)
    if unit is None:
        return None
    return {
        "title": "角色与权限",
        "icon": "admin_panel_settings",
        "link": reverse("townships:roles", args=[unit.division_code]),
    }


def navigation(request: HttpRequest) -> list[dict]:
    """The menu of one user."""
    groups = []
    for title, lines in MENU:
        items = [line for icon, label in lines if (line := _line(request, icon, label))]
        if title == ACCOUNTS and (line := _roles_line(request)):
            items.insert(1, line)
        if items:
            groups.append({"title": title, "separator": True, "collapsible": False, "items": items})
    return groups


UNFOLD = {
    "SITE_TITLE": "驻村数据管理",
    "SITE_HEADER": "驻村",
    "SITE_SUBHEADER": "数据管理",
    "SITE_URL": "/",
    "SITE_SYMBOL": "holiday_village",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "/static/img/favicon.svg"}],
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "BORDER_RADIUS": "6px",
    "THEME": "light",
    "COLORS": {
        # The accent of the pages, #b3261e, as 600; the rest are its tints.
        "primary": {
            "50": "#fbeeed", "100": "#f7dcda", "200": "#efbbb7", "300": "#e3908a", "400": "#d5625a",
            "500": "#c43f36", "600": "#b3261e", "700": "#8f1d17", "800": "#711712", "900": "#57120e", "950": "#330a08",
        },
    },
    "SIDEBAR": {
        "show_search": True,
        "show_all_applications": False,
        "navigation": "config.unfold.navigation",
    },
    "ACCOUNT": {
        "navigation": [
            {"title": "回到首页", "link": "/"},
        ],
    },
}  # fmt: skip
