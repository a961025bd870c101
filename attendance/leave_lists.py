"""Lists of leave: what is waiting, who is away, who has not come back."""

from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q

from attendance.models import LeaveRequest
from cadres.models import Posting
from townships.models import AdministrativeUnit
from townships.querysets import UnitQuerySet

State = LeaveRequest.State
#: filter → words
SHOWN = {"pending": "待审批", "away": "请假在外", "overdue": "逾期未归", "all": "全部"}
ORDERS = {
    "pending": ("applied_at", "pk"),
    "overdue": ("ends_on", "pk"),
    "away": ("ends_on", "pk"),
    "all": ("-begins_on", "-pk"),
}


def overdue_on(leaves: UnitQuerySet, day: date) -> UnitQuerySet:
    """Approved leaves whose last day has passed without a report of return; a leave that another one follows is not over.

    Return is owed to the township that granted the leave, in whichever of its villages the person is posted meanwhile
    (as attendance.evidence counts it): a leave across a merger stays with the posting that has ended.
    """
    goes_on = LeaveRequest.objects.filter(
        posting__cadre=OuterRef("posting__cadre"),
        state=State.APPROVED,
        ends_on__gt=OuterRef("ends_on"),
        begins_on__lte=OuterRef("ends_on") + timedelta(days=1),
    )
    open_ones = leaves.filter(state=State.APPROVED, ends_on__lt=day, returned_on__isnull=True)
    neighbours = {
        "village__level": AdministrativeUnit.Level.VILLAGE,
        "village__parent": OuterRef("posting__village__parent"),
    }
    next_door = Posting.objects.active_on(day).filter(cadre=OuterRef("posting__cadre"), **neighbours)
    still_there = Q(posting__ends__isnull=True) | Q(posting__ends__gt=day) | Exists(next_door)
    return open_ones.filter(~Exists(goes_on), still_there)


def away_on(leaves: UnitQuerySet, day: date) -> UnitQuerySet:
    """Approved leaves that cover some half of a day."""
    standing = Q(returned_on__isnull=True) | Q(returned_on__gt=day)
    return leaves.filter(standing, state=State.APPROVED, begins_on__lte=day, ends_on__gte=day)


def shown(leaves: UnitQuerySet, which: str, day: date) -> UnitQuerySet:
    if which == "pending":
        return leaves.filter(state=State.PENDING)
    if which == "away":
        return away_on(leaves, day)
    return overdue_on(leaves, day) if which == "overdue" else leaves
