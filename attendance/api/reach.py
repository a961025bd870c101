"""The posting or the leave that a request names: 404 when the caller does not see it."""

from attendance.models import LeaveRequest
from cadres.models import Posting
from townships.api.lists import one_of


def posting_named(user, pk: int) -> Posting:
    """A posting whose attendance the caller may see; what he may do there, the action decides."""
    rows = Posting.objects.reachable_by(user, "view_attendance")
    return one_of(rows.select_related("cadre__user", "village__parent"), pk)


def leave_named(user, pk: int) -> LeaveRequest:
    rows = LeaveRequest.objects.reachable_by(user, "view_attendance")
    return one_of(rows.select_related("posting__cadre", "posting__village", "return_recorded_by"), pk)
