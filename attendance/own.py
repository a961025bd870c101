"""A member's own things: his posting of a day, his check-ins, his marks."""

from datetime import date

from attendance.geofence import Circle, is_outside
from attendance.ledgers import MemberLedger, ledger_for
from attendance.models import CheckIn, Fence, SheetMark
from attendance.policies import attendance_rules
from attendance.signs import day_cell
from cadres.models import Posting
from townships.periods import WEEKDAYS, Week


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


def ledger_of(posting: Posting, week: Week, today: date) -> MemberLedger | None:
    """The ledger of one posting in a week; None when no day of it lies there."""
    postings = Posting.objects.filter(pk=posting.pk)
    found = ledger_for(unit=posting.village, first=week.monday, last=week.sunday, today=today, postings=postings)
    return found.members[0] if found.members else None


def week_strip(posting: Posting, week: Week, today: date) -> dict:
    """Monday to Sunday as signs, and a sentence with the counts."""
    ledger = ledger_of(posting, week, today)
    lines = {line.day: line for line in ledger.days()} if ledger else {}
    strip = [
        {
            "weekday": WEEKDAYS[day.weekday()][1],
            "day": day,
            "today": day == today,
            "cell": day_cell(lines[day], today) if day in lines else None,
        }
        for day in week.days
    ]
    return {"strip": strip, "strip_sentence": _sentence(ledger)}


def _sentence(ledger: MemberLedger | None) -> str:
    if ledger is None:
        return "本周不在驻村期内。"
    parts = [f"在村 {ledger.count('present') / 2:g} 天"]
    parts += [
        f"{word} {ledger.count(status) / 2:g} 天"
        for status, word in (("official_trip", "公差"), ("leave", "请假"), ("absent", "缺勤"))
        if ledger.count(status)
    ]
    nights = f"，住村 {ledger.nights_kept} 夜（应住 {ledger.nights_required} 夜）" if ledger.nights_required else ""
    return f"本周{'，'.join(parts)}{nights}。"


def outside_fence(check_in: CheckIn) -> bool:
    """Whether a check-in just made lies outside its village's fences: it is kept, but proves nothing."""
    village, day = check_in.posting.village, check_in.day
    radius = attendance_rules(village, day).fence_m
    circles = [
        Circle(fence.latitude, fence.longitude, fence.radius_m or radius, fence.begins, fence.ends)
        for fence in Fence.objects.filter(unit=village)
    ]
    on_day = [circle for circle in circles if circle.holds_on(day)]
    return is_outside(on_day, check_in.latitude, check_in.longitude, check_in.accuracy_m)
