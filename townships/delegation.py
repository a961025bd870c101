"""PURE: what can be delegated, to whom, for how long; and for whom somebody acts.

Rule source: house.md decision 3 and handbook, Actors: whoever is away delegates for a period to someone of the same
unit. Daily decisions can be delegated; power over accounts, units, rules, the roster and the trail stays with the one
who was appointed, and so do whole identity numbers: they were trusted to a person, not to a chair.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from townships.paths import covers

#: Looking, and what is decided or entered day by day.
DELEGABLE = frozenset(
    {
        "view_members",
        "view_attendance",
        "view_scores",
        "view_bulletins",
        "manage_evidence",
        "sign_sheet",
        "approve_leave",
        "record_spot_check",
        "record_talk",
        "score_week",
        "adjust_score",
        "draft_bulletin",
        "publish_bulletin",
    }
)
#: Decisions about people: only who takes such decisions in his own right may take them for another.
DECIDING = frozenset({"approve_leave", "record_spot_check", "record_talk", "adjust_score", "publish_bulletin"})
#: Worth delegating at all: a role that only looks needs nobody in its place.
ACTING = DECIDING | {"manage_evidence", "sign_sheet", "score_week", "draft_bulletin"}
#: Nobody delegates for longer; whoever is away longer is replaced.
LONGEST_DAYS = 92


def delegable(capabilities: Collection[str]) -> frozenset[str]:
    """Of a role's capabilities those that a delegate gets."""
    return DELEGABLE & frozenset(capabilities)


def can_be_delegated(capabilities: Collection[str]) -> bool:
    return bool(ACTING & frozenset(capabilities))


def office_path(path: str, level: str, parent_path: str) -> str:
    """The subtree in which a delegate is looked for: a village's township, a township itself."""
    return parent_path if level == "village" else path


def may_stand_in(
    *,
    principal: Collection[str],
    at: str,
    level: str,
    parent: str,
    own: Collection[str],
    own_at: str,
) -> bool:
    """Whether somebody who holds `own` capabilities at path `own_at` may act for a role of `principal`'s at `at`.

    A township and its villages are one office; above them an office is the unit's own node. Who decides about people
    is stood in for by who does so himself; for signing and entering, anybody of the office is enough who does any of it.
    """
    if level in ("township", "village"):
        near = covers(office_path(at, level, parent), own_at)
    else:
        near = own_at == at
    needed = DECIDING if DECIDING & frozenset(principal) else ACTING
    return near and bool(needed & frozenset(own))


@dataclass(frozen=True)
class Term:
    """Half-open dates."""

    begins: date
    ends: date | None

    def overlaps(self, other: "Term") -> bool:
        return (self.ends is None or other.begins < self.ends) and (other.ends is None or self.begins < other.ends)


def fault_of(asked: Term, *, today: date, within: Iterable[Term], taken: Iterable[Term], is_delegate: bool) -> str:
    """Why a delegation for this time cannot be, as a code; "" when it can. `within` are what it must lie in."""
    if is_delegate:
        return "chain"
    if asked.ends is None or asked.ends <= asked.begins:
        return "dates"
    if asked.begins < today:
        return "past"
    if (asked.ends - asked.begins).days > LONGEST_DAYS:
        return "long"
    for term in within:
        if asked.begins < term.begins or (term.ends is not None and asked.ends > term.ends):
            return "outside"
    return "taken" if any(asked.overlaps(other) for other in taken) else ""


def acts_for(path: str, *, own: Iterable[str], lent: Mapping[str, int]) -> int | None:
    """For whom an act at `path` is done: `own` are paths where the right is one's own, `lent` those by delegation.

    Who holds the right himself acts for himself. Of two delegations that reach the place the nearest counts.
    """
    if any(covers(each, path) for each in own):
        return None
    reaching = [each for each in lent if covers(each, path)]
    return lent[max(reaching, key=len)] if reaching else None


def in_place_of(actor: object, principal: object | None) -> str:
    """王某代李某, or his own name alone."""
    return f"{actor or ''}代{principal}" if principal else str(actor or "")
