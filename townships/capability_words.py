"""PURE: the capabilities in groups, each with one line that says what it lets somebody do."""

from townships.roles import CAPABILITIES

#: Group → capability → what it means, in the order of the page.
GROUPS: dict[str, dict[str, str]] = {
    "人员": {
        "view_members": "看人员名单、村和工作队，证件号和电话隐去中间",
        "view_identity": "看完整的身份证号和电话，每次都记入审计",
        "manage_roster": "导入、修改花名册，调整驻村",
        "manage_institutions": "维护派出和后盾单位名录",
    },
    "考勤和请假": {
        "view_attendance": "看考勤表、打卡、请假和抽查",
        "manage_evidence": "录入和导入考勤表、打卡、公差、请假台账",
        "sign_sheet": "为一个村签审、证明周考勤表",
        "approve_leave": "按审批级次批准或不批准请假",
        "record_spot_check": "抽签、登记抽查结果",
        "record_talk": "登记谈话提醒，核查对不上的考勤",
    },
    "评分和通报": {
        "view_scores": "看每周得分和扣分依据",
        "score_week": "计算一周的得分",
        "adjust_score": "手工加减分，写明原因",
        "view_bulletins": "看月通报",
        "draft_bulletin": "起草和修改月通报",
        "publish_bulletin": "发布月通报，发布后锁定评分",
    },
    "管理": {
        "manage_policy": "设定考勤、请假、考评办法",
        "manage_units": "新建、改名、调整行政单位",
        "manage_appointments": "开账号、任职、重置密码、设定角色",
        "view_jobs": "看导入、评分等后台任务",
        "audit": "查谁在什么时候看了、改了什么",
    },
}


def words(capabilities) -> str:
    """查看人员、查看考勤, in the order of the page; 无 for none."""
    return "、".join(CAPABILITIES[name] for group in GROUPS.values() for name in group if name in capabilities) or "无"
