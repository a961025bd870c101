"""Correct a published bulletin: open its weeks, score them anew, draft the next revision."""

from datetime import datetime

from django.db import transaction

from reports.actions.compile_bulletin import current_content
from reports.actions.publish_bulletin import lock_weeks, refuse_own
from reports.actions.score_week import score_week
from reports.bulletin_refusals import AlreadyPublished, LockedAbove, NotCompiled, ReasonMissing
from reports.bulletins import draft_of, next_number, published_of
from reports.models import Bulletin, WeekLock
from reports.month_scores import load_month
from reports.week_guard import hold_townships
from townships import audit
from townships.access import require
from townships.acting import principal_of
from townships.models import AdministrativeUnit, User
from townships.paths import ancestors
from townships.periods import SHANGHAI, Month


class RevisionOpen(AlreadyPublished):
    """A revision is being drafted already."""

    code = "bulletin.revision_open"
    message = "本月通报已有一份更正草稿，请在草稿上继续办理。"


@transaction.atomic
def revise_bulletin(
    *, unit: AdministrativeUnit, month: Month, reason: str, now: datetime, actor: User | None = None
) -> Bulletin:
    """Draft the next revision of a published month, with scores from the evidence as it is now.

    The published one stays in force and readable until the revision is published; the weeks are open meanwhile.
    """
    require(actor, "publish_bulletin", unit)
    if not reason.strip():
        raise ReasonMissing("请写明更正原因，原因会印在更正通报里。")
    today = now.astimezone(SHANGHAI).date()
    hold_townships({unit.pk, *load_month(unit=unit, month=month, today=today).township_ids})
    former = published_of(unit, month)
    if former is None:
        raise NotCompiled("本月通报还没有发布，不需要更正。")
    if draft_of(unit, month) is not None:
        raise RevisionOpen
    principal = principal_of(actor, "publish_bulletin", unit)
    refuse_own(former, actor, principal)
    _open_weeks(former, actor, now)
    draft = Bulletin.objects.create(
        unit=unit,
        month=str(month),
        revision=former.revision + 1,
        content=current_content(unit, month, now, former.decisions),
        decisions=former.decisions,
        number=next_number(unit, now.astimezone(SHANGHAI).year),
        compiled_at=now,
        compiled_by=actor,
        revises=former,
        change_reason=reason.strip(),
    )
    _record("bulletin.revision_opened", draft, actor, principal)
    return draft


@transaction.atomic
def withdraw_revision(*, bulletin: Bulletin, actor: User | None = None) -> Bulletin:
    """Give up a revision: its draft goes, the published bulletin's weeks are locked again. Returns that bulletin."""
    require(actor, "publish_bulletin", bulletin)
    hold_townships({bulletin.unit_id})
    draft = Bulletin.objects.select_related("unit__parent", "revises__unit").get(pk=bulletin.pk)
    if draft.status != Bulletin.Status.DRAFT or draft.revises is None:
        raise NotCompiled("没有可以撤销的更正草稿。")
    former = draft.revises
    principal = principal_of(actor, "publish_bulletin", draft)
    refuse_own(former, actor, principal)
    _record("bulletin.revision_withdrawn", draft, actor, principal)
    draft.delete()
    lock_weeks(former)
    return former


def _open_weeks(former: Bulletin, actor: User | None, now: datetime) -> None:
    """Unlock the weeks of the month and score them from the evidence as it is now."""
    unit = former.unit
    WeekLock.objects.filter(bulletin=former).delete()
    for week in Month.parse(former.month).weeks:
        above = WeekLock.objects.filter(unit__path__in=ancestors(unit.path), week=str(week)).select_related("unit")
        lock = above.first()
        if lock is not None:
            raise LockedAbove(
                f"第{week.number}周的得分还被{lock.unit.name}的通报锁定，请先由{lock.unit.name}更正，再更正本通报。",
                weeks=[str(week)],
            )
        score_week(unit=unit, week=week, actor=actor, now=now)


def _record(act: str, draft: Bulletin, actor: User | None, principal: User | None) -> None:
    details = {"revision": draft.revision, "reason": draft.change_reason}
    audit.record(actor=actor, act=act, unit=draft.unit, subject=draft.month, details=details, on_behalf_of=principal)
