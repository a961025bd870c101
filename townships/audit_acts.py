"""PURE: what the acts of the trail are called. A new act gets its line here (a test looks for it)."""

ACTS = {
    "account.changed": "修改账号",
    "account.opened": "开通账号",
    "appointment.changed": "修改任职",
    "appointment.ended": "结束任职",
    "appointment.given": "任职",
    "attendance.exported": "导出考勤",
    "bulletin.exported": "下载通报",
    "bulletin.published": "发布通报",
    "bulletin.tie_decided": "决定并列名单",
    "check_in.voided": "作废打卡",
    "check_ins.imported": "导入打卡",
    "contradiction.reviewed": "核查对不上的考勤",
    "identity.viewed": "查看完整身份证号",
    "job.retried": "重试任务",
    "leaves.imported": "导入请假台账",
    "list.exported": "导出列表",
    "policy.set": "设定办法",
    "posting.transferred": "调整驻村",
    "roster.exported": "导出花名册",
    "roster.imported": "导入花名册",
    "schedule.changed": "修改计划时间",
    "schedule.run": "计划运行",
    "score.removed": "撤去得分",
    "sheet.imported": "导入周考勤表",
    "spot_check.drawn": "抽取抽查",
    "spot_check.superseded": "更正抽查结果",
    "spot_checks.imported": "导入抽查台账",
    "talk.recorded": "登记谈话",
    "token.issued": "发放接口令牌",
    "token.revoked": "作废接口令牌",
    "trip.revoked": "收回公差",
}


def act_label(act: str) -> str:
    return ACTS.get(act, act)
