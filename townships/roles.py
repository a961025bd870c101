"""PURE: capabilities, and the standard roles that bundle them.

A capability is a permission at a unit and everything below it. A role is a name for a set of
capabilities; an appointment gives a role at a unit. Handbook, section "Actors and reach". A unit may
define roles otherwise for itself (models.Role); which definition applies says role_book.
"""

from typing import NamedTuple

CAPABILITIES = {
    "view_members": "查看人员",
    "view_identity": "查看完整身份证号和电话",
    "manage_roster": "管理花名册",
    "manage_institutions": "管理派出和后盾单位",
    "view_attendance": "查看考勤",
    "manage_evidence": "录入考勤材料",
    "sign_sheet": "签审周考勤表",
    "approve_leave": "审批请假",
    "record_spot_check": "开展抽查",
    "record_talk": "谈话提醒",
    "view_scores": "查看得分",
    "score_week": "计算周得分",
    "adjust_score": "录入加扣分",
    "view_bulletins": "查看通报",
    "draft_bulletin": "起草通报",
    "publish_bulletin": "发布通报",
    "manage_policy": "管理考勤、请假和考评办法",
    "manage_units": "管理行政单位",
    "manage_appointments": "管理任职和账号",
    "view_jobs": "查看运行记录",
    "audit": "查看审计记录",
}

#: What a member may see of himself and an institution of its people, without any appointment at the unit.
OWN_CAPABILITIES = frozenset({"view_members", "view_attendance", "view_scores"})
INSTITUTION_CAPABILITIES = frozenset({"view_members", "view_attendance", "view_scores"})

VIEWING = frozenset({"view_members", "view_attendance", "view_scores", "view_bulletins", "view_jobs"})
_ORGANIZATION = frozenset(CAPABILITIES)
_LEADING = VIEWING | {
    "view_identity",
    "manage_roster",
    "manage_evidence",
    "sign_sheet",
    "approve_leave",
    "record_spot_check",
    "record_talk",
    "score_week",
    "adjust_score",
    "draft_bulletin",
    "publish_bulletin",
}
_CLERK = VIEWING | {"manage_roster", "manage_evidence", "score_week", "draft_bulletin"}
_SQUAD = frozenset(
    {
        "view_members",
        "view_attendance",
        "view_scores",
        "approve_leave",
        "record_spot_check",
        "record_talk",
        "sign_sheet",
    }
)

#: Where a role may be held.
_OFFICES = frozenset({"province", "city", "county", "township"})
_ANYWHERE = _OFFICES | {"village"}


class StandardRole(NamedTuple):
    """A role of the shipped set. `rank` orders those who decide about others: nobody gives a rank above his own."""

    name: str
    capabilities: frozenset[str]
    levels: frozenset[str]
    rank: int = 0


#: The standard set. Its keys are contract: leave tiers, lists of settings and files name them.
ROLES: dict[str, StandardRole] = {
    "province_organization": StandardRole("省委组织部", _ORGANIZATION, frozenset({"province"}), 6),
    "city_organization": StandardRole("市委组织部", _ORGANIZATION, frozenset({"city"}), 5),
    "county_organization": StandardRole("县委组织部", _ORGANIZATION, frozenset({"county"}), 4),
    "township_secretary": StandardRole("镇党委书记", _LEADING, frozenset({"township"}), 3),
    "township_deputy": StandardRole("分管副书记", _LEADING, frozenset({"township"}), 3),
    "township_clerk": StandardRole("党政办秘书", _CLERK, frozenset({"township"})),
    "squad_leader": StandardRole("分队长", _SQUAD, frozenset({"township", "village"}), 2),
    "team_leader": StandardRole(
        "工作队队长",
        frozenset({"view_members", "view_attendance", "view_scores", "sign_sheet"}),
        frozenset({"village"}),
        1,
    ),
    "village_clerk": StandardRole(
        "村文书", frozenset({"view_members", "view_attendance", "sign_sheet"}), frozenset({"village"})
    ),
    "member": StandardRole("队员", frozenset(), _ANYWHERE),
    "institution_officer": StandardRole("派出单位联络员", frozenset(), _OFFICES),
    "auditor": StandardRole("审计员", VIEWING | {"audit"}, _OFFICES),
    "region_liaison": StandardRole("片区联络员", VIEWING - {"view_jobs"}, frozenset({"province", "city", "county"})),
}

#: Roles that work at a desk and enter data in the admin.
DESK_ROLES = frozenset(
    {
        "province_organization",
        "city_organization",
        "county_organization",
        "township_secretary",
        "township_deputy",
        "township_clerk",
        "auditor",
        "region_liaison",
    }
)
#: Roles that live by what is one's own, or one's institution's: they hold nothing at a unit.
WITHOUT_CAPABILITIES = frozenset({"member", "institution_officer"})
#: What only somebody at a desk may hold: his session is short, and a second factor can be asked of him.
DESK_CAPABILITIES = frozenset(
    {"manage_institutions", "manage_policy", "manage_units", "manage_appointments", "view_jobs", "audit"}
)


def label(role: str) -> str:
    """A standard role's own name; what an appointment is called where it is held is `Appointment.title`."""
    return ROLES[role].name


def role_choices() -> list[tuple[str, str]]:
    return [(key, role.name) for key, role in ROLES.items()]
