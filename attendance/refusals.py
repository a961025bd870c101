"""What the rules of attendance refuse, by name; the sentence says what to do next."""

from townships.errors import NotAllowed, Refused


class NotPosted(Refused):
    code = "posting.not_active"
    message = "这一天不在驻村期内，请核对日期或派驻起止时间。"


class FutureTime(Refused):
    code = "time.future"
    message = "时间还没有到，请改为今天或以前的时间。"


class ReasonMissing(Refused):
    code = "reason.required"
    message = "请写明原因后再提交。"


# ---- check-ins


class ClockWrong(Refused):
    code = "check_in.clock"
    message = "手机时间不对，请在手机设置里打开“自动确定时间”后重新打卡。"


class CheckInTooOld(Refused):
    code = "check_in.too_old"
    message = "打卡时间超过 30 天，不能补传，请联系乡镇补录并说明原因。"


class BadCoordinates(Refused):
    code = "check_in.coordinates"
    message = "经纬度不完整或超出范围，请重新定位后打卡。"


class ClientIdTaken(Refused):
    code = "check_in.client_id"
    message = "这条打卡的编号已被别人使用，请重新打卡。"


# ---- weekly sheets


class SheetSigned(Refused):
    code = "sheet.signed"
    message = "队长已签字，要改请由队长或乡镇更正并写明原因。"


class MarkNotKnown(Refused):
    code = "mark.unknown"
    message = "考勤符号不对，请改为考勤办法里的符号。"


class NothingMarked(Refused):
    code = "sheet.empty"
    message = "这张周考勤表还没有登记，请先登记再签字。"


# ---- leave


class LeaveDatesWrong(Refused):
    code = "leave.dates"
    message = "请假结束时间不能早于开始时间，请重新选择。"


class LeaveOverlaps(Refused):
    code = "leave.overlaps"
    message = "这段时间已有请假，请先撤回原来的申请，或改选其他时间。"


class LeaveTooLate(Refused):
    code = "leave.too_late"
    message = "请假开始已超过 30 天，请由乡镇按纸质审批补录。"


class NoLeaveNeeded(Refused):
    code = "leave.not_required"
    message = "这段时间没有应在村的日子，不用请假。"


class NoLeavePolicy(Refused):
    code = "leave.no_policy"
    message = "本单位还没有请假办法，请联系组织部门设定。"


class NoApprover(Refused):
    code = "leave.no_tier"
    message = "请假办法没有规定这样长的假由谁批，请联系组织部门补充办法。"


class ExtensionApart(Refused):
    code = "leave.extension"
    message = "续假要接着已批准的假期，请从原假期结束的下半天或第二天起续。"


class AlreadyDecided(Refused):
    code = "leave.already_decided"
    message = "这条请假已经办理过了，请刷新后查看。"


class NotYourStep(NotAllowed):
    code = "leave.not_your_step"
    message = "这条请假现在不由您审批，请等负责的一级办理。"


class AlreadyBegun(Refused):
    code = "leave.already_begun"
    message = "假期已经开始，不能撤回；提前回村请办理销假。"


class AlreadyReturned(Refused):
    code = "leave.already_returned"
    message = "已经销假，不用重复办理。"


class ReturnDateWrong(Refused):
    code = "leave.return_date"
    message = "销假日期要在请假开始以后、今天以前，请重新填写。"


# ---- trips and spot checks


class TripOverlaps(Refused):
    code = "trip.overlaps"
    message = "这段时间已有公差记录，请核对后再录。"


class TripRevoked(Refused):
    code = "trip.revoked"
    message = "这条公差已经收回，请刷新后查看。"


class NobodyToCheck(Refused):
    code = "spot_check.nobody"
    message = "这一天没有可以抽查的人，请换日期或先录入派驻。"


class NotDrawn(Refused):
    code = "spot_check.not_drawn"
    message = "这个人不在这次抽查的名单里，请核对，或不选抽查单独登记。"
