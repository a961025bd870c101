"""A member asks to have something about himself put right, and takes it back."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cadres import proofs
from cadres.correction_refusals import AlreadyAsked, BadWish, NothingWanted, WishDecided
from cadres.correction_values import values_of
from cadres.corrections import LABELS, NEEDS_PROOF, read_wishes
from cadres.models import Cadre, CorrectionRequest, Posting
from townships import audit
from townships.errors import OutOfReach
from townships.models import AdministrativeUnit, User

State = CorrectionRequest.State


@transaction.atomic
def request_correction(
    *,
    cadre: Cadre,
    wanted: Mapping[str, str],
    reason: str,
    actor: User,
    at: datetime,
    posting: Posting | None = None,
    proof: bytes | None = None,
) -> list[CorrectionRequest]:
    """One wish for each field that differs from what is stored, so that each is answered by itself.

    Only about oneself. With `posting` the fields are the posting's. A field that is waiting already is refused.
    """
    if cadre.user_id != actor.pk or (posting is not None and posting.cadre_id != cadre.pk):
        raise OutOfReach
    cadre = Cadre.objects.select_for_update().get(pk=cadre.pk)
    if posting is not None:
        posting = Posting.objects.select_related("village", "dispatching_institution").get(pk=posting.pk)
    now = values_of(cadre, posting)
    wishes = read_wishes(wanted, now)
    errors = dict(wishes.errors)
    if not reason.strip():
        errors["reason"] = "请写明理由。"
    if proof is None and NEEDS_PROOF & set(wishes.wanted):
        errors["proof"] = "更正身份证号要附身份证照片。"
    if errors:
        raise BadWish(errors)
    if not wishes.wanted:
        raise NothingWanted
    _refuse_twice(cadre, posting, wishes.wanted)
    key = proofs.keep(proof) if proof is not None else ""
    made = [
        CorrectionRequest.objects.create(
            cadre=cadre, posting=posting, field=field, value_then=now[field], value_wanted=value,
            reason=reason.strip()[:200], proof=key, requested_at=at,
        )
        for field, value in wishes.wanted.items()
    ]  # fmt: skip
    unit = unit_of(cadre, posting)
    for one in made:
        audit.record(actor=actor, act="correction.requested", unit=unit, subject=cadre.name, details=told(one))
    return made


def _refuse_twice(cadre: Cadre, posting: Posting | None, wanted: Mapping[str, str]) -> None:
    open_ones = CorrectionRequest.objects.filter(cadre=cadre, posting=posting, state=State.PENDING, field__in=wanted)
    for one in open_ones.order_by("pk"):
        day = timezone.localdate(one.requested_at)
        raise AlreadyAsked(
            f"“{LABELS[one.field]}”已有一条{day.month}月{day.day}日提交的申请在等办理：要改写法的，请先撤回那一条再提交。"
        )


def unit_of(cadre: Cadre, posting: Posting | None) -> AdministrativeUnit | None:
    """Where the wish belongs for the trail: the posting's village, or that of his latest posting."""
    latest = posting or cadre.postings.select_related("village").order_by("-begins", "-pk").first()
    return latest.village if latest else None


def told(one: CorrectionRequest) -> dict:
    """What the trail keeps of a wish; numbers of identity and telephone masked."""
    return {
        "correction": one.pk,
        "cadre": one.cadre_id,
        "field": one.field,
        "before": one.masked_then,
        "after": one.masked_wanted,
        "reason": one.reason,
    }


@transaction.atomic
def withdraw_correction(*, request: CorrectionRequest, actor: User, at: datetime) -> CorrectionRequest:
    """Take back a wish nobody has answered yet; its proof is deleted."""
    found = locked(request)
    if found.cadre.user_id != actor.pk:
        raise OutOfReach
    if found.state != State.PENDING:
        raise WishDecided
    key, found.proof = found.proof, ""
    found.state, found.decided_at = State.WITHDRAWN, at
    found.save()
    unit = unit_of(found.cadre, found.posting)
    audit.record(actor=actor, act="correction.withdrawn", unit=unit, subject=found.cadre.name, details=told(found))
    if key and not CorrectionRequest.objects.filter(proof=key).exists():
        transaction.on_commit(lambda: proofs.drop(key))
    return found


def locked(request: CorrectionRequest) -> CorrectionRequest:
    """The wish as it is now, locked until the end of the transaction."""
    rows = CorrectionRequest.objects.select_for_update(of=("self",))
    return rows.select_related("cadre__user", "posting__village").get(pk=request.pk)
