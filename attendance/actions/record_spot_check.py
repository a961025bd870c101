"""Recording what a check found about one person."""

from datetime import datetime

from django.db import transaction

from attendance.models import SpotCheck, SpotCheckResult
from attendance.moments import half_of
from attendance.refusals import FutureTime, NotDrawn, NotPosted, ReasonMissing
from cadres.models import Posting
from townships import audit
from townships.acting import require_deciding
from townships.models import User
from townships.periods import SHANGHAI


@transaction.atomic
def record_spot_check(
    *,
    posting: Posting,
    checked_at: datetime,
    method: str,
    finding: str,
    actor: User | None,
    at: datetime,
    checker: str = "",
    note: str = "",
    check_round: SpotCheck | None = None,
    reason: str = "",
) -> SpotCheckResult:
    """Record a finding. Nobody checks himself; a second finding of the same moment supersedes the first with a reason.

    With `check_round` he must be among those it drew.
    """
    principal = require_deciding(actor, "record_spot_check", posting, about=posting.cadre.user)
    if checked_at > at:
        raise FutureTime("抽查时间还没有到，请核对后再录。")
    local = checked_at.astimezone(SHANGHAI)
    if not posting.is_active_on(local.date()):
        raise NotPosted
    if check_round is not None and posting.cadre.id_number not in {one["id_number"] for one in check_round.people}:
        raise NotDrawn
    kept = (
        SpotCheckResult.objects.select_for_update()
        .filter(posting=posting, checked_at=checked_at, superseded_at__isnull=True)
        .first()
    )
    if kept is not None:
        if (kept.method, kept.finding) == (method, finding):
            return kept
        supersede(result=kept, reason=reason, actor=actor, at=at)
    return SpotCheckResult.objects.create(
        check_round=check_round,
        posting=posting,
        checked_at=checked_at,
        day=local.date(),
        half=half_of(checked_at),
        minute=local.hour * 60 + local.minute,
        method=method,
        finding=finding,
        checker=(checker or str(actor or ""))[:60],
        note=note[:200],
        recorded_by=actor,
        on_behalf_of=principal,
    )


@transaction.atomic
def supersede(*, result: SpotCheckResult, reason: str, actor: User | None, at: datetime) -> SpotCheckResult:
    """Take a finding out of the evidence; it stays readable with the reason."""
    principal = require_deciding(actor, "record_spot_check", result, about=result.posting.cadre.user)
    if not reason.strip():
        raise ReasonMissing
    result.superseded_at, result.supersede_reason = at, reason.strip()[:200]
    result.save(update_fields=["superseded_at", "supersede_reason"])
    audit.record(
        actor=actor,
        act="spot_check.superseded",
        unit=result.posting.village,
        subject=result.posting.cadre.name,
        details={"result": result.pk, "finding": result.finding, "reason": result.supersede_reason},
        on_behalf_of=principal,
    )
    return result
