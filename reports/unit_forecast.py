"""What will come of an order about units: everything it touches loaded and judged, nothing written.

The same forecast is what the wizard shows and what the action carries out.
"""

from collections.abc import Mapping

from django.db.models import Q

from attendance.actions.transfer import ABOUT_THE_PERSON, Move, what_blocks
from attendance.models import LeaveRequest
from cadres.actions.close_accounts import POSTED_ROLES
from cadres.models import Posting, WorkTeam
from reports.models import ManualItem, WeekLock
from reports.unit_orders import ENDS, Forecast, Order, Person
from townships import wall
from townships.actions.rename_unit import place_of
from townships.division_codes import CodeBook, head_of
from townships.divisions import ABOLISH, MERGE, MOVE, SPLIT, Names, Plan, Planner, Tree
from townships.models import AdministrativeUnit, Appointment, UnitName, User
from townships.paths import covers
from townships.periods import Month, chinese_date
from townships.querysets import in_ranges
from townships.role_book import book_of
from townships.roles import ROLES

#: Of these a village has one.
ONE_A_VILLAGE = ("队长", "第一书记")


def forecast(order: Order, *, actor: User | None) -> Forecast:
    """Load everything an order touches and judge it; a constant number of queries."""
    units = _units_near(order)
    tree = Tree(place_of(unit) for unit in units.values())
    planner = Planner(tree, order.day, CodeBook(_codes_near(order, units)), Names(order.names))
    found = Forecast(order, _plan(order, planner), units)
    found.blocks += [problem.message for problem in found.plan.problems]
    found.warnings += [problem.message for problem in found.plan.warnings]
    if found.plan.problems:
        return found
    _load_people(found, actor)
    _load_offices(found, actor)
    _judge_reports(found)
    _warn(found)
    return found


def _units_near(order: Order) -> dict[int, AdministrativeUnit]:
    """The subtrees that change, the parents, and the units beside them, by key; one query."""
    tops = {unit.pk: unit for unit in (*order.sources, order.target) if unit is not None}
    parents = {unit.parent_id for unit in tops.values()} - {None}
    subtrees = [unit.path for unit in order.sources]
    near = Q(pk__in={*tops, *parents}) | Q(parent__in={*tops, *parents}) | in_ranges("path", subtrees)
    return {unit.pk: unit for unit in AdministrativeUnit.objects.filter(near).select_related("parent").order_by("path")}


def _codes_near(order: Order, units: Mapping[int, AdministrativeUnit]) -> set[str]:
    """Codes taken below the new parent, and those of the order that anybody has or will have; two queries."""
    anchor = order.target if order.target is not None else order.unit.parent
    wanted = {order.code, *(code for code, _ in order.parts), *(code for code, _ in order.names.values())} - {""}
    if order.kind == SPLIT:
        wanted.discard(order.unit.division_code)
    near = Q(division_code__in=wanted)
    if anchor is not None:
        near |= Q(division_code__startswith=head_of(anchor.division_code, anchor.level))
    with wall.beyond("a division code is used once in the nation"):
        taken = set(AdministrativeUnit.objects.filter(near).order_by().values_list("division_code", flat=True))
        coming = UnitName.objects.filter(near, taken_up_at__isnull=True)
        taken |= set(coming.order_by().values_list("division_code", flat=True))
    return taken


def _plan(order: Order, planner: Planner) -> Plan:
    if order.kind == MOVE:
        return planner.move(order.unit.pk, order.target.pk)
    if order.kind == MERGE:
        into = order.target.pk if order.target is not None else None
        return planner.merge([unit.pk for unit in order.sources], into=into, name=order.name, code=order.code)
    if order.kind == SPLIT:
        return planner.split(order.unit.pk, order.parts, order.shares)
    return planner.abolish(order.unit.pk)


# ---- people


def _touched(found: Forecast) -> set[int]:
    """Units whose people and offices are asked about: those that end, and one that is split and goes on."""
    return {*found.plan.ended, *(key for key in found.plan.heirs if key > 0)}


