"""What the pure leave rules need from the database: required days around a leave, and the person's other requests."""

from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q

from attendance.approvers import Holders
from attendance.leave import JOINS, NoTierCovers, Required, Route, Span, covered, judged_days, route
from attendance.leave import Half as LeaveHalf
from attendance.ledger import dates_of
from attendance.models import LeaveRequest
from attendance.policies import leave_rules
from attendance.policy_document import LeaveRules
from attendance.refusals import NoApprover, NoLeavePolicy
from attendance.service import Span as DaySpan
from attendance.setting import Setting
from cadres.models import Posting
from townships import wall
from townships.models import AdministrativeUnit

#: Requests further apart than this do not adjoin: no public holiday is as long.
AROUND = timedelta(days=31)


def span_of(leave) -> Span:
    """The span of a stored leave or trip."""
    return Span(leave.begins_on, LeaveHalf(leave.begins_half), leave.ends_on, LeaveHalf(leave.ends_half))


class RequiredDays:
    """Required days of every village of a unit, from a month before a span to a month after: four queries.

    Days beyond are taken as required: nothing is joined over what is not known.
    """

    def __init__(self, unit: AdministrativeUnit, first: date, last: date) -> None:
        self._span = DaySpan(first - AROUND, last + AROUND)
        self._setting = Setting(unit.path, self._span)
        self._known = {day for days in self._span.weeks for day in days}
        self._owed: dict[str, set[date]] = {}

    def at(self, path: str) -> Required:
        """Whether a day is required at the village of this path."""
        if path not in self._owed:
            self._owed[path] = {
                day
                for week, days in enumerate(self._span.weeks)
                for day in dates_of(self._setting.required(path, week), days[0])
            }
        owed, known = self._owed[path], self._known
        return lambda day: day in owed or day not in known


def others_of(posting: Posting, span: Span, *, exclude: int | None = None) -> list[LeaveRequest]:
    """The person's pending and approved requests near a span, whatever village he had them at."""
    near = Q(begins_on__lte=span.ends_on + AROUND, ends_on__gte=span.begins_on - AROUND)
    rows = LeaveRequest.objects.filter(near, posting__cadre_id=posting.cadre_id, state__in=JOINS)
    return list(rows.exclude(pk=exclude).order_by("begins_on", "pk"))


def standing_spans(leaves: list[LeaveRequest]) -> list[Span]:
    """What of each request still stands: the rest of a leave returned from early does not."""
    spans = (covered(span_of(leave), leave.returned_on) for leave in leaves)
    return [span for span in spans if span is not None]


def rules_for(posting: Posting, day: date) -> LeaveRules:
    """The leave rules in force at the posting's village on the day of the application."""
    rules = leave_rules(posting.village, day)
    if not rules.tiers:
        raise NoLeavePolicy
    return rules


def judged(posting: Posting, span: Span, rules: LeaveRules, required: Required) -> Decimal:
    """The length that decides the tier: that of the whole chain the request joins."""
    return judged_days(span, standing_spans(others_of(posting, span)), rules.count, required)


def route_for(posting: Posting, days: Decimal, rules: LeaveRules, holders: Holders) -> Route:
    """Who reviews and decides a leave of this counted length."""
    own_roles = holders.roles_of(posting.cadre.user_id, posting.village.path)
    try:
        return route(days, rules, posting.team_role, own_roles)
    except NoTierCovers:
        raise NoApprover from None


def is_posted_until(posting: Posting, day: date) -> bool:
    """Whether the person is posted without a gap from this posting on: a move or a merger to come breaks no leave."""
    if posting.is_active_on(day):
        return True
    with wall.beyond("that somebody is posted from day to day, not where, is asked of the whole nation"):
        later = Posting.objects.filter(cadre=posting.cadre_id, begins__gte=posting.begins).order_by("begins", "pk")
        terms = list(later.values_list("begins", "ends"))
    end = posting.ends
    for begins, ends in terms:
        if end is not None and begins <= end:
            end = None if ends is None else max(end, ends)
    return end is None or day < end
