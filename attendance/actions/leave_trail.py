"""What every act upon a leave shares: the row locked first, the decision and the trail written last."""

from datetime import datetime

from attendance.models import LeaveDecision, LeaveRequest
from townships import audit
from townships.access import require
from townships.models import User


def locked(leave: LeaveRequest) -> LeaveRequest:
    """The request as it is now, locked until the end of the transaction, with its person and village."""
    rows = LeaveRequest.objects.select_for_update(of=("self",))
    return rows.select_related("posting__cadre__user", "posting__village").get(pk=leave.pk)


def is_own(leave: LeaveRequest, actor: User | None) -> bool:
    return actor is not None and leave.posting.cadre.user_id == actor.pk


def show_contact(*, leave: LeaveRequest, actor: User) -> None:
    """Whoever may see numbers there looks at the telephone of somebody on leave; the trail keeps it."""
    require(actor, "view_identity", leave)
    audit.record(
        actor=actor,
        act="identity.viewed",
        unit=leave.posting.village,
        subject=leave.posting.cadre.name,
        details={"cadre": leave.posting.cadre_id, "leave": leave.pk, "phone_only": True},
    )


def keep_decision(
    leave: LeaveRequest,
    *,
    actor: User | None,
    outcome: str,
    at: datetime,
    role: str = "",
    reason: str = "",
    on_behalf_of: User | None = None,
    **details,
) -> LeaveDecision:
    """Save the request's new state together with the decision that made it."""
    before = LeaveRequest.objects.values_list("state", flat=True).get(pk=leave.pk)
    leave.save()
    audit.record(
        actor=actor,
        act=f"leave.{outcome}",
        unit=leave.posting.village,
        subject=leave.posting.cadre.name,
        details={
            "leave": leave.pk,
            "days": str(leave.days),
            "reason": reason.strip(),
            "before": {"state": before},
            "after": {"state": leave.state},
            **details,
        },
        on_behalf_of=on_behalf_of,
    )
    return LeaveDecision.objects.create(
        leave=leave,
        role=role,
        decided_by=actor,
        on_behalf_of=on_behalf_of,
        outcome=outcome,
        reason=reason.strip()[:200],
        at=at,
    )
