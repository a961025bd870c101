"""What counts for a member's week beside the ledger: talks, meetings missed, points entered by hand."""

from collections import defaultdict
from collections.abc import Iterable

from attendance.evidence import literal
from attendance.ledger import both_halves, day_bit
from attendance.models import MeetingAbsence
from attendance.service import Member
from cadres.models import Talk
from reports.models import ManualItem
from reports.scoring import Event, ManualEntry, Registers
from townships.periods import Week


def registers_of(members: Iterable[Member], week: Week) -> dict[tuple[int, int], Registers]:
    """The registers of a batch of members by member key, where there is anything; three queries."""
    owner = {service.id: member for member in members for service in member.services}
    found: dict[tuple[int, int], Registers] = defaultdict(Registers)
    if not owner:
        return found
    postings, days = literal(owner), (week.monday, week.sunday)
    talks = Talk.objects.filter(posting_id__in=postings, held_on__range=days, kind=Talk.Kind.REMINDER)
    for posting, day, number, reason in talks.order_by().values_list("posting_id", "held_on", "id", "reason"):
        found[owner[posting].key].talks.append(Event(day, number, reason))
    absences = MeetingAbsence.objects.filter(posting_id__in=postings, meeting__day__range=days, excused=False)
    for posting, day, number, name in absences.order_by().values_list(
        "posting_id", "meeting__day", "id", "meeting__name"
    ):
        if not _was_away(owner[posting], (day - week.monday).days):
            found[owner[posting].key].meetings_missed.append(Event(day, number, name))
    items = ManualItem.objects.filter(posting_id__in=postings, day__range=days, voided_at__isnull=True)
    for posting, *entry in items.order_by().values_list("posting_id", "day", "id", "rule", "points", "reason"):
        found[owner[posting].key].manual.append(ManualEntry(*entry))
    return found


def _was_away(member: Member, index: int) -> bool:
    """Whether leave or a trip covers the whole day: then the meeting was not missed without leave."""
    whole, known = both_halves(day_bit(index)), member.weeks[0]
    return (known.leave | known.trip) & whole == whole
