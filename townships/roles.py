"""PURE: capabilities, and the roles that bundle them.

A capability is a permission at a unit and everything below it. A role is a name for a set of
capabilities; an appointment gives a role at a unit. Handbook, section "Actors and reach".
"""

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

ROLES: dict[str, tuple[str, frozenset[str]]] = {
    "province_organization": ("省委组织部", _ORGANIZATION),
    "city_organization": ("市委组织部", _ORGANIZATION),
    "county_organization": ("县委组织部", _ORGANIZATION),
    "township_secretary": ("镇党委书记", _LEADING),
    "township_deputy": ("分管副书记", _LEADING),
    "township_clerk": ("党政办秘书", _CLERK),
    "squad_leader": ("分队长", _SQUAD),
    "team_leader": ("工作队队长", frozenset({"view_members", "view_attendance", "view_scores", "sign_sheet"})),
    "village_clerk": ("村文书", frozenset({"view_members", "view_attendance", "sign_sheet"})),
    "member": ("队员", frozenset()),
    "institution_officer": ("派出单位联络员", frozenset()),
    "auditor": ("审计员", VIEWING | {"audit"}),
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
    }
)


def label(role: str) -> str:
    return ROLES[role][0]


def capabilities(role: str) -> frozenset[str]:
    return ROLES[role][1]


def role_choices() -> list[tuple[str, str]]:
    return [(key, name) for key, (name, _) in ROLES.items()]
