"""Official trips: one person's, or a whole team's at once (the township meeting, edge case 23)."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from attendance.leave import EndsBeforeItBegins, Half, Span
from attendance.leave_rules import span_of
from attendance.models import OfficialTrip
from attendance.refusals import LeaveDatesWrong, NotPosted, ReasonMissing, TripOverlaps, TripRevoked
from cadres.models import Posting
from townships import audit
from townships.acting import require_deciding
from townships.models import User


@transaction.atomic
def record_trip(
    *,
    postings: Sequence[Posting],
    begins_on: date,
    ends_on: date,
    reason: str,
    actor: User | None,
    begins_half: str = Half.AM,
    ends_half: str = Half.PM,
    destination: str = "",
    ordered_by: str = "",
) -> list[OfficialTrip]:
    """Record one trip for each of the people. The time was ordered by somebody else: nobody sends himself."""
    try:
        span = Span(begins_on, Half(begins_half), ends_on, Half(ends_half))
    except EndsBeforeItBegins:
        raise LeaveDatesWrong("公差结束时间不能早于开始时间，请重新选择。") from None
    if not reason.strip():
        raise ReasonMissing("请填写公差事由。")
    principals = {}
    for posting in postings:
        principals[posting] = require_deciding(actor, "manage_evidence", posting, about=posting.cadre.user)
        if not (posting.is_active_on(begins_on) and posting.is_active_on(ends_on)):
            raise NotPosted(f"{posting.cadre.name}在这段时间没有派驻，请核对日期。")
    _refuse_overlaps(postings, span)
    trips = [
        OfficialTrip(
            posting=posting,
            begins_on=begins_on,
            begins_half=begins_half,
            ends_on=ends_on,
            ends_half=ends_half,
            reason=reason.strip()[:200],
            destination=destination[:100],
            ordered_by=ordered_by[:60],
            recorded_by=actor,
            on_behalf_of=principals[posting],
        )
        for posting in postings
    ]
    for trip in trips:
        trip.save()
    return trips


def _refuse_overlaps(postings: Sequence[Posting], span: Span) -> None:
    others = OfficialTrip.objects.filter(
        posting__in=postings,
        state=OfficialTrip.State.APPROVED,
        begins_on__lte=span.ends_on,
        ends_on__gte=span.begins_on,
    ).select_related("posting__cadre")
    for trip in others:
        if span.overlaps(span_of(trip)):
            raise TripOverlaps(f"{trip.posting.cadre.name}在这段时间已有公差记录，请核对后再录。")


@transaction.atomic
def revoke_trip(*, trip: OfficialTrip, reason: str, actor: User | None) -> OfficialTrip:
    """Take a trip back: its days are required again."""
    principal = require_deciding(actor, "manage_evidence", trip, about=trip.posting.cadre.user)
    if not reason.strip():
        raise ReasonMissing
    trip = OfficialTrip.objects.select_for_update().get(pk=trip.pk)
    if trip.state == OfficialTrip.State.REVOKED:
        raise TripRevoked
    trip.state = OfficialTrip.State.REVOKED
    trip.save()
    audit.record(
        actor=actor,
        act="trip.revoked",
        unit=trip.posting.village,
        subject=trip.posting.cadre.name,
        details={"trip": trip.pk, "reason": reason.strip()},
        on_behalf_of=principal,
    )
    return trip
