"""Points entered by hand under a manual rule of the scheme, and taken back again, each with a reason."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.timezone import localdate

from cadres.models import Posting
from reports.actions.score_week import score_week
from reports.models import ManualItem
from reports.schemes import scheme_at
from reports.scoring import in_cents
from reports.week_guard import FrozenWeek, hold_townships
from townships import audit
from townships.acting import require_deciding
from townships.errors import OwnMatter, Refused
from townships.models import User
from townships.periods import SHANGHAI, Week


class ManualRefused(Refused):
    """The entry is incomplete or does not fit the scheme or the posting."""

    code = "manual.refused"


class WeekPublished(Refused):
    """The week is frozen by a published bulletin."""

    code = "manual.week_published"
    message = "这一周的得分已随月通报发布。如需调整，请先更正通报。"


@transaction.atomic
def add_manual_item(
    *, posting: Posting, day: date, rule: str, points: Decimal, reason: str, actor: User | None, now: datetime
) -> ManualItem:
    """Take `points` off under a manual `rule` for something that happened on `day`; the week is scored anew."""
    principal = require_deciding(actor, "adjust_score", posting, about=posting.cadre.user)
    _refuse_unfit(posting, day, rule, points, reason, now)
    _refuse_frozen(posting, day)
    item = ManualItem.objects.create(
        posting=posting,
        day=day,
        rule=rule,
        points=points,
        reason=reason.strip(),
        entered_by=actor,
        on_behalf_of=principal,
    )
    _record("manual.added", item, actor, principal)
    score_week(unit=posting.village, week=Week.of(day), actor=actor, now=now)
    return item


@transaction.atomic
def void_manual_item(*, item: ManualItem, reason: str, actor: User | None, now: datetime) -> ManualItem:
    """Take an entry back, with a reason; the week is scored anew.

    Who deducts does not hear the appeal: an entry is taken back by somebody else, but for a slip of the same day.
    """
    principal = require_deciding(actor, "adjust_score", item, about=item.posting.cadre.user)
    _refuse_own_deduction(item, actor, now)
    if not reason.strip():
        raise ManualRefused("请写明作废原因。")
    _refuse_frozen(item.posting, item.day)
    item = ManualItem.objects.select_for_update(of=("self",)).select_related("posting__village").get(pk=item.pk)
    if item.voided_at is not None:
        raise ManualRefused("这一条已经作废，不用再办理。")
    item.voided_at, item.voided_by, item.void_reason = now, actor, reason.strip()[:200]
    item.save(update_fields=["voided_at", "voided_by", "void_reason"])
    _record("manual.voided", item, actor, principal)
    score_week(unit=item.posting.village, week=Week.of(item.day), actor=actor, now=now)
    return item


def _refuse_own_deduction(item: ManualItem, actor: User | None, now: datetime) -> None:
    deducted = {item.entered_by_id, item.on_behalf_of_id} - {None}
    if actor is not None and actor.pk in deducted and localdate(item.at) != localdate(now):
        raise OwnMatter("这一条由您录入，当天可以自己作废，以后请由其他负责人或上一级核实办理。")


def _refuse_unfit(posting: Posting, day: date, rule: str, points: Decimal, reason: str, now: datetime) -> None:
    scheme = scheme_at(posting.village, Week.of(day).monday).rules
    if rule not in scheme.manual_rules:
        raise ManualRefused(f"《{scheme.name}》没有这个手工扣分项，请在列出的项目中选择。")
    if points <= 0:
        raise ManualRefused("扣分要大于 0。")
    if not reason.strip():
        raise ManualRefused("请写明扣分事由。")
    if len(reason.strip()) > ManualItem._meta.get_field("reason").max_length:
        raise ManualRefused("事由太长，请在 200 字以内写明。")
    if day > now.astimezone(SHANGHAI).date():
        raise ManualRefused("日期还没有到，请填事实发生的日期。")
    if not posting.is_active_on(day):
        raise ManualRefused("这一天不在驻村期内，请核对日期。")


def _refuse_frozen(posting: Posting, day: date) -> None:
    """Held against a publication beside us: an entry into a week that is just being frozen would be lost."""
    hold_townships({posting.village.parent_id or posting.village_id})
    if FrozenWeek(posting.village.path, str(Week.of(day))).covers(posting.village.path):
        raise WeekPublished


def _record(act: str, item: ManualItem, actor: User | None, principal: User | None) -> None:
    audit.record(
        actor=actor,
        act=act,
        unit=item.posting.village,
        subject=item.posting.cadre.name,
        details={
            "item": item.pk,
            "day": item.day.isoformat(),
            "rule": item.rule,
            "points": in_cents(item.points),
            "reason": item.void_reason or item.reason,
        },
        on_behalf_of=principal,
    )