def _load_people(found: Forecast, actor: User | None) -> None:
    day, order = found.plan.day, found.order
    rows = Posting.objects.filter(Q(ends__isnull=True) | Q(ends__gt=day), village__in=_touched(found))
    rows = rows.select_related("cadre__user", "village", "dispatching_institution").order_by(
        "village__path", "begins", "pk"
    )
    villages = _villages_named(order, actor) if order.kind == ABOLISH else {}
    ended = set(found.plan.ended)
    for posting in rows:
        person = Person(posting)
        found.people.append(person)
        if posting.begins >= day and posting.village_id in ended:
            person.why = f"从{chinese_date(posting.begins)}起才派驻：请先改这段派驻，或改用更晚的变更日期。"
        _send(found, person, villages)
    found.units |= {village.pk: village for village in villages.values()}
    _judge_people(found)


def _villages_named(order: Order, actor: User | None) -> dict[str, AdministrativeUnit]:
    """Villages that people of an abolished unit go to, by code, as far as the office may post people there."""
    codes = set(order.people.values()) - {ENDS, ""}
    rows = AdministrativeUnit.objects.all()
    if actor is not None:
        rows = rows.reachable_by(actor, "manage_roster")
    return {unit.division_code: unit for unit in rows.filter(division_code__in=codes).select_related("parent")}


def _send(found: Forecast, person: Person, villages: Mapping[str, AdministrativeUnit]) -> None:
    """Where one person goes."""
    unit, plan = person.posting.village_id, found.plan
    said = found.order.people.get(person.posting.pk, "")
    if plan.kind == ABOLISH:
        if said != ENDS and said not in villages:
            person.why = person.why or "还没有定去向：请写明去哪个村，或选择结束派驻。"
        elif said != ENDS:
            person.to = villages[said].pk
            if person.to in set(plan.ended):
                person.why = f"{villages[said].name}也在撤销之列，请另选去向。"
        return
    if plan.kind == SPLIT and unit == found.order.unit.pk and said.isdecimal() and int(said) < len(plan.parts):
        person.to = plan.parts[int(said)]
    else:
        person.to = plan.heirs[unit]
    person.stays = person.to == unit


def _judge_people(found: Forecast) -> None:
    day = found.plan.day
    moving = [one for one in found.moving if not one.why]
    moves = [
        Move(one.posting, found.placeholder(one.to), same_place=one.to < 0 or found.plan.kind == MERGE)
        for one in moving
    ]
    blocked = what_blocks(moves, day, apart_from=ABOUT_THE_PERSON)
    for one in moving:
        if one.posting.pk in blocked:
            one.why = blocked[one.posting.pk].message
    ending = [one for one in found.ending if not one.why]
    late = what_blocks([Move(one.posting, AdministrativeUnit(level="village")) for one in ending], day)
    for one in ending:
        if one.posting.pk in late and late[one.posting.pk].details:
            one.why = late[one.posting.pk].message
    keys = [one.posting.pk for one in (*moving, *ending)]
    manual = dict.fromkeys(
        ManualItem.objects.filter(posting__in=keys, day__gte=day).values_list("posting_id", flat=True)
    )
    for one in found.people:
        if one.posting.pk in manual and not one.why:
            one.why = f"{chinese_date(day)}起还有手工加减分：请改用更晚的日期，或先撤销。"
    found.blocks += [
        f"{one.posting.cadre.name}（{one.posting.village.name}）：{one.why}" for one in found.people if one.why
    ]
    leaves = LeaveRequest.objects.filter(posting__in=[one.posting.pk for one in moving], ends_on__gte=day)
    for begins_on in leaves.filter(state__in=("pending", "approved")).values_list("begins_on", flat=True):
        found.leaves += begins_on >= day
        found.leaves_kept += begins_on < day


# ---- offices


def _load_offices(found: Forecast, actor: User | None) -> None:
    """Roles and teams at the units that end; whoever is posted follows his posting. Delegations follow the
    office they are of."""
    day, ended = found.plan.day, found.plan.ended
    still = Q(ends__isnull=True) | Q(ends__gt=day)
    moved = {one.posting.cadre.user_id for one in found.moving} - {None}
    where = Q(unit__in=ended) | Q(unit__in=_touched(found), user__in=moved, acts_as__in=POSTED_ROLES)
    rows = Appointment.objects.own().filter(where & still).select_related("user", "unit", "institution")
    found.appointments = list(rows.order_by("unit__path", "role", "pk"))
    found.teams = list(
        WorkTeam.objects.filter(still, village__in=ended)
        .select_related("village", "sponsoring_institution")
        .order_by("village__path", "pk")
    )
    found.homeless = _homeless(found)
    for one in found.appointments:
        if one.pk in found.homeless:
            words = f"{one.user}的“{one.title}”是{one.unit.name}原上级自设的角色，新上级没有：任职到前一天结束，请另行任职。"
            found.warnings.append(words)
        if one.begins >= day:
            words = f"{one.user}在{one.unit.name}的{one.title}从{chinese_date(one.begins)}起：请先改这项任职。"
            found.blocks.append(words)
        elif actor is not None and one.user_id == actor.pk and one.pk not in found.order.appointments_left:
            found.warnings.append(f"您本人在{one.unit.name}的任职到前一天结束，不随迁：请由上一级另行任职。")
    found.blocks += [
        f"{team.name}从{chinese_date(team.begins)}起才成立：请改用更晚的变更日期。"
        for team in found.teams
        if team.begins >= day
    ]


