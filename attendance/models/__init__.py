from attendance.models.calendar_day import CalendarDay, ExemptDay
from attendance.models.check_in import CheckIn
from attendance.models.fence import Fence
from attendance.models.leave_request import Half, LeaveDecision, LeaveRequest
from attendance.models.meeting import Meeting, MeetingAbsence
from attendance.models.official_trip import OfficialTrip
from attendance.models.policy import AttendancePolicy, LeavePolicy, PolicyVersion
from attendance.models.spot_check import CheckMethod, SpotCheck, SpotCheckResult
from attendance.models.weekly_sheet import SheetMark, WeeklySheet

__all__ = [
    "AttendancePolicy",
    "CalendarDay",
    "CheckIn",
    "CheckMethod",
    "ExemptDay",
    "Fence",
    "Half",
    "LeaveDecision",
    "LeavePolicy",
    "LeaveRequest",
    "Meeting",
    "MeetingAbsence",
    "OfficialTrip",
    "PolicyVersion",
    "SheetMark",
    "SpotCheck",
    "SpotCheckResult",
    "WeeklySheet",
]
