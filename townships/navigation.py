"""The frame around every page: where the user is in the tree, and what his role does there.

At most eight entries (design: look). An office entry appears where the user holds its capability at
the unit of the page; a member, who holds none, gets the entries of his own things.
"""

from dataclasses import dataclass

from django.urls import reverse

from townships.access import can, may_use_admin
from townships.delegation import ACTING
from townships.delegations import Delegation, in_force_for
from townships.models import AdministrativeUnit
from townships.periods import chinese_date, today

MOST_ENTRIES = 8
#: How many entries the bar of a phone shows before 更多.
DOCK_SIZE = 4
#: Roles of people who are posted themselves: they check in, ask for leave, sign. So does whoever holds no role.
POSTED_ROLES = frozenset({"member", "team_leader"})


@dataclass(frozen=True)
class Entry:
    """One line of the navigation; `capability` is asked at the unit of the page, "" is for everybody."""

    label: str
    icon: str
    route: str
    capability: str = ""
    short: str = ""

    def address(self, unit: AdministrativeUnit | None) -> str:
        return reverse(self.route, kwargs={"code": unit.division_code} if self.capability else None)


HOME = Entry("首页", "home", "townships:home")
CHECK_IN = Entry("打卡", "place", "attendance:check_in")
OWN = (
    Entry("我的请假", "leave", "attendance:my_leaves", short="请假"),
    Entry("我的得分", "score", "reports:my_scores", short="得分"),
    Entry("本周考勤表", "sheet", "attendance:my_week", short="考勤表"),
)
OFFICE = (
    Entry("人员", "people", "cadres:people", "view_members"),
    Entry("考勤表", "grid", "attendance:grid", "view_attendance", "考勤"),
    Entry("请假", "leave", "attendance:leaves", "approve_leave"),
    Entry("对不上的", "alert", "attendance:contradictions", "record_talk", "核查"),
    Entry("周评分", "score", "reports:scores", "view_scores"),
    Entry("月通报", "bulletin", "reports:bulletins", "view_bulletins"),
)
#: Pages that the door leads to.
HOME_PAGES = frozenset(
    {
        "reports:unit",
        "reports:squad_home",
        "reports:team_home",
        "reports:institution_home",
        "attendance:check_in",
    }
)
ADMIN = Entry("数据管理", "gear", "admin:index")


def home_unit(user) -> AdministrativeUnit | None:
    """The highest unit of the user's appointments in force today; an institution's officer has none."""
    for appointment in user.appointments_today():
        if not appointment.institution_id:
            return appointment.unit
    return None


def role_label(user) -> str:
    """分管副书记 · 大同镇, by the highest appointment of his own."""
    for appointment in sorted(user.appointments_today(), key=lambda one: one.is_delegation):
        acting = "代理" if appointment.is_delegation else ""
        return f"{acting}{appointment.title} · {(appointment.institution or appointment.unit).name}"
    return "系统管理员" if user.is_superuser else "驻村队员"


def entries(user, unit: AdministrativeUnit | None) -> list[Entry]:
    """What this user does at this unit, at most eight."""
    roles = user.roles_today()
    chosen = [HOME]
    if "team_leader" in roles:
        chosen.append(CHECK_IN)
    if not roles - POSTED_ROLES:
        chosen.extend(OWN)
    if unit is not None:
        chosen.extend(entry for entry in OFFICE if can(user, entry.capability, unit))
    if may_use_admin(user):
        return [*chosen[: MOST_ENTRIES - 1], ADMIN]
    return chosen[:MOST_ENTRIES]


def crumbs(user, unit: AdministrativeUnit) -> list[dict]:
    """The way down from the province; only units in reach are links."""
    above = AdministrativeUnit.objects.filter(path__in=unit.ancestor_paths).order_by("path")
    return [
        {"name": one.name, "url": reverse("reports:unit", args=[one.division_code]) if user.reaches(one.path) else ""}
        for one in above
    ]


def units_to_change_to(user, unit: AdministrativeUnit) -> list[dict]:
    """The units right below in reach, or a village's neighbours in reach."""
    reachable = AdministrativeUnit.objects.reachable_by(user, "view_members").active_on(today())
    parent = unit.parent_id if unit.is_village else unit.pk
    return [
        {"name": one.name, "url": reverse("reports:unit", args=[one.division_code])}
        for one in reachable.filter(parent=parent).exclude(pk=unit.pk).order_by("path")
    ]


def delegation_lines(user) -> list[dict]:
    """For whom he acts today, and who acts for him. One query, none for who has nothing to give away."""
    received = Delegation.of(one for one in user.appointments_today() if one.is_delegation)
    given = in_force_for(user, today()) if any(user.paths(capability) for capability in ACTING) else []
    own_page = reverse("townships:delegations")
    return [
        *(
            {
                "text": f"您正在代理{one.principal}的{one.post}，到{chinese_date(one.last_day)}为止。",
                "url": reverse("reports:unit", args=[one.first.unit.division_code]),
                "link": f"去{one.first.unit.name}",
            }
            for one in received
        ),
        *(
            {
                "text": f"{one.delegate}正在代理您的{one.post}，到{chinese_date(one.last_day)}为止。",
                "url": own_page,
                "link": "委托代理",
            }
            for one in given
        ),
    ]


def _is_home(request) -> bool:
    return request.resolver_match is not None and request.resolver_match.view_name in HOME_PAGES


def _is_current(entry: Entry, url: str, request) -> bool:
    if entry is HOME:
        return _is_home(request)
    return url == request.path or bool(entry.capability and request.path.startswith(url))


def frame(request) -> dict:
    """Everything base.html shows around a page.

    `request.unit` is the unit of the page's address (townships.views.scope); `request.place` is where the thing on
    the page belongs, for the path at the top alone: looking at a person must not change what the menu is about.
    """
    large = request.COOKIES.get("large_type") == "1"
    user = request.user
    if not user.is_authenticated:
        return {"large_type": large}
    unit = getattr(request, "unit", None) or home_unit(user)
    lines = [
        {
            "label": entry.label,
            "short": entry.short or entry.label,
            "icon": entry.icon,
            "url": (url := entry.address(unit)),
            "current": _is_current(entry, url, request),
        }
        for entry in entries(user, unit)
    ]
    place = getattr(request, "place", None) or unit
    sees_people = unit is not None and can(user, "view_members", unit)
    dock = lines if len(lines) <= DOCK_SIZE + 1 else lines[:DOCK_SIZE]
    return {
        "large_type": large,
        "user_name": str(user),
        "role_label": role_label(user),
        "nav": lines,
        # One entry is no choice: the bar would only take room from the page.
        "dock": dock if len(lines) > 1 else [],
        "more": lines[len(dock) :],
        "crumbs": crumbs(user, place) if place else [],
        "below": units_to_change_to(user, place) if place else [],
        "search_url": reverse("cadres:people", args=[unit.division_code]) if sees_people else "",
        "delegations": delegation_lines(user) if _is_home(request) else [],
        "admin_url": reverse("admin:index") if may_use_admin(user) else "",
    }
