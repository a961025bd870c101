"""What the clock asks for: a run for last week's scores, a run for last month's drafts."""

from datetime import date

from django.db.models import Q

from cadres.models import Posting
from townships import jobs
from townships.models import AdministrativeUnit, Job
from townships.periods import Month, Week

SCORE_RUN, SCORE_UNIT = "score_last_week", "score_week"
DRAFT_RUN, DRAFT_UNIT = "draft_last_month", "draft_bulletin"


def schedule_scoring(*, week: Week) -> list[Job]:
    """Queue the scoring of a week for every township with people posted in it; asked again, nothing is queued twice.

    Every township has a scheme: its own, an ancestor's, or the packaged one.
    """
    return jobs.enqueue_runs(
        kind=SCORE_RUN,
        child_kind=SCORE_UNIT,
        key=f"{SCORE_RUN}:{week}",
        payload={"week": str(week)},
        units=townships_with_people(week.monday, week.sunday),
    )


def schedule_drafts(*, month: Month) -> list[Job]:
    """Queue the draft bulletin of a month for every township with people posted in one of its weeks."""
    first, last = month.weeks[0].monday, month.weeks[-1].sunday
    return jobs.enqueue_runs(
        kind=DRAFT_RUN,
        child_kind=DRAFT_UNIT,
        key=f"{DRAFT_RUN}:{month}",
        payload={"month": str(month)},
        units=townships_with_people(first, last),
    )


def townships_with_people(first: date, last: date):
    """Townships where somebody has a posting day in [first, last], at a village or at the township itself."""
    posted = Posting.objects.active_between(first, last).order_by()
    return AdministrativeUnit.objects.townships().filter(
        Q(pk__in=posted.values("village__parent")) | Q(pk__in=posted.values("village"))
    )
