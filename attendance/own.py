"""A member's own things: his posting of a day, his check-ins, his marks."""

from datetime import date

from attendance.models import CheckIn, SheetMark
from cadres.models import Posting
from townships.periods import Week


def posting_on(user, day: date) -> Posting | None:
    """The posting of the account's own person on a day; None when he is not posted then."""
    rows = Posting.objects.reachable_by(user, "view_members").filter(cadre__user=user).active_on(day)
    return rows.select_related("cadre", "village__parent").order_by("-begins", "-pk").first()


def check_ins_of(user, posting: Posting, week: Week) -> list[CheckIn]:
    """The check-ins of a week in force, oldest first."""
    rows = CheckIn.objects.reachable_by(user, "view_attendance").filter(posting=posting, voided_at__isnull=True)
    return list(rows.filter(day__gte=week.monday, day__lte=week.sunday).order_by("made_at", "pk"))


def marks_of(user, posting: Posting, week: Week) -> dict[date, SheetMark]:
    """The marks of a week in force, by day."""
    rows = SheetMark.objects.reachable_by(user, "view_attendance").filter(posting=posting, superseded_at__isnull=True)
    return {mark.day: mark for mark in rows.filter(day__gte=week.monday, day__lte=week.sunday)}
