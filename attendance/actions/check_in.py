"""A check-in by phone, or entered by the office."""

from datetime import datetime, timedelta

from django.db import transaction

from attendance.geofence import GCJ02, gcj02_to_wgs84
from attendance.models import CheckIn
from attendance.refusals import BadCoordinates, CheckInTooOld, ClientIdTaken, ClockWrong, NotPosted, ReasonMissing
from cadres.models import Posting
from townships import audit, wall
from townships.acting import require_deciding
from townships.models import User
from townships.periods import business_day

#: A phone's clock may run ahead of ours by this much.
CLOCK_AHEAD = timedelta(minutes=5)
#: Received later than this after it was made, a check-in waited on the phone for a signal (edge case 18).
LATE_AFTER = timedelta(minutes=30)
OLDEST = timedelta(days=30)


@transaction.atomic
def check_in(
    *,
    posting: Posting,
    client_id: str,
    made_at: datetime,
    received_at: datetime,
    actor: User | None,
    latitude: float | None = None,
    longitude: float | None = None,
    datum: str = CheckIn.Datum.WGS84,
    accuracy_m: float | None = None,
    place: str = "",
    source: str = CheckIn.Source.PHONE,
) -> CheckIn:
    """Record one check-in; sent again with the same `client_id`, the first one is answered.

    Coordinates are degrees in `datum` and are kept as WGS-84. It belongs to the business day: before 04:00
    to the evening before. Raises the refusals of `attendance.refusals`.
    """
    own = actor is not None and posting.cadre.user_id == actor.pk
    if not own or source != CheckIn.Source.PHONE:
        # What the office enters is its word about a person; his own he says by his phone.
        require_deciding(actor, "manage_evidence", posting, about=posting.cadre.user)
    with wall.beyond("the number of a check-in is used once in the nation"):
        kept = CheckIn.objects.filter(client_id=client_id).first()
    if kept is None:
        day, minute = _business_day(posting, made_at, received_at)
        latitude, longitude = wgs84(latitude, longitude, datum)
        kept, _ = CheckIn.objects.get_or_create(
            client_id=client_id,
            defaults={
                "posting": posting,
                "made_at": made_at,
                "received_at": received_at,
                "day": day,
                "minute": minute,
                "latitude": latitude,
                "longitude": longitude,
                "datum": datum if latitude is not None else "",
                "accuracy_m": accuracy_m,
                "place": place[:200],
                "source": source,
                "late_upload": received_at - made_at > LATE_AFTER,
                "recorded_by": actor,
            },
        )
    if kept.posting_id != posting.pk:
        raise ClientIdTaken
    return kept


def _business_day(posting: Posting, made_at: datetime, received_at: datetime):
    if made_at > received_at + CLOCK_AHEAD:
        raise ClockWrong
    if received_at - made_at > OLDEST:
        raise CheckInTooOld
    day, minute = business_day(made_at)
    if not posting.is_active_on(day):
        raise NotPosted
    return day, minute


def wgs84(latitude: float | None, longitude: float | None, datum: str) -> tuple[float | None, float | None]:
    """A point in WGS-84, (None, None) without coordinates. Half a point or one off the globe is refused."""
    if latitude is None and longitude is None:
        return None, None
    if latitude is None or longitude is None or not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise BadCoordinates
    if datum == GCJ02:
        return gcj02_to_wgs84(latitude, longitude)
    return latitude, longitude


@transaction.atomic
def void_check_in(*, check_in: CheckIn, reason: str, actor: User | None, at: datetime) -> CheckIn:
    """Take a check-in out of the evidence; it stays readable with who, when and why."""
    principal = require_deciding(actor, "manage_evidence", check_in, about=check_in.posting.cadre.user)
    if not reason.strip():
        raise ReasonMissing
    kept = CheckIn.objects.select_for_update().get(pk=check_in.pk)
    if kept.voided_at is None:
        kept.voided_at, kept.void_reason = at, reason.strip()[:200]
        kept.save(update_fields=["voided_at", "void_reason"])
        audit.record(
            actor=actor,
            act="check_in.voided",
            unit=kept.posting.village,
            subject=kept.posting.cadre.name,
            details={"check_in": kept.pk, "made_at": kept.made_at.isoformat(), "reason": kept.void_reason},
            on_behalf_of=principal,
        )
    return kept
