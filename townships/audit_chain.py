"""Sealing and verifying the trail.

An entry is written in the transaction of the act it tells of, and sealed (number, hash) in a short transaction of its
own right after: the lock on the head is held for milliseconds, so that neither a long import holds up everybody's
login nor two acts that wait for each other's rows meet again at the chain.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC

from django.db import transaction

from townships import wall
from townships.chain import Break, Link, Walk, hash_of, walk
from townships.models import AuditEntry, AuditHead

#: Entries sealed under one lock.
BATCH = 500
WHY = "the chain runs through the entries of the whole nation"
COLUMNS = ("number", "previous", "hash", "at", "actor_id", "act", "unit_id", "subject", "details", "address")


@dataclass(frozen=True)
class Verdict:
    """What verifying found: entries read, the head now, and the first broken entry if there is one."""

    entries: int
    number: int
    hash: str
    archived: int
    broken: Break | None = None


def content_of(entry: AuditEntry) -> dict:
    """What the hash covers, read back from the database: what is stored, not what somebody meant to store."""
    return {
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": entry.actor_id,
        "act": entry.act,
        "unit": entry.unit_id,
        "subject": entry.subject,
        "details": entry.details,
        "address": entry.address,
    }


def seal() -> int:
    """Seal every waiting entry, those of a process that died before it could too. Counts them."""
    sealed = 0
    while _is_waiting():
        done = _seal_some()
        sealed += done
        if not done:
            break
    return sealed


def _is_waiting() -> bool:
    with wall.beyond(WHY):
        return AuditEntry.objects.filter(number__isnull=True).exists()


@transaction.atomic
def _seal_some() -> int:
    AuditHead.objects.get_or_create(pk=1)
    head = AuditHead.objects.select_for_update().get(pk=1)
    with wall.beyond(WHY):
        waiting = list(AuditEntry.objects.filter(number__isnull=True).order_by("pk")[:BATCH])
        for entry in waiting:
            entry.number, entry.previous = head.number + 1, head.hash
            entry.hash = hash_of(entry.number, entry.previous, content_of(entry))
            head.number, head.hash = entry.number, entry.hash
        AuditEntry.objects.bulk_update(waiting, ["number", "previous", "hash"])
    head.save(update_fields=["number", "hash"])
    return len(waiting)


def links(*, after: int, through: int) -> Iterator[Link]:
    """The sealed entries of the table with numbers in (after, through], as links."""
    return (as_link(entry) for entry in entries(after=after, through=through))


def entries(*, after: int, through: int) -> Iterable[AuditEntry]:
    rows = AuditEntry.objects.filter(number__gt=after, number__lte=through).order_by("number")
    return rows.only(*COLUMNS).iterator(chunk_size=2000)


def as_link(entry: AuditEntry) -> Link:
    return Link(entry.number, entry.previous, entry.hash, content_of(entry))


def verify() -> Verdict:
    """Follow the chain from the last archived entry to the head; entries made meanwhile are left for next time."""
    seal()
    head = AuditHead.objects.filter(pk=1).first() or AuditHead()
    kept = links(after=head.archived_number, through=head.number)
    found: Walk = walk(kept, number=head.archived_number, head=head.archived_hash)
    broken = found.broken
    if broken is None and (found.number, found.hash) != (head.number, head.hash):
        broken = Break(found.number + 1, "末尾的记录不见了")
    if broken is None:
        broken = _beyond_the_head()
    return Verdict(found.number - head.archived_number, head.number, head.hash, head.archived_number, broken)


def _beyond_the_head() -> Break | None:
    """Numbered entries that the head does not know: the head was set back."""
    last = AuditEntry.objects.filter(number__isnull=False).order_by("-number").values_list("number", flat=True).first()
    head = AuditHead.objects.filter(pk=1).values_list("number", flat=True).first() or 0
    return Break(head + 1, "超出链的末尾") if last is not None and last > head else None
