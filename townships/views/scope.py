"""The unit of a page, taken from its address: reach is in the URL, never in the session."""

from datetime import date
from functools import wraps

from django.http import Http404

from townships.access import unit_for
from townships.models import AdministrativeUnit
from townships.periods import BadPeriod, Month, Week

FIRST_YEAR, LAST_YEAR = 2000, 2100


def unit_at(request, code: str, capability: str) -> AdministrativeUnit:
    """The unit with this division code: 404 when out of reach, 403 when the right is missing there.

    Kept on the request, so that the frame shows the same unit as the page.
    """
    request.unit = unit_for(request.user, code, capability)
    return request.unit


def unit_view(capability: str):
    """For views under units/<code>/: the unit in place of its code."""

    def decorate(view):
        @wraps(view)
        def with_unit(request, code, **kwargs):
            return view(request, unit_at(request, code, capability), **kwargs)

        return with_unit

    return decorate


def _of_our_time(year: int) -> None:
    """The edge of the calendar has no week after it, and nothing of ours is there."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404


def month_or_404(text: str) -> Month:
    try:
        month = Month.parse(text)
    except BadPeriod as error:
        raise Http404 from error
    _of_our_time(month.year)
    return month


def week_or_404(text: str) -> Week:
    try:
        week = Week.parse(text)
    except BadPeriod as error:
        raise Http404 from error
    _of_our_time(week.year)
    return week


def day_or_404(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise Http404 from error
    _of_our_time(day.year)
    return day
