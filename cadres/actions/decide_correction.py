"""The office answers a member's wish: puts the value right with history, or says why not."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from cadres import proofs
from cadres.actions.request_correction import locked, told, unit_of
from cadres.correction_refusals import CannotApply, ProofNotSeen, WishDecided, WishReasonMissing
from cadres.correction_values import set_value, value_of
from cadres.corrections import (
    NEEDS_IDENTITY,
    NEEDS_PROOF,
    along_with,
    changed_meanwhile,
    new_span,
    span_obstacle,
)
from cadres.models import Cadre, CorrectionRequest, Posting
from townships import audit, wall
from townships.access import require, require_other
from townships.errors import OutOfReach
from townships.models import User

State = CorrectionRequest.State
WHY = "本人申请更正"
NUMBER_TAKEN = "这个身份证号已在系统里登记，不能采纳：请联系上级组织部门核实是不是同一个人。"


@transaction.atomic
def decide_correction(
    *, request: CorrectionRequest, actor: User | None, accept: bool, at: datetime, reason: str = ""
) -> CorrectionRequest:
    """Accept a wish, which changes what is stored at once, or reject it with a reason the member reads.

    The right is manage_roster where the person is; an identity number also asks for view_identity, and that its proof
    was opened by whoever accepts it. Nobody decides about himself.
    """
    found = locked(request)
    require_other(actor, found.cadre.user)
    require_answering(actor, found)
    if found.state != State.PENDING:
        raise WishDecided
    if not accept and not reason.strip():
        raise WishReasonMissing
    if accept:
        if found.field in NEEDS_PROOF and actor is not None and found.proof_seen_by_id != actor.pk:
            raise ProofNotSeen
        _apply(found, actor, at)
    found.state = State.ACCEPTED if accept else State.REJECTED
    found.decided_by, found.decided_at, found.decision_reason = actor, at, reason.strip()[:200]
    found.save()
    audit.record(
        actor=actor,
        act=f"correction.{found.state}",
        unit=unit_of(found.cadre, found.posting),
        subject=found.cadre.name,
        details={**told(found), "decision": found.decision_reason},
    )
    return found


def require_answering(actor: User | None, request: CorrectionRequest) -> None:
    """Refuse unless the user may answer this wish (his own is asked about elsewhere)."""
    require(actor, "manage_roster", request)
    if request.field in NEEDS_IDENTITY:
        require(actor, "view_identity", request)


def _apply(request: CorrectionRequest, actor: User | None, at: datetime) -> None:
    """Write the value and what goes along with it, with history; refused when what is stored does not allow it."""
    row = Cadre.objects.select_for_update().get(pk=request.cadre_id)
    if request.posting_id:
        row = Posting.objects.select_for_update().get(pk=request.posting_id)
    field, wanted = request.field, request.value_wanted
    now = value_of(row, field)
    if said := changed_meanwhile(field, then=request.value_then, now=now, wanted=wanted):
        raise CannotApply(said)
    if now == wanted:
        return
    if field in ("start_date", "end_date"):
        _refuse_days(row, field, wanted, at)
    if field == "id_number" and _is_taken(wanted):
        raise CannotApply(NUMBER_TAKEN)
    for name, value in {field: wanted, **along_with(field, wanted)}.items():
        set_value(row, name, value)
    row._history_user, row._change_reason = actor, WHY  # noqa: SLF001 - simple_history's way of being told
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise CannotApply(NUMBER_TAKEN if field == "id_number" else "与已有的记录冲突，不能采纳。") from None
    _tell_account(request, now, wanted)


@wall.beyond("an identity number is one person's in the nation")
def _is_taken(number: str) -> bool:
    return Cadre.objects.filter(id_number=number).exists()


def _refuse_days(posting: Posting, field: str, wanted: str, at: datetime) -> None:
    span = posting.begins, posting.ends
    others = Posting.objects.filter(cadre_id=posting.cadre_id).exclude(pk=posting.pk).values_list("begins", "ends")
    with wall.beyond("one person is at one place, also where it is another county's"):
        taken = list(others)
    if said := span_obstacle(span, new_span(field, wanted, span), taken, localdate(at)):
        raise CannotApply(said)


def _tell_account(request: CorrectionRequest, before: str, after: str) -> None:
    """The account is called as the person is, and rung up where he is."""
    attribute = {"name": "display_name", "phone": "phone"}.get(request.field)
    user = request.cadre.user
    if attribute and user is not None and getattr(user, attribute) == before:
        setattr(user, attribute, after)
        user.save(update_fields=[attribute])


@transaction.atomic
def open_proof(*, request: CorrectionRequest, actor: User) -> tuple[bytes, str, str]:
    """The proof for the member himself, or for whoever may answer the wish: who looked is kept.

    Answers (content, kind, media type).
    """
    found = locked(request)
    if found.cadre.user_id != actor.pk:
        require_answering(actor, found)
        if found.proof and found.proof_seen_by_id != actor.pk:
            found.proof_seen_by = actor
            found.save()
    if not found.proof:
        raise OutOfReach
    unit = unit_of(found.cadre, found.posting)
    details = {"correction": found.pk, "cadre": found.cadre_id, "field": found.field, "files": 1}
    audit.record(actor=actor, act="correction.proof_opened", unit=unit, subject=found.cadre.name, details=details)
    return proofs.read(found.proof)
