"""Move, merge, split and abolish units: the whole of it in one transaction, or none of it."""

from collections import defaultdict
from dataclasses import replace

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from attendance.actions.carry_days import carry_absences, carry_exemptions, carry_fences, carry_policies
from attendance.actions.transfer import Move, transfer_all
from cadres.actions.carry_teams import carry_teams
from cadres.lifecycle import State, may_move
from cadres.models import Cadre, Posting
from reports.models import ScoringScheme
from reports.unit_forecast import forecast
from reports.unit_orders import CARRIED, Forecast, Order
from townships import audit, wall
from townships.access import require
from townships.actions.carry_offices import (
    carry_appointments,
    carry_facilities,
    carry_institutions,
    carry_roles,
)
from townships.actions.rename_unit import UnitChangeRefused, require_ordering
from townships.actions.succeed_units import lock, succeed_units
from townships.carrying import Carrying
from townships.divisions import MOVE, Plan
from townships.history import HistoryNote
from townships.models import AdministrativeUnit, UnitChange, UnitSuccession, User
from townships.paths import ancestors
from townships.periods import today
from townships.querysets import in_ranges
from townships.receipts import Receipt, ranges_of

Units = dict[int, AdministrativeUnit]


def require_order(order: Order, actor: User | None) -> None:
    """The rights an order takes: manage_units above every unit that changes and above every unit that begins."""
    for unit in order.sources:
        require_ordering(actor, unit)
    if order.target is not None and order.kind == MOVE:
        require(actor, "manage_units", order.target)
    elif order.target is not None:
        require_ordering(actor, order.target)


@transaction.atomic
def change_units(*, order: Order, actor: User | None) -> UnitChange:
    """Carry out an order. Refused with the list of what stands in the way; then nothing was written.

    People, roles, teams and what else the order does not leave behind go on at the units that follow, from the day on;
    everything before it stays where it happened. A constant number of queries for any number of villages and people.
    """
    require_order(order, actor)
    order = _locked(order)
    found = forecast(order, actor=actor)
    if found.blocks:
        raise UnitChangeRefused(
            found.blocks[0] if len(found.blocks) == 1 else _several(found.blocks), blocks=found.blocks
        )
    with wall.beyond("what belongs to a unit goes along whoever looks after it"):
        change = _written(found, actor)
    return change


def _written(found: Forecast, actor: User | None) -> UnitChange:
    order = found.order
    change = _change(found, actor)
    note = HistoryNote(actor=actor, reason=f"{change.get_kind_display()}：{order.unit.name}"[:100])
    carrying = Carrying(order.day, {}, note)
    units = succeed_units(plan=found.plan, units=found.units, carrying=carrying, change=change, actor=actor)
    carrying.heirs = {old: units[new] for old, new in found.plan.heirs.items() if old != new}
    _carry(found, units, carrying, actor)
    successions = [Receipt(UnitSuccession._meta.label_lower, one.pk, made=True) for one in change.successions.all()]
    change.receipts = carrying.receipts() | {"successions": ranges_of(successions)}
    change.counts = {key: number for key, number in carrying.counts.items() if number}
    change.save(update_fields=["receipts", "counts"])
    _tell(found, units, change, actor)
    return change


def _several(blocks: list[str]) -> str:
    return f"有 {len(blocks)} 项要先处理：{blocks[0]}"


def _locked(order: Order) -> Order:
    """The order with its units as they are now, locked with their counties: no import runs meanwhile."""
    named = [unit for unit in (*order.sources, order.target) if unit is not None]
    above = {path for unit in named for path in ancestors(unit.path)}
    counties = set(AdministrativeUnit.objects.filter(path__in=above, level="county").values_list("path", flat=True))
    lock(counties | {unit.path for unit in named} | {unit.parent.path for unit in named if unit.parent})
    _lock_people([unit.path for unit in order.sources])
    fresh = {unit.pk: unit for unit in AdministrativeUnit.objects.filter(pk__in=[unit.pk for unit in named])}
    target = fresh[order.target.pk] if order.target is not None else None
    return replace(order, unit=fresh[order.unit.pk], others=tuple(fresh[one.pk] for one in order.others), target=target)


def _lock_people(paths: list[str]) -> None:
    """Nobody else moves these people or files anything about them meanwhile; in the order that `transfer` locks."""
    postings = Posting.objects.filter(in_ranges("village__path", paths), Q(ends__isnull=True) | Q(ends__gt=today()))
    keys = list(postings.order_by("pk").values_list("pk", "cadre_id"))
    list(Cadre.objects.select_for_update().filter(pk__in={cadre for _, cadre in keys}).order_by("pk").only("pk"))
    list(Posting.objects.select_for_update().filter(pk__in=[pk for pk, _ in keys]).order_by("pk").only("pk"))


def _change(found: Forecast, actor: User | None) -> UnitChange:
    order = found.order
    return UnitChange.objects.create(
        unit=_above_all(found), kind=order.kind, day=order.day, document_number=order.document_number.strip()[:60],
        reason=order.reason.strip()[:200], actor=actor, made_at=timezone.now(),
        choices={
            "left": sorted(order.left),
            "appointments_left": sorted(order.appointments_left),
            "names": {code: list(one) for code, one in order.names.items()},
            "shares": dict(order.shares),
            "people": {str(pk): to for pk, to in order.people.items()},
        },
    )  # fmt: skip


