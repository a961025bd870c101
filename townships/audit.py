"""The trail: one call for everything worth keeping who did it."""

from collections.abc import Iterable

from django.db import transaction

from townships import wall
from townships.audit_chain import seal
from townships.models import AdministrativeUnit, AuditEntry, User
from townships.request_origin import current_address

WHY = "the trail is written wherever something was done, also by those who may not read it"


def record(
    *,
    actor: User | None,
    act: str,
    unit: AdministrativeUnit | None = None,
    subject: str = "",
    details: dict | None = None,
    address: str | None = None,
    on_behalf_of: User | None = None,
) -> AuditEntry:
    """Append one entry. `act` is a stable name such as "bulletin.published"; `details` is JSON-ready.

    `on_behalf_of` is the principal where the actor is his delegate (`townships.acting` says).
    The address is that of the request at hand unless given. The entry joins the chain once its transaction is over.
    """
    entry = AuditEntry(
        actor=actor,
        act=act,
        unit=unit,
        subject=subject[:200],
        details=(details or {}) | behalf(on_behalf_of),
        address=address or current_address(),
    )
    with wall.beyond(WHY):
        entry.save()
    # Robust: the act is done and told; an entry that could not be sealed now is sealed with the next one.
    transaction.on_commit(seal, robust=True)
    return entry


def behalf(principal: User | None) -> dict:
    """What an entry says of the one in whose place somebody acted."""
    return {} if principal is None else {"on_behalf_of": {"id": principal.pk, "name": str(principal)}}


def record_all(entries: Iterable[AuditEntry]) -> None:
    """Append many entries, made but not saved, at the cost of a few statements."""
    kept = list(entries)
    for entry in kept:
        entry.address = entry.address or current_address()
    with wall.beyond(WHY):
        AuditEntry.objects.bulk_create(kept, batch_size=2_000)
    transaction.on_commit(seal, robust=True)
