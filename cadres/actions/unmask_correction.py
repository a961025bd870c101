"""Whoever answers a wish about an identity number looks at it in full, which the trail keeps."""

from cadres.actions.decide_correction import require_answering
from cadres.actions.request_correction import unit_of
from cadres.models import CorrectionRequest
from townships import audit
from townships.access import require_other
from townships.models import User


def unmask_correction(*, request: CorrectionRequest, actor: User) -> None:
    """Raises unless the user may answer the wish and see numbers in full there."""
    require_other(actor, request.cadre.user)
    require_answering(actor, request)
    audit.record(
        actor=actor,
        act="identity.viewed",
        unit=unit_of(request.cadre, request.posting),
        subject=request.cadre.name,
        details={"cadre": request.cadre_id, "correction": request.pk},
    )
