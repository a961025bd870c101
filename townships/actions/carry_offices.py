"""What belongs to a unit itself goes to the unit that follows it: roles, the directory of institutions, facilities."""

from collections.abc import Collection, Mapping, Sequence

from townships.actions.appoint import wear
from townships.carrying import Carrying, copy_of
from townships.models import AdministrativeUnit, Appointment, Facility, Institution, Role, UnitPermission
from townships.permission_rows import write_permissions
from townships.role_book import book_of
from townships.roles import ROLES


def carry_roles(*, carrying: Carrying) -> None:
    """Enter what the old units said of roles at the successors too.

    A role of their own always; of a standard role only at a unit that begins with this change, for at one that was
    there it would change what others hold. Where two say something of one role, the first counts.
    """
    rows = Role.objects.filter(unit__in=list(carrying.heirs)).order_by("pk")
    heirs = {unit.pk for unit in carrying.heirs.values()}
    there = set(Role.objects.filter(unit__in=heirs).values_list("unit_id", "key"))
    new = []
    for row in rows:
        heir = carrying.heirs[row.unit_id]
        is_new = heir.begins == carrying.day
        if (heir.pk, row.key) not in there and (is_new or row.key not in ROLES):
            there.add((heir.pk, row.key))
            new.append(copy_of(row, unit=heir))
    carrying.make(Role, new)
    carrying.counts["roles"] = len(new)


def carry_appointments(
    *,
    appointments: Sequence[Appointment],
    left: Collection[int],
    goes: Mapping[int, AdministrativeUnit],
    carrying: Carrying,
) -> None:
    """End roles at units that end, and begin the same at the successors unless they are `left` (keys).

    `goes` says where each (by key) goes on; nowhere, when it is not in it, nor where there is no such role. Whoever holds
    the role there already does not get it twice. What the role holds and is called is what it is there. Delegations go
    on with the appointments they came from; at the old unit they end with them.
    """
    book = book_of(*(unit.path for unit in goes.values()))
    held = set(
        Appointment.objects.own()
        .in_force(carrying.day)
        .filter(unit__in={unit.pk for unit in goes.values()})
        .values_list("user_id", "role", "unit_id")
    )
    following: dict[int, Appointment] = {}
    for one in appointments:
        heir = goes.get(one.pk)
        key = (one.user_id, one.role, heir.pk if heir else None)
        terms = book.at(one.role, heir.path) if heir else None
        if terms is None or one.pk in left or key in held:
            continue
        held.add(key)
        following[one.pk] = copy_of(one, unit=heir, begins=carrying.day)
        wear(following[one.pk], terms)
    carrying.change((one, {"ends": carrying.day}) for one in appointments)
    carrying.make(Appointment, list(following.values()))
    rows = Appointment.objects.delegations().filter(delegated_from__in=list(following), withdrawn_on__isnull=True)
    lent = []
    for one in rows.filter(ends__gt=carrying.day).order_by("pk"):
        office = following[one.delegated_from_id]
        terms = {"unit": office.unit, "title": office.title, "acts_as": office.acts_as}
        lent.append(copy_of(one, delegated_from=office, begins=max(one.begins, carrying.day), **terms))
    carrying.make(Appointment, lent)
    every = [*following.values(), *lent]
    write_permissions(every, book)
    carrying.keep(list(UnitPermission.objects.filter(appointment__in=every).only("pk")))
    carrying.counts["appointments"] = len(following)
    carrying.counts["appointments_ended"] = len(appointments) - len(following)
    carrying.counts["delegations"] = len(lent)


def carry_institutions(*, carrying: Carrying) -> None:
    """Enter the institutions of the old units in the directories of the successors too.

    Postings go on naming the institution that sent them: it follows its people wherever their village belongs.
    """
    rows = Institution.objects.filter(unit__in=list(carrying.heirs)).order_by("pk")
    heirs = {unit.pk for unit in carrying.heirs.values()}
    there = set(Institution.objects.filter(unit__in=heirs).values_list("unit_id", "normalised_name"))
    new = []
    for row in rows:
        heir = carrying.heirs[row.unit_id]
        if (heir.pk, row.normalised_name) not in there:
            there.add((heir.pk, row.normalised_name))
            new.append(copy_of(row, unit=heir))
    carrying.make(Institution, new)
    carrying.counts["institutions"] = len(new)


def carry_facilities(*, carrying: Carrying) -> None:
    """Enter the facilities at the successors; of a kind that both have there are then as many as in both."""
    rows = Facility.objects.filter(unit__in=list(carrying.heirs)).order_by("pk")
    heirs = {unit.pk for unit in carrying.heirs.values()}
    there = {(one.unit_id, one.kind): one for one in Facility.objects.filter(unit__in=heirs)}
    more: dict[int, tuple[Facility, int]] = {}
    new = []
    for row in rows:
        heir = carrying.heirs[row.unit_id]
        kept = there.get((heir.pk, row.kind))
        if kept is None:
            there[heir.pk, row.kind] = copy_of(row, unit=heir)
            new.append(there[heir.pk, row.kind])
        elif kept.pk is None:
            kept.quantity += row.quantity
        else:
            more[kept.pk] = kept, more.get(kept.pk, (kept, kept.quantity))[1] + row.quantity
    carrying.make(Facility, new)
    carrying.change((kept, {"quantity": quantity}) for kept, quantity in more.values())
    carrying.counts["facilities"] = len(new) + len(more)
