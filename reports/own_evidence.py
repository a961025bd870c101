"""One's own data: the days. Also what was voided or superseded, for it is still on file."""

from attendance.models import (
    CheckIn,
    DayReview,
    LeaveDecision,
    LeaveRequest,
    MeetingAbsence,
    OfficialTrip,
    SheetMark,
    SpotCheckResult,
)
from cadres.models import Talk
from reports.own_data import WHY, Owner, Part, part
from townships import wall
from townships.templatetags.office import span


def _of(model, owner: Owner, *related: str):
    rows = model.objects.reachable_by(owner.user, "view_attendance").filter(posting__cadre=owner.cadre)
    return rows.select_related("posting__village", *related)


def check_ins(owner: Owner) -> Part:
    columns = [
        ("day", "所属日期"), ("made_at", "打卡时间"), ("received_at", "收到时间"), ("village", "村"), ("place", "地点"),
        ("latitude", "纬度(WGS-84)"), ("longitude", "经度(WGS-84)"), ("accuracy", "精度(米)"), ("source", "来源"),
        ("late", "补传"), ("voided", "作废时间"), ("void_reason", "作废原因"),
    ]  # fmt: skip
    rows = (
        (
            one.day, one.made_at, one.received_at, one.posting.village, one.place, one.latitude, one.longitude,
            one.accuracy_m, one.get_source_display(), one.late_upload, one.voided_at, one.void_reason,
        )
        for one in _of(CheckIn, owner).order_by("-made_at", "-pk")
    )  # fmt: skip
    return part("check_ins", "打卡", columns, rows)


def marks(owner: Owner) -> Part:
    columns = [
        ("day", "日期"), ("village", "村"), ("am", "上午"), ("pm", "下午"), ("made_at", "登记时间"),
        ("reason", "更改原因"), ("superseded", "被取代时间"),
    ]  # fmt: skip
    rows = (
        (one.day, one.posting.village, one.am, one.pm, one.made_at, one.reason, one.superseded_at)
        for one in _of(SheetMark, owner).order_by("-day", "-pk")
    )
    return part("marks", "考勤表标记", columns, rows)


def leaves(owner: Owner) -> Part:
    columns = [
        ("kind", "类别"), ("span", "起止"), ("begins", "开始日期"), ("ends", "结束日期"), ("days", "天数"),
        ("reason", "事由"), ("destination", "去向"), ("contact", "联系电话"), ("handover", "工作交接人"),
        ("state", "状态"), ("applied", "申请时间"), ("approver", "审批人"), ("returned", "销假日期"),
    ]  # fmt: skip
    rows = (
        (
            one.get_kind_display(), span(one), one.begins_on, one.ends_on, one.days, one.reason, one.destination,
            one.contact, one.handover, one.get_state_display(), one.applied_at, one.approver_name, one.returned_on,
        )
        for one in _of(LeaveRequest, owner).order_by("-begins_on", "-pk")
    )  # fmt: skip
    return part("leaves", "请假", columns, rows)


def decisions(owner: Owner) -> Part:
    rows = LeaveDecision.objects.reachable_by(owner.user, "view_attendance").filter(leave__posting__cadre=owner.cadre)
    rows = rows.select_related("leave", "decided_by").order_by("-at", "-pk")
    columns = [
        ("leave", "请假"), ("at", "办理时间"), ("outcome", "结论"), ("role", "以何身份"), ("by", "办理人"),
        ("reason", "意见"),
    ]  # fmt: skip
    lines = (
        (
            f"{one.leave.get_kind_display()} {span(one.leave)}", one.at, one.get_outcome_display(),
            one.get_role_display(), one.decided_by, one.reason,
        )
        for one in rows
    )  # fmt: skip
    return part("decisions", "请假办理", columns, lines)


def trips(owner: Owner) -> Part:
    columns = [
        ("span", "起止"), ("begins", "开始日期"), ("ends", "结束日期"), ("reason", "事由"), ("destination", "地点"),
        ("ordered_by", "派差人"), ("state", "状态"),
    ]  # fmt: skip
    rows = (
        (span(one), one.begins_on, one.ends_on, one.reason, one.destination, one.ordered_by, one.get_state_display())
        for one in _of(OfficialTrip, owner).order_by("-begins_on", "-pk")
    )
    return part("trips", "公差", columns, rows)


def findings(owner: Owner) -> Part:
    columns = [
        ("at", "抽查时间"), ("village", "村"), ("method", "方式"), ("finding", "结果"), ("checker", "检查人"),
        ("note", "现场情况"), ("superseded", "被取代时间"), ("why", "取代原因"),
    ]  # fmt: skip
    rows = (
        (
            one.checked_at, one.posting.village, one.get_method_display(), one.get_finding_display(), one.checker,
            one.note, one.superseded_at, one.supersede_reason,
        )
        for one in _of(SpotCheckResult, owner).order_by("-checked_at", "-pk")
    )  # fmt: skip
    return part("findings", "抽查", columns, rows)


def reviews(owner: Owner) -> Part:
    columns = [("day", "日期"), ("conclusion", "核查结论"), ("note", "说明"), ("by", "核查人"), ("at", "核查时间")]
    rows = (
        (one.day, one.get_conclusion_display(), one.note, one.reviewed_by, one.at)
        for one in _of(DayReview, owner, "reviewed_by").order_by("-at", "-pk")
    )
    return part("reviews", "考勤核查", columns, rows)


@wall.beyond(WHY)
def meetings(owner: Owner) -> Part:
    columns = [("day", "日期"), ("name", "会议或培训"), ("excused", "已请假"), ("note", "备注")]
    rows = (
        (one.meeting.day, one.meeting.name, one.excused, one.note)
        for one in _of(MeetingAbsence, owner, "meeting").order_by("-meeting__day", "-pk")
    )
    return part("meetings", "缺席的会议和培训", columns, rows)


def talks(owner: Owner) -> Part:
    columns = [
        ("held_on", "谈话日期"), ("kind", "类别"), ("place", "地点"), ("talker", "谈话人"), ("recorder", "记录人"),
        ("reason", "事由"), ("content", "谈话内容"), ("statement", "本人表态"), ("about", "所涉日期"),
    ]  # fmt: skip
    rows = (
        (
            one.held_on, one.get_kind_display(), one.place, one.talker, one.recorder, one.reason, one.content,
            one.statement, one.about_day,
        )
        for one in _of(Talk, owner).order_by("-held_on", "-pk")
    )  # fmt: skip
    return part("talks", "谈话", columns, rows)