def _above_all(found: Forecast) -> AdministrativeUnit | None:
    """The lowest unit above everything that changes; None across provinces."""
    order = found.order
    named = [unit for unit in (*order.sources, order.target) if unit is not None]
    above = [unit if unit is order.target and order.kind == MOVE else unit.parent for unit in named]
    tops = [unit.path if unit is not None else "" for unit in above]
    common = set.intersection(*(set(ancestors(path)) for path in tops))
    return AdministrativeUnit.objects.filter(path__in=common).order_by("-path").first()


# ---- carrying


def _carry(found: Forecast, units: Units, carrying: Carrying, actor: User | None) -> None:
    left = found.order.left
    followed = _carry_people(found, units, carrying, actor)
    carry_absences(followed=followed, carrying=carrying)
    carry_roles(carrying=carrying)
    _carry_appointments(found, units, carrying, actor)
    carry_teams(teams=found.teams, left="teams" in left, carrying=carrying)
    if "institutions" not in left:
        carry_institutions(carrying=carrying)
    if "facilities" not in left:
        carry_facilities(carrying=carrying)
    if "fences" not in left:
        carry_fences(carrying=carrying)
    if "exemptions" not in left:
        carry_exemptions(parents=_became(found.plan, units), carrying=carrying)
    if "policies" not in left:
        # Of several that become one the first one's rules go on; a unit that was there keeps its own.
        origins = [(born.of[0], units[born.key]) for born in found.plan.born if born.of]
        carry_policies(origins=origins, carrying=carrying)
        carry_policies(origins=origins, carrying=carrying, models=(ScoringScheme,))


def _became(plan: Plan, units: Units) -> dict[int, list[AdministrativeUnit]]:
    """Every unit that an old one went on as."""
    pairs = {(old, born.key) for born in plan.born for old in born.of}
    pairs |= {(old, new) for old, new in plan.heirs.items() if old != new}
    became: dict[int, list[AdministrativeUnit]] = defaultdict(list)
    for old, new in sorted(pairs):
        became[old].append(units[new])
    return became


def _carry_people(found: Forecast, units: Units, carrying: Carrying, actor: User | None) -> dict[int, Posting]:
    """The new postings by the key of the old; those whose people go nowhere end."""
    day, reason = carrying.day, carrying.note.reason
    same = found.plan.kind != "abolish"
    moves = [Move(one.posting, units[one.to], same_place=same) for one in found.moving]
    for move in moves:
        carrying.changed.append(_ending(move.posting, day, State.TRANSFERRED))
    following = transfer_all(moves=moves, begins=day, actor=actor, reason=reason, told=False)
    carrying.keep(following)
    carrying.change((one.posting, {"ends": day, "state": _state_after(one.posting)}) for one in found.ending)
    carrying.counts["people"] = len(following)
    carrying.counts["people_ended"] = len(found.ending)
    return {move.posting.pk: new for move, new in zip(moves, following, strict=True)}


def _ending(posting: Posting, day, state: State) -> Receipt:
    return Receipt(
        Posting._meta.label_lower, posting.pk,
        old={"ends": posting.ends.isoformat() if posting.ends else None, "state": posting.state},
        new={"ends": day.isoformat(), "state": state.value},
    )  # fmt: skip


def _state_after(posting: Posting) -> str:
    """A posting that ends with its village waits for the final assessment."""
    closing = State.CLOSING
    return closing.value if may_move(State(posting.state), closing) else posting.state


def _carry_appointments(found: Forecast, units: Units, carrying: Carrying, actor: User | None) -> None:
    """Roles go on with the unit; those of posted people with their posting. Nobody carries his own along."""
    if "appointments" in found.order.left:
        left = {one.pk for one in found.appointments}
    else:
        left = set(found.order.appointments_left)
        if actor is not None:
            left |= {one.pk for one in found.appointments if one.user_id == actor.pk}
    goes = {one.pk: units[key] for one in found.appointments if (key := found.goes(one)) is not None}
    if actor is not None and {one.pk for one in found.appointments} - left:
        tops = [born for born in found.plan.born if born.parent > 0]
        for unit in {units[born.parent].pk: units[born.parent] for born in tops}.values():
            require(actor, "manage_appointments", unit)
    carry_appointments(appointments=found.appointments, left=left, goes=goes, carrying=carrying)


# ---- the trail


def _tell(found: Forecast, units: Units, change: UnitChange, actor: User | None) -> None:
    """One entry at every unit above something that ended or began, each telling of its own side alone."""
    ended, sides = set(found.plan.ended), defaultdict(lambda: {"before": [], "after": []})
    for key in found.plan.ended:
        unit = units[key]
        if unit.parent_id not in ended and unit.parent is not None:
            sides[unit.parent_id]["before"].append({"name": unit.name, "code": unit.division_code})
    for born in found.plan.born:
        if born.parent > 0:
            sides[born.parent]["after"].append({"name": born.name, "code": born.code})
    if found.order.target is not None and found.order.kind != MOVE:
        kept = found.order.target
        sides[kept.parent_id]["after"].append({"name": kept.name, "code": kept.division_code})
    for parent, side in sides.items():
        names = "、".join(one["name"] for one in side["before"] or side["after"])
        audit.record(
            actor=actor,
            act="unit.changed",
            unit=units[parent],
            subject=f"{change.get_kind_display()}：{names}"[:200],
            details={
                "kind": change.kind,
                "day": change.day.isoformat(),
                "document": change.document_number,
                "left": [CARRIED[key] for key in sorted(found.order.left)],
                **side,
            },
        )
