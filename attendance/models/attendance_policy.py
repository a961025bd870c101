"""Attendance rules of a unit."""

from attendance.models.policy_version import PolicyVersion


class AttendancePolicy(PolicyVersion):
    """What counts as presence: required days, sources, nights, marks."""

    class Meta(PolicyVersion.Meta):
        verbose_name = "考勤办法"
        verbose_name_plural = "考勤办法"
