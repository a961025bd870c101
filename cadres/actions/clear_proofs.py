"""Proofs of wishes that were answered are kept while the answer may be asked about, and no longer."""

from datetime import datetime

from django.db import transaction

from cadres import proofs
from cadres.actions.request_correction import unit_of
from cadres.models import CorrectionRequest
from townships import audit

#: Wishes cleared in one transaction.
AT_ONCE = 200


def clear_proofs(*, before: datetime) -> dict[str, int]:
    """Delete the proofs of wishes answered before `before`; the wishes stay. Returns of how many wishes."""
    done = {"proofs": 0}
    while files := _clear_some(before):
        done["proofs"] += files
    return done


@transaction.atomic
def _clear_some(before: datetime) -> int:
    due = CorrectionRequest.objects.select_for_update(of=("self",)).filter(decided_at__lt=before).exclude(proof="")
    wishes = list(due.select_related("cadre", "posting__village").order_by("pk")[:AT_ONCE])
    keys = {one.proof for one in wishes}
    CorrectionRequest.objects.filter(pk__in=[one.pk for one in wishes]).update(proof="")
    wanted = set(CorrectionRequest.objects.filter(proof__in=keys).values_list("proof", flat=True))
    for one in wishes:
        unit = unit_of(one.cadre, one.posting)
        details = {"correction": one.pk, "cadre": one.cadre_id, "field": one.field}
        audit.record(actor=None, act="correction.proof_cleared", unit=unit, subject=one.cadre.name, details=details)
    for key in keys - wanted:
        transaction.on_commit(lambda key=key: proofs.drop(key))
    return len(wishes)
