"""The parts of one's own data in the order they are read."""

from reports import own_evidence, own_person, own_scores
from reports.own_data import Part, owner_of
from townships.models import User


def parts_of(user: User, *, whole: bool) -> list[Part]:
    """All parts; without a roster entry the account's alone. `whole` writes the identity number in full."""
    owner = owner_of(user, whole=whole)
    about_account = [own_person.account(user), own_person.appointments(user), own_person.tokens(user)]
    if owner is None:
        return [*about_account, own_person.logins(user)]
    return [
        own_person.person(owner),
        own_person.postings(owner),
        own_person.teams(owner),
        *own_scores.scores(own_scores.score_rows(owner)),
        own_scores.score_changes(owner),
        own_scores.manual_items(owner),
        own_scores.bulletins(owner),
        own_evidence.leaves(owner),
        own_evidence.decisions(owner),
        own_evidence.trips(owner),
        own_evidence.check_ins(owner),
        own_evidence.marks(owner),
        own_evidence.findings(owner),
        own_evidence.reviews(owner),
        own_evidence.meetings(owner),
        own_evidence.talks(owner),
        own_person.corrections(owner),
        own_person.changes(owner),
        own_person.looks(owner),
        *about_account,
        own_person.logins(user),
    ]
