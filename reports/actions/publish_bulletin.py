"""Publish a bulletin: freeze what it says and lock its weeks (house decision 9)."""

from datetime import datetime

from django.db import IntegrityError, transaction

from cadres.models import Cadre
from reports.bulletin_content import content_of
from reports.bulletin_refusals import (
    AlreadyPublished,
    DraftOutdated,
    NeedsDecision,
    NotCompiled,
    NothingScored,
    NumberTaken,
    OwnBulletin,
    WeeksMissing,
)
from reports.bulletins import draft_of, is_taken, next_number, published_of
from reports.models import Bulletin, WeekLock
from reports.month_scores import MonthScores, load_month
from reports.ranking import weeks_in_words
from reports.week_guard import hold_townships
from townships import audit
from townships.access import require
from townships.acting import principal_of
from townships.models import AdministrativeUnit, User
from townships.periods import SHANGHAI, Month

LISTS = {"red": "红榜", "black": "黑榜"}


@transaction.atomic
def publish_bulletin(
    *, unit: AdministrativeUnit, month: Month, now: datetime, actor: User | None = None, number: str = ""
) -> Bulletin:
    """Publish the draft of the month under `number` (or its own) and lock the month's weeks.

    A revision takes the place of the bulletin it corrects. Of two publications at once one is AlreadyPublished.
    """
    require(actor, "publish_bulletin", unit)
    scores = _hold(unit, month, now)
    draft = draft_of(unit, month)
    _refuse_unless_ready(draft, scores)
    principal = principal_of(actor, "publish_bulletin", unit)
    refuse_own(draft, actor, principal)
    former = published_of(unit, month)
    _number(draft, number.strip(), now)
    if former is not None:
        former.status = Bulletin.Status.SUPERSEDED
        former.save(update_fields=["status"])
    draft.status = Bulletin.Status.PUBLISHED
    draft.published_at, draft.published_by, draft.published_for = now, actor, principal
    draft.save(update_fields=["status", "number", "published_at", "published_by", "published_for"])
    lock_weeks(draft)
    _record(draft, actor)
    return draft


def lock_weeks(bulletin: Bulletin) -> None:
    """Freeze the scores of the month's weeks. Raises AlreadyPublished when one of them is locked."""
    weeks = Month.parse(bulletin.month).weeks
    locks = [WeekLock(unit=bulletin.unit, week=str(week), bulletin=bulletin) for week in weeks]
    try:
        with transaction.atomic():
            WeekLock.objects.bulk_create(locks)
    except IntegrityError as error:
        raise AlreadyPublished from error


def _hold(unit: AdministrativeUnit, month: Month, now: datetime) -> MonthScores:
    """The month's scores, held so that until the end nobody scores or publishes beside us."""
    today = now.astimezone(SHANGHAI).date()
    townships = load_month(unit=unit, month=month, today=today).township_ids
    hold_townships({unit.pk, *townships})
    return load_month(unit=unit, month=month, today=today)


def _refuse_unless_ready(draft: Bulletin | None, scores: MonthScores) -> None:
    if draft is None:
        if published_of(scores.unit, scores.month) is not None:
            raise AlreadyPublished(month=str(scores.month))
        raise NotCompiled
    if scores.missing:
        raise weeks_missing(scores)
    if not scores.has_scores:
        raise NothingScored(weeks=[str(week) for week in scores.month.weeks])
    content = content_of(scores, draft.decisions)
    if content != draft.content:
        raise DraftOutdated
    if content["needs_decision"]:
        names = "、".join(LISTS[name] for name in content["needs_decision"])
        message = f"{names}因并列人数过多待确定，请先确定上榜人员并写明原因，再发布。"
        raise NeedsDecision(message, lists=content["needs_decision"])


def weeks_missing(scores: MonthScores) -> WeeksMissing:
    """The refusal that names the weeks which stand in the way, and says what to do about each."""
    parts = []
    if scores.not_over:
        parts.append(f"{weeks_in_words(scores.not_over)}还没有结束")
    unscored = [week for week in scores.not_scored if week not in scores.not_over]
    if unscored:
        parts.append(f"{weeks_in_words(unscored)}还有人员没有评分")
    advice = "请先计算这些周的得分，再发布。" if unscored else "请等结束并评分后再发布。"
    return WeeksMissing(
        f"{'，'.join(parts)}。{advice}",
        weeks=list(scores.missing),
        not_over=list(scores.not_over),
        not_scored=unscored,
    )


def refuse_own(bulletin: Bulletin, actor: User | None, principal: User | None) -> None:
    """A person does not publish a ranking that he is in, nor open it again, nor does his delegate; one level up can."""
    deciding = {one.pk for one in (actor, principal) if one}
    people = [person["cadre"] for person in bulletin.content["people"]]
    if deciding & accounts_of(people):
        raise OwnBulletin


def accounts_of(cadres: list[int]) -> set[int]:
    """The accounts of these people."""
    found = Cadre.objects.filter(pk__in=cadres, user__isnull=False)
    return set(found.order_by().values_list("user_id", flat=True))


def _number(draft: Bulletin, number: str, now: datetime) -> None:
    if number and is_taken(draft.unit, number):
        raise NumberTaken
    chosen = number or draft.number
    if not chosen or is_taken(draft.unit, chosen):
        chosen = next_number(draft.unit, now.astimezone(SHANGHAI).year)
    draft.number = chosen


def _record(bulletin: Bulletin, actor: User | None) -> None:
    content = bulletin.content
    audit.record(
        actor=actor,
        act="bulletin.published",
        unit=bulletin.unit,
        subject=f"{bulletin.month} 第{bulletin.revision}版 {bulletin.number}",
        details={
            "weeks": content["weeks"],
            "people": len(content["people"]),
            "red": len(content["red"]),
            "black": len(content["black"]),
            "reason": bulletin.change_reason,
            "before": {"status": Bulletin.Status.DRAFT},
            "after": {"status": bulletin.status, "number": bulletin.number},
        },
        on_behalf_of=bulletin.published_for,
    )
