"""The unit of a page, taken from its address: reach is in the URL, never in the session."""

from functools import wraps

from django.http import Http404

from townships.access import unit_for
from townships.models import AdministrativeUnit
from townships.periods import BadPeriod, Month, Week


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


def month_or_404(text: str) -> Month:
    try:
        return Month.parse(text)
    except BadPeriod as error:
        raise Http404 from error


def week_or_404(text: str) -> Week:
    try:
        return Week.parse(text)
    except BadPeriod as error:
        raise Http404 from error
