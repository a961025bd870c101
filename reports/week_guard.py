"""Who may touch the scores of a week just now, and which are frozen."""

from collections.abc import Iterable

from django.db.models import Q

from reports.models import WeekLock
from townships.models import AdministrativeUnit
from townships.paths import ancestors, covered
from townships.querysets import in_ranges


def hold_townships(township_ids: Iterable[int]) -> None:
    """Until the transaction ends nobody else scores or publishes these townships' weeks.

    Whoever publishes a unit holds all its townships. A share of the row is left to foreign keys, so evidence can
    still be entered; SQLite has one writer anyway.
    """
    rows = AdministrativeUnit.objects.select_for_update(no_key=True).filter(pk__in=set(township_ids))
    list(rows.order_by("pk").values_list("pk", flat=True))


class FrozenWeek:
    """The subtrees in which a published bulletin has frozen a week."""

    def __init__(self, path: str, week: str):
        reach = Q(unit__path__in=ancestors(path)) | in_ranges("unit__path", [path])
        locks = WeekLock.objects.filter(reach, week=week).order_by("unit__path")
        self._paths = tuple(locks.values_list("unit__path", flat=True))

    def covers(self, path: str) -> bool:
        return covered(path, self._paths)

    def __bool__(self) -> bool:
        return bool(self._paths)
