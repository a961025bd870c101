"""Take a change of units back, as long as nobody has worked with what it made."""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from cadres import receipts_store
from cadres.receipts_store import Written
from townships import audit, wall
from townships.actions.rename_unit import UnitChangeRefused, require_ordering, take_up_names
from townships.divisions import RENAME
from townships.history import HistoryNote, keep_history
from townships.models import AdministrativeUnit, UnitChange, UnitSuccession, User
from townships.periods import chinese_date, today
from townships.receipts import Receipt, made_in


def require_withdrawing(change: UnitChange, actor: User | None) -> None:
    """The rights that ordering it took."""
    with wall.beyond("the right is wanted on every side, also where one sees his own alone"):
        sides = list(UnitSuccession.objects.filter(change=change).select_related("unit__parent"))
    ended = {side.unit_id for side in sides if side.side == UnitSuccession.Side.BEFORE}
    began = {side.unit_id: side.unit for side in sides}
    for unit in began.values():
        if unit.parent_id not in ended and unit.parent_id not in began:
            require_ordering(actor, unit)


def written_by(change: UnitChange) -> Written:
    written = Written()
    written.take(made_in(change.receipts.get("made", ())))
    written.take(Receipt.from_json(one) for one in change.receipts.get("changed", ()))
    return written


def what_depends(change: UnitChange, *, reader: User | None) -> list[str]:
    """Sentences on what stands in the way; empty when the change can be taken back."""
    if change.withdrawn_at is not None:
        return ["这次变更已经撤回。"]
    if change.kind == RENAME:
        return _renamed_since(change)
    written = written_by(change)
    written.take(made_in(change.receipts.get("successions", ())))
    return receipts_store.obstacles(written, since=change.made_at, reader=reader)


def _renamed_since(change: UnitChange) -> list[str]:
    name = change.names.select_related("unit").get()
    later = name.unit.names.filter(begins__gt=name.begins).order_by("begins").first()
    if later is not None:
        return [f"{chinese_date(later.begins)}又改名为{later.name}：请先撤回那一次。"]
    before = change.choices["before"]
    with wall.beyond("a division code is used once in the nation"):
        taken = AdministrativeUnit.objects.filter(division_code=before["code"]).exclude(pk=name.unit_id).exists()
    if taken:
        return [f"原代码 {before['code']} 已有别的单位在用，不能改回。"]
    return []


@transaction.atomic
def withdraw_change(*, change: UnitChange, actor: User | None, reason: str = "") -> UnitChange:
    """Delete what the change made and restore what it ended, all or nothing; the change stays readable as withdrawn.

    The right is the one that ordering took. Refused with the list of what depends on it.
    """
    require_withdrawing(change, actor)
    change = UnitChange.objects.select_for_update(of=("self",)).get(pk=change.pk)
    if depends := what_depends(change, reader=actor):
        raise UnitChangeRefused(f"不能撤回：{depends[0]}", blocks=depends)
    note = HistoryNote(actor=actor, reason=f"撤回{change.get_kind_display()}"[:100])
    places = _places_told(change)
    with wall.beyond("what belongs to a unit comes back whoever looks after it"):
        _take_back(change, note)
    change.withdrawn_at, change.withdrawn_by, change.withdraw_reason = timezone.now(), actor, reason.strip()[:200]
    change.save(update_fields=["withdrawn_at", "withdrawn_by", "withdraw_reason"])
    _tell(change, places, actor)
    return change


def _take_back(change: UnitChange, note: HistoryNote) -> None:
    if change.kind == RENAME:
        _take_back_name(change, note)
    else:
        written = written_by(change)
        units = written.made.get(AdministrativeUnit, [])
        change.successions.filter(Q(side=UnitSuccession.Side.AFTER, unit__in=units)).delete()
        change.successions.filter(other__in=units).update(other=None)
        receipts_store.take_back(written, note=note)


def _take_back_name(change: UnitChange, note: HistoryNote) -> None:
    """The name before comes back with its day: it is taken up again as if it came today."""
    name = change.names.select_related("unit").get()
    unit, was_taken_up = name.unit, name.taken_up_at is not None
    name.delete()
    if was_taken_up:
        before = change.choices["before"]
        unit.name, unit.division_code = before["name"], before["code"]
        unit.save_without_historical_record(update_fields=["name", "division_code"])
        keep_history(AdministrativeUnit, [unit.pk], change="~", note=note)
    take_up_names(day=today())


def _places_told(change: UnitChange) -> list[tuple[AdministrativeUnit, list[str]]]:
    """Every unit that the change was told at, with the names of its own side."""
    tops: dict[int, tuple[AdministrativeUnit, list[str]]] = {}
    sides = list(change.successions.select_related("unit__parent").order_by("unit__path"))
    below = {side.unit_id for side in sides}
    for side in sides:
        if side.unit.parent is not None and side.unit.parent_id not in below:
            names = tops.setdefault(side.unit.parent_id, (side.unit.parent, []))[1]
            if side.unit.name not in names:
                names.append(side.unit.name)
    return list(tops.values())


def _tell(change: UnitChange, places: list[tuple[AdministrativeUnit, list[str]]], actor: User | None) -> None:
    for parent, names in places:
        details = {
            "kind": change.kind,
            "day": change.day.isoformat(),
            "reason": change.withdraw_reason,
            "names": names,
        }
        subject = f"{change.get_kind_display()}：{'、'.join(names)}"[:200]
        audit.record(actor=actor, act="unit.change_withdrawn", unit=parent, subject=subject, details=details)
