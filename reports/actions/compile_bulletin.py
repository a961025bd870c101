"""Compile a month's bulletin: a draft from the weeks scored so far, made again whenever asked."""

from datetime import datetime

from django.db import transaction

from reports.bulletin_content import content_of
from reports.bulletin_refusals import NothingScored
from reports.bulletins import draft_of, next_number, published_of
from reports.models import Bulletin
from reports.month_scores import load_month
from reports.week_guard import hold_townships
from townships.access import require
from townships.models import AdministrativeUnit, User
from townships.periods import SHANGHAI, Month


@transaction.atomic
def compile_bulletin(*, unit: AdministrativeUnit, month: Month, now: datetime, actor: User | None = None) -> Bulletin:
    """The draft of the month, new or brought up to date; a published month is returned as it is.

    Compiling again without new scores writes nothing. Decisions about ties stay while the ties are the same.
    """
    require(actor, "draft_bulletin", unit)
    hold_townships({unit.pk})
    draft = draft_of(unit, month)
    if draft is None:
        published = published_of(unit, month)
        if published is not None:
            return published
    content = current_content(unit, month, now, decisions=draft.decisions if draft else ())
    if draft is None:
        return Bulletin.objects.create(
            unit=unit,
            month=str(month),
            content=content,
            number=next_number(unit, now.astimezone(SHANGHAI).year),
            compiled_at=now,
            compiled_by=actor,
        )
    if draft.content != content:
        refresh(draft, content, actor=actor, now=now)
    return draft


def refresh(draft: Bulletin, content: dict, *, actor: User | None, now: datetime) -> None:
    """Bring a draft up to date and say who did it and when."""
    draft.content, draft.compiled_at, draft.compiled_by = content, now, actor
    draft.save(update_fields=["content", "decisions", "compiled_at", "compiled_by"])


def current_content(unit: AdministrativeUnit, month: Month, now: datetime, decisions=()) -> dict:
    """What the bulletin would say now. Raises NothingScored when no week has final scores."""
    scores = load_month(unit=unit, month=month, today=now.astimezone(SHANGHAI).date())
    if not scores.has_scores:
        raise NothingScored(weeks=[str(week) for week in month.weeks])
    return content_of(scores, decisions)


def is_outdated(draft: Bulletin, now: datetime) -> bool:
    """Whether scores changed since the draft was compiled."""
    try:
        return current_content(draft.unit, Month.parse(draft.month), now, draft.decisions) != draft.content
    except NothingScored:
        return True
