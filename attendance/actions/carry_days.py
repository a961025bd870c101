"""What attendance keeps about a unit and its people goes along when another unit follows it.

Rows of the old unit stay as they are: it has no days any more that they could speak about.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.db.models import Q

from attendance.models import AttendancePolicy, ExemptDay, Fence, LeavePolicy, LeaveRequest, OfficialTrip, PolicyVersion
from cadres.models import Posting
from townships.carrying import Carrying, copy_of
from townships.models import AdministrativeUnit


def carry_fences(*, carrying: Carrying) -> None:
    """Places where people check in, as far as they hold on the day or later."""
    rows = Fence.objects.filter(Q(ends__isnull=True) | Q(ends__gt=carrying.day), unit__in=list(carrying.heirs))
    new = [
        copy_of(row, unit=carrying.heirs[row.unit_id], begins=max(row.begins or carrying.day, carrying.day))
        for row in rows.order_by("pk")
    ]
    carrying.make(Fence, new)
    carrying.counts["fences"] = len(new)


def carry_exemptions(*, parents: Mapping[int, list[AdministrativeUnit]], carrying: Carrying) -> None:
    """Exempt days from the day on; `parents` says which new units an old one became."""
    rows = ExemptDay.objects.filter(day__gte=carrying.day, unit__in=list(parents)).order_by("pk")
    wanted = {(unit.pk, row.day): (unit, row) for row in rows for unit in parents[row.unit_id]}
    units = {unit.pk for units in parents.values() for unit in units}
    there = set(ExemptDay.objects.filter(unit__in=units, day__gte=carrying.day).values_list("unit_id", "day"))
    new = [copy_of(row, unit=unit) for key, (unit, row) in wanted.items() if key not in there]
    carrying.make(ExemptDay, new)
    carrying.counts["exemptions"] = len(new)


def carry_policies(
    *,
    origins: Sequence[tuple[int, AdministrativeUnit]],
    carrying: Carrying,
    models: Iterable[type[PolicyVersion]] = (AttendancePolicy, LeavePolicy),
) -> None:
    """Rules of their own that units had: `origins` are pairs of the unit (key) that had them and the new unit.

    With their old dates, for a week is judged by the rules of its Monday, which may lie before the day.
    """
    for model in models:
        rows = model.objects.filter(unit__in={old for old, _ in origins})
        kept: dict[int, list[PolicyVersion]] = defaultdict(list)
        for row in rows.order_by("unit", "-effective_from", "-revision"):
            versions = kept[row.unit_id]
            # The newest that was in force that Monday, and whatever comes after it.
            if not versions or versions[-1].effective_from > _monday_of(carrying.day):
                versions.append(row)
        new = [copy_of(row, unit=unit) for old, unit in origins for row in kept[old]]
        carrying.make(model, new)
        carrying.counts["policies"] += len(new)


def _monday_of(day: date) -> date:
    return date.fromordinal(day.toordinal() - day.weekday())


def carry_absences(*, followed: Mapping[int, Posting], carrying: Carrying) -> None:
    """Leave and trips that lie wholly after the change belong to the new posting; `followed` is it by the old one's key.

    Those that began before stay with the posting they were asked for: leave and trips excuse the person wherever he is,
    and whoever is above the old village decides what is still open.
    """
    for label, model in (("leaves", LeaveRequest), ("trips", OfficialTrip)):
        rows = list(model.objects.filter(posting__in=list(followed), ends_on__gte=carrying.day).order_by("pk"))
        along = [row for row in rows if row.begins_on >= carrying.day]
        carrying.change((row, {"posting_id": followed[row.posting_id].pk}) for row in along)
        carrying.counts[label] = len(along)
        carrying.counts[f"{label}_kept"] = len(rows) - len(along)
