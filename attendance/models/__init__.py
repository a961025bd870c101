from attendance.models.attendance_policy import AttendancePolicy
from attendance.models.calendar_day import CalendarDay
from attendance.models.check_in import CheckIn
from attendance.models.check_method import CheckMethod
from attendance.models.day_review import DayReview
from attendance.models.exempt_day import ExemptDay
from attendance.models.fence import Fence
from attendance.models.half import Half
from attendance.models.leave_decision import LeaveDecision
from attendance.models.leave_policy import LeavePolicy
from attendance.models.leave_request import LeaveRequest
from attendance.models.meeting import Meeting
from attendance.models.meeting_absence import MeetingAbsence
from attendance.models.official_trip import OfficialTrip
from attendance.models.policy_version import PolicyVersion
from attendance.models.sheet_mark import SheetMark
from attendance.models.spot_check import SpotCheck
from attendance.models.spot_check_result import SpotCheckResult
from attendance.models.weekly_sheet import WeeklySheet

__all__ = [
    "AttendancePolicy",
    "CalendarDay",
    "CheckIn",
    "CheckMethod",
    "DayReview",
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
