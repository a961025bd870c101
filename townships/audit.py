"""The trail: one call for everything worth keeping who did it."""

from townships.models import AdministrativeUnit, AuditEntry, User


def record(
    *,
    actor: User | None,
    act: str,
    unit: AdministrativeUnit | None = None,
    subject: str = "",
    details: dict | None = None,
    address: str | None = None,
) -> AuditEntry:
    """Append one entry. `act` is a stable name such as "bulletin.published"; `details` is JSON-ready."""
    return AuditEntry.objects.create(
        actor=actor, act=act, unit=unit, subject=subject[:200], details=details or {}, address=address
    )
