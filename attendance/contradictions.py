"""Days on which sources disagree, with what each says and what was done about it."""

from dataclasses import dataclass
from datetime import date

from attendance.day_evidence import DayEvidence, Proof
from attendance.ledgers import Contradiction, UnitLedger, ledger_for
from attendance.models import DayReview
from attendance.signs import FLAG_WORDS, SERIOUS, words_of
from cadres.models import Posting, Talk


@dataclass(frozen=True)
class Case:
    """One person's day on which sources disagree."""

    posting: int
    cadre: int
    name: str
    village: str
    day: date
    status: str
    flags: list[str]
    proofs: list[Proof]
    review: DayReview | None
    talk: Talk | None

    @property
    def is_open(self) -> bool:
        return self.review is None and self.talk is None

    @property
    def headline(self) -> str:
        return "；".join(FLAG_WORDS[flag] for flag in self.flags if flag in SERIOUS)


def _found(user, unit, first: date, last: date, today: date) -> list[Contradiction]:
    postings = Posting.objects.reachable_by(user, "view_attendance")
    return ledger_for(unit=unit, first=first, last=last, today=today, postings=postings).contradictions()


def _handled(user, postings: set[int], first: date, last: date) -> tuple[dict, dict]:
    """The latest review and talk of each (posting, day)."""
    span = {"posting__in": postings}
    reviews = DayReview.objects.reachable_by(user, "view_attendance").filter(**span, day__gte=first, day__lte=last)
    talks = Talk.objects.reachable_by(user, "view_attendance").filter(**span, about_day__gte=first, about_day__lte=last)
    return (
        {
            (one.posting_id, one.day): one
            for one in reviews.select_related("reviewed_by", "on_behalf_of").order_by("at", "pk")
        },
        {(one.posting_id, one.about_day): one for one in talks.order_by("held_on", "pk")},
    )


def cases(user, unit, first: date, last: date, today: date) -> list[Case]:
    """Cases of a unit's subtree from `first` to `last`, the open ones first, then the latest."""
    found = _found(user, unit, first, last, today)
    postings = {one.service.id for one in found}
    evidence = DayEvidence(user, postings, first, last)
    reviews, talks = _handled(user, postings, first, last)
    made = [
        Case(
            posting=one.service.id,
            cadre=one.service.cadre_id,
            name=one.service.name,
            village=one.service.village,
            day=one.line.day,
            status=words_of(one.line.am, one.line.pm),
            flags=one.line.flags,
            proofs=evidence.of(one.service.id, one.line.day),
            review=reviews.get((one.service.id, one.line.day)),
            talk=talks.get((one.service.id, one.line.day)),
        )
        for one in found
    ]
    return sorted(made, key=lambda case: not case.is_open)


def open_days(user, ledger: UnitLedger) -> list[Contradiction]:
    """The contradictions of a loaded ledger that nobody has looked into yet, latest first; two queries."""
    found = ledger.contradictions()
    span = ledger.span
    reviews, talks = _handled(user, {one.service.id for one in found}, span.first, span.last)
    handled = reviews.keys() | talks.keys()
    return [one for one in found if (one.service.id, one.line.day) not in handled]
