"""Drawing the villages of an unannounced check."""

import secrets
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from attendance.models import CheckMethod, SpotCheck, SpotCheckResult
from attendance.refusals import NobodyToCheck
from attendance.spot_check import Draw, NothingToDraw, Person, State, Village, draw, without
from cadres.models import Posting
from townships import audit
from townships.access import can, require
from townships.acting import principal_of
from townships.models import AdministrativeUnit, User

DOUBLE_CLICK = timedelta(seconds=5)


@transaction.atomic
def draw_spot_check(
    *,
    unit: AdministrativeUnit,
    villages: int,
    day: date,
    actor: User | None,
    seed: str = "",
    method: str = CheckMethod.ONSITE,
) -> SpotCheck:
    """Draw `villages` villages of the unit and everybody posted there on `day`; nobody draws himself.

    Nor, as somebody's delegate, his principal: who may not be decided about is left out of the pool.
    At a village, the draw is among those villages of its township where the actor may check: a squad leader
    has several. The same seed from the same state finds the draw that was recorded. Without a seed, a random one; the
    button pressed twice finds the draw of the first time.
    """
    require(actor, "record_spot_check", unit)
    principal = principal_of(actor, "record_spot_check", unit)
    state = _state(unit, villages, day, actor, principal)
    try:
        drawn = draw(seed or secrets.token_hex(8), state)
    except NothingToDraw:
        raise NobodyToCheck from None
    recorded = SpotCheck.objects.filter(unit=unit, day=day, method=method, drawn_by=actor)
    if seed:
        found = recorded.filter(seed=drawn.seed, commitment=drawn.commitment).first()
    else:
        found = _just_drawn(recorded, len(drawn.villages))
    return found or _record(unit, day, method, drawn, actor, principal)


def _just_drawn(recorded: QuerySet[SpotCheck], villages: int) -> SpotCheck | None:
    """Of these the one of as many villages within the time of a double click."""
    last = recorded.filter(drawn_at__gte=timezone.now() - DOUBLE_CLICK).order_by("-pk").first()
    return last if last and len(last.villages) == villages else None


def _state(unit: AdministrativeUnit, villages: int, day: date, actor: User | None, principal: User | None) -> State:
    """What the draw is from, in three queries."""
    postings = Posting.objects.within(_pool(unit, actor)).active_on(day)
    if actor is not None:
        postings = postings.reachable_by(actor, "record_spot_check")
    people: dict[int, list[Person]] = {}
    places: dict[int, AdministrativeUnit] = {}
    for posting in postings.select_related("cadre", "village").order_by("pk"):
        places[posting.village_id] = posting.village
        people.setdefault(posting.village_id, []).append(Person(posting.cadre.id_number, posting.cadre.name))
    checked = dict(
        SpotCheckResult.objects.filter(posting__village__in=places, day__lt=day, superseded_at__isnull=True)
        .order_by()
        .values_list("posting__village")
        .annotate(last=Max("day"))
    )
    state = State(
        day,
        villages,
        tuple(
            Village(place.division_code, place.name, tuple(people[pk]), checked.get(pk)) for pk, place in places.items()
        ),
    )
    for one in (actor, principal):
        own = getattr(one, "cadre", None)
        state = without(state, own.id_number) if own else state
    return state


def _pool(unit: AdministrativeUnit, actor: User | None) -> AdministrativeUnit:
    """Where to draw from: whoever may check single villages only draws among all of his in the township."""
    if actor is None or not unit.is_village or can(actor, "record_spot_check", unit.parent):
        return unit
    return unit.parent


def _record(
    unit: AdministrativeUnit, day: date, method: str, drawn: Draw, actor: User | None, principal: User | None
) -> SpotCheck:
    check = SpotCheck.objects.create(
        unit=unit,
        day=day,
        seed=drawn.seed,
        commitment=drawn.commitment,
        method=method,
        villages=[{"code": v.code, "name": v.name} for v in drawn.villages],
        people=[
            {"id_number": p.key, "name": p.name, "village": v.name, "code": v.code}
            for v in drawn.villages
            for p in v.people
        ],
        drawn_by=actor,
        on_behalf_of=principal,
    )
    audit.record(
        actor=actor,
        act="spot_check.drawn",
        unit=unit,
        subject="、".join(v.name for v in drawn.villages),
        details={"day": day.isoformat(), "seed": drawn.seed, "commitment": drawn.commitment},
        on_behalf_of=principal,
    )
    return check