def _homeless(found: Forecast) -> frozenset[int]:
    """Appointments to roles that are none where they would go: defined above the old unit, and not above the new."""
    going = [(one, key) for one in found.appointments if one.role not in ROLES and (key := found.goes(one)) is not None]
    if not going:
        return frozenset()
    book = book_of(*(one.unit.path for one, _ in going))
    lost = set()
    for one, key in going:
        row = book.definition(one.role, one.unit.path)
        goes_along = row is not None and row.unit_id in found.plan.ended
        if not goes_along and (row is None or not covers(row.unit.path, found.standing_above(key).path)):
            lost.add(one.pk)
    return frozenset(lost)


def _judge_reports(found: Forecast) -> None:
    """A published week from the day on cannot be taken apart."""
    townships = [key for key in found.plan.ended if found.units[key].level == AdministrativeUnit.Level.TOWNSHIP] + [
        found.units[key].parent_id for key in found.plan.ended if found.units[key].is_village
    ]
    week = "{}-W{:02d}".format(*found.plan.day.isocalendar()[:2])
    locks = WeekLock.objects.filter(unit__in=set(townships), week__gte=week).select_related("unit").order_by("week")
    if weeks := sorted({f"{lock.unit.name}{lock.week}" for lock in locks}):
        found.blocks.append(f"{'、'.join(weeks[:6])}已经发布通报：请改用更晚的日期。")


def _warn(found: Forecast) -> None:
    day, plan = found.plan.day, found.plan
    if plan.kind in (MOVE, MERGE, SPLIT) and _changes_township(found):
        month = Month.of(day)
        if day.weekday():
            found.warnings.append("这一天不是周一：这一周的考勤和得分由前后两个乡镇各记各的。")
        if day != month.weeks[0].monday and day.day != 1:
            found.warnings.append(f"这一天在月中：换了乡镇的人{month.label}不参加排名，月初办理可以避免。")
    if plan.kind in (MERGE, SPLIT):
        found.warnings += list(_namesakes(found))


def _changes_township(found: Forecast) -> bool:
    def township(unit: AdministrativeUnit) -> int | None:
        return unit.parent_id if unit.is_village else unit.pk

    for one in found.moving:
        now = found.units[one.posting.village_id]
        if one.to > 0:
            new = township(found.units[one.to])
        else:
            born = found.plan.of(one.to)
            new = born.parent if born.level == "village" else born.key
        if township(now) != new:
            return True
    return False


def _namesakes(found: Forecast) -> list[str]:
    """Two leaders where a village has one; two people of one name: to be decided by the office."""
    together: dict[int, list[Posting]] = {}
    targets = {one.to for one in found.moving if one.to is not None}
    there = Posting.objects.filter(village__in=[key for key in targets if key > 0]).active_on(found.plan.day)
    for posting in there.select_related("cadre", "village"):
        together.setdefault(posting.village_id, []).append(posting)
    for one in found.moving:
        together.setdefault(one.to, []).append(one.posting)
    words = []
    for key, postings in together.items():
        for role in ONE_A_VILLAGE:
            holders = [posting.cadre.name for posting in postings if posting.team_role == role]
            if len(holders) > 1:
                words.append(
                    f"{found.name_of(key)}将有 {len(holders)} 名{role}（{'、'.join(holders)}）：请办理后确定一名。"
                )
        names = [posting.cadre.name for posting in postings]
        for name in sorted({name for name in names if names.count(name) > 1}):
            words.append(f"{found.name_of(key)}将有 {names.count(name)} 人都叫{name}：导入时请写身份证号。")
    return words
