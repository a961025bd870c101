"""Today's draws of a user or a unit, with who is still to be visited."""

from dataclasses import dataclass
from datetime import date

from attendance.models import SpotCheck, SpotCheckResult
from cadres.models import Posting


@dataclass(frozen=True)
class Visit:
    """One drawn person and what was found about him, if he was visited already."""

    posting: Posting
    result: SpotCheckResult | None


@dataclass(frozen=True)
class Round:
    check: SpotCheck
    visits: list[Visit]

    @property
    def done(self) -> int:
        return sum(1 for visit in self.visits if visit.result is not None)


def rounds_of(user, day: date, unit=None) -> list[Round]:
    """Draws of a day that the user made, or of a unit when given; three queries."""
    checks = (
        SpotCheck.objects.reachable_by(user, "view_attendance")
        .filter(day=day)
        .select_related("unit", "drawn_by", "on_behalf_of")
    )
    drawn = list((checks.within(unit) if unit else checks.filter(drawn_by=user)).order_by("-pk"))
    numbers = {one["id_number"] for check in drawn for one in check.people}
    postings = Posting.objects.reachable_by(user, "view_attendance").active_on(day).filter(cadre__id_number__in=numbers)
    by_number = {
        one.cadre.id_number: one for one in postings.select_related("cadre", "village").order_by("begins", "pk")
    }
    results = SpotCheckResult.objects.filter(check_round__in=drawn, superseded_at__isnull=True).order_by("checked_at")
    found = {(one.check_round_id, one.posting_id): one for one in results}
    return [
        Round(
            check,
            [
                Visit(posting, found.get((check.pk, posting.pk)))
                for one in check.people
                if (posting := by_number.get(one["id_number"])) is not None
            ],
        )
        for check in drawn
    ]
