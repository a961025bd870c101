"""Writing down what came out when a contradiction was looked into."""

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from attendance.models import DayReview
from attendance.refusals import FutureTime, NotPosted, ReasonMissing
from cadres.models import Posting
from townships import audit
from townships.acting import require_deciding
from townships.models import User


@transaction.atomic
def review_day(
    *, posting: Posting, day: date, conclusion: str, note: str, actor: User | None, at: datetime
) -> DayReview:
    """Record the conclusion about one day, with a note. Nobody looks into his own days."""
    principal = require_deciding(actor, "record_talk", posting, about=posting.cadre.user)
    if not note.strip() or conclusion not in DayReview.Conclusion.values:
        raise ReasonMissing("请选择核查结论，并写明情况。")
    if day > localdate(at):
        raise FutureTime
    if not posting.is_active_on(day):
        raise NotPosted
    note = note.strip()[:200]
    last = posting.day_reviews.filter(day=day).order_by("-at", "-pk").first()
    if last and (last.conclusion, last.note, last.reviewed_by) == (conclusion, note, actor):
        return last  # sent twice
    review = DayReview.objects.create(
        posting=posting,
        day=day,
        conclusion=conclusion,
        note=note,
        reviewed_by=actor,
        on_behalf_of=principal,
        at=at,
    )
    audit.record(
        actor=actor,
        act="contradiction.reviewed",
        unit=posting.village,
        subject=posting.cadre.name,
        details={"day": day.isoformat(), "conclusion": conclusion},
        on_behalf_of=principal,
    )
    return review
