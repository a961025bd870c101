"""Leave rules of a unit."""

from attendance.models.policy_version import PolicyVersion


class LeavePolicy(PolicyVersion):
    """How leave is counted and who decides on it."""

    class Meta(PolicyVersion.Meta):
        verbose_name = "请假办法"
        verbose_name_plural = "请假办法"
