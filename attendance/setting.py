"""The circumstances of a judgement: rules, calendar, exemptions and fences below one unit in a span of days.

Four queries, whatever the number of people. The calendar table is the only source of public holidays at run time;
only where a year has no seeded row yet does the library it is seeded from stand in.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from attendance import holiday_library
from attendance.calendar import WorkCalendar, required_days
from attendance.geofence import Circle
from attendance.ledger import day_bit
from attendance.models import CalendarDay, ExemptDay, Fence
from attendance.policies import attendance_book
from attendance.policy_document import AttendanceRules
from attendance.service import Service, Span
from townships.paths import ancestors, covers
from townships.querysets import in_ranges


def work_calendar(years: Iterable[int]) -> WorkCalendar:
    """Holidays and make-up workdays of some years: seeded and corrected rows, else what the library knows."""
    wanted = sorted(set(years))
    rows = CalendarDay.objects.filter(day__range=(date(wanted[0], 1, 1), date(wanted[-1], 12, 31)))
    kept = list(rows.order_by("day").values_list("day", "kind", "source"))
    seeded = {day.year for day, _, source in kept if source == holiday_library.SOURCE}
    library = [(d.day, d.kind) for year in wanted if year not in seeded for d in holiday_library.days_of(year)]
    return WorkCalendar.of([*library, *((day, kind) for day, kind, _ in kept)])


class Setting:
    """Rules, required days and fences by path and week of a span."""

    def __init__(self, path: str, span: Span):
        self.span = span
        self.calendar = work_calendar(span.years)
        self._policies = attendance_book(path)
        self._plans: dict[str, list[tuple[AttendanceRules, int]]] = {}
        self._owed: dict[tuple[str, int], frozenset[date]] = {}
        near = Q(unit__path__in=ancestors(path)) | in_ranges("unit__path", [path])
        in_span = ExemptDay.objects.filter(near, day__range=(span.first, span.last))
        self._exempt = list(in_span.order_by().values_list("unit__path", "day"))
        self._fences: dict[int, list[tuple]] = defaultdict(list)
        columns = ("unit_id", "latitude", "longitude", "radius_m", "begins", "ends")
        for unit, *fence in Fence.objects.filter(in_ranges("unit__path", [path])).order_by().values_list(*columns):
            self._fences[unit].append(tuple(fence))

    @property
    def notices(self) -> tuple[str, ...]:
        """What the reader should know about the calendar: years that are not announced yet."""
        return self.calendar.notices(self.span.years)

    def rules(self, path: str, week: int) -> AttendanceRules:
        """The rules of a unit in a week of the span."""
        return self._plan(path)[week][0]

    def required(self, path: str, week: int) -> int:
        """The days of a week that a unit's members owe, as a set."""
        return self._plan(path)[week][1]

    def _plan(self, path: str) -> list[tuple[AttendanceRules, int]]:
        if path not in self._plans:
            exempt = {day for unit, day in self._exempt if covers(unit, path)}
            plan = []
            for week, monday in enumerate(self.span.mondays):
                rules = self._policies.at(path, monday).rules
                owed = self._workdays(rules.required_days, week) - exempt
                plan.append((rules, sum(day_bit(i) for i, d in enumerate(self.span.weeks[week]) if d in owed)))
            self._plans[path] = plan
        return self._plans[path]

    def _workdays(self, kind: str, week: int) -> frozenset[date]:
        if (kind, week) not in self._owed:
            self._owed[kind, week] = required_days(kind, self.calendar, self.span.weeks[week])
        return self._owed[kind, week]

    def fences_of(self, services: Iterable[Service]) -> dict[int, dict[str, tuple[Circle, ...]]]:
        """For each posting whose village has a fence: the circles in force on each day (ISO text)."""
        by_village: dict[int, dict[str, tuple[Circle, ...]]] = {}
        found = {}
        for service in services:
            if service.village_id in self._fences:
                if service.village_id not in by_village:
                    by_village[service.village_id] = self._circles(service)
                found[service.id] = by_village[service.village_id]
        return found

    def _circles(self, service: Service) -> dict[str, tuple[Circle, ...]]:
        by_day = {}
        for week, days in enumerate(self.span.weeks):
            radius = self.rules(service.path, week).fence_m
            circles = [
                Circle(lat, lon, own or radius, *dates) for lat, lon, own, *dates in self._fences[service.village_id]
            ]
            for day in days:
                by_day[day.isoformat()] = tuple(circle for circle in circles if circle.holds_on(day))
        return by_day
