"""A move, a merger, a split, an abolition: what goes along, what stays, what stands in the way."""

import random
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError

from attendance.models import AttendancePolicy, CheckIn, ExemptDay, Fence, LeaveRequest
from attendance.policies import reference_policy
from cadres.lifecycle import State
from cadres.models import Posting, WorkTeam
from reports.actions.change_units import change_units
from reports.actions.withdraw_change import withdraw_change
from reports.unit_forecast import forecast
from reports.unit_orders import ENDS, Order
from tests.factories import CadreFactory, PostingFactory, UnitFactory, UserFactory, user_with
from townships.actions.appoint import appoint
from townships.actions.create_unit import UnitRefused, create_unit
from townships.actions.rename_unit import UnitChangeRefused
from townships.actions.set_role import set_role
from townships.errors import NotAllowed, OutOfReach
from townships.models import AdministrativeUnit, Appointment, AuditEntry, Facility, UnitSuccession, User
from townships.periods import SHANGHAI

DAY = date(2026, 12, 7)
AT = datetime(2026, 12, 7, 9, 0, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def november(db):
    with time_machine.travel(datetime(2026, 11, 24, 12, 0, tzinfo=SHANGHAI), tick=False):
        yield


@pytest.fixture
def city(tree):
    return user_with("city_organization", tree.city, username="city", display_name="市委组织部")


def unit_of(code: str) -> AdministrativeUnit:
    return AdministrativeUnit.objects.get(division_code=code)


def at(day: str):
    return time_machine.travel(f"{day}T12:00:00+08:00", tick=False)


def again(user: User) -> User:
    """The account as the next request finds it."""
    return User.objects.get(pk=user.pk)


# ---- a township moves to the other county


def moving(tree, **fields) -> Order:
    return Order(
        kind="move", unit=tree.township, day=DAY, target=tree.county2, document_number="市府〔2026〕9号", **fields
    )


def test_a_township_moves_with_its_villages_under_new_codes(tree, city):
    change = change_units(order=moving(tree), actor=city)
    old, new = unit_of("459901101000"), unit_of("459902102000")
    assert (old.ends, new.begins, new.name, new.parent) == (DAY, DAY, "大同镇", tree.county2)
    villages = {one.division_code: one.name for one in new.children.all()}
    assert villages == {"459902102201": "大同村", "459902102202": "龙塘村"}
    assert {one.ends for one in old.children.all()} == {DAY}
    assert (change.unit, change.document_number, change.counts["units"]) == (tree.city, "市府〔2026〕9号", 3)
    told = {(one.unit.name, one.side, one.other.name) for one in UnitSuccession.objects.filter(unit__level="township")}
    assert told == {("大同镇", "before", "大同镇"), ("大同镇", "after", "大同镇")}


def test_people_have_one_place_each_day(tree, city, posting):
    change_units(order=moving(tree), actor=city)
    rows = list(Posting.objects.filter(cadre=posting.cadre).order_by("begins"))
    assert [(one.village.division_code, one.begins, one.ends, one.state) for one in rows] == [
        ("459901101201", date(2026, 3, 1), DAY, "transferred"),
        ("459902102201", DAY, None, "posted"),
    ]
    assert (rows[1].team_role, rows[1].dispatching_institution) == ("队员", posting.dispatching_institution)
    assert Posting.history.filter(id=rows[1].pk).get().history_change_reason == "划归：大同镇"


def test_roles_go_along_from_that_day_on(tree, city, secretary, squad_leader, county):
    change_units(order=moving(tree), actor=city)
    new = unit_of("459902102000")
    assert again(secretary).reaches(tree.township.path)
    assert not again(secretary).reaches(new.path)
    with at("2026-12-07"):
        assert again(secretary).reaches(new.path)
        assert not again(secretary).reaches(tree.township.path)
        assert again(squad_leader).reaches(unit_of("459902102201").path)
        # The old county keeps what happened there and learns nothing of the new one.
        assert again(county).reaches(tree.township.path)
        assert not again(county).reaches(new.path)


def test_a_role_is_what_it_is_at_the_new_county(tree, city, clerk):
    """Names and sets are the new county's; what is no role there ends, what the township said itself goes along."""
    own = set_role(unit=tree.county, name="片长", acts_as="squad_leader", capabilities={"view_members"}).key
    user = user_with(own, tree.township)
    kept = set_role(unit=tree.township, name="镇里自设", acts_as="squad_leader", capabilities={"view_scores"}).key
    other = user_with(kept, tree.township)
    set_role(unit=tree.county2, key="township_clerk", name="镇驻村办", capabilities={"view_members"})
    assert any("片长" in words for words in forecast(moving(tree), actor=city).warnings)
    change_units(order=moving(tree), actor=city)
    new = unit_of("459902102000")
    with at("2026-12-07"):
        assert again(clerk).held_at(new.path) == {"view_members"}
        assert again(clerk).appointments_today()[0].title == "镇驻村办"
        assert again(user).appointments_today() == []
        assert again(other).held_at(new.path) == {"view_scores"}


def test_an_appointment_may_be_left_behind(tree, city, secretary, clerk):
    one = Appointment.objects.get(user=clerk)
    change_units(order=moving(tree, appointments_left=frozenset({one.pk})), actor=city)
    with at("2026-12-07"):
        assert not again(clerk).roles_today()
        assert again(secretary).roles_today() == {"township_secretary"}


def test_what_belongs_to_the_units_is_entered_there_too(tree, city):
    Facility.objects.create(unit=tree.village, kind="热水器", quantity=2)
    Fence.objects.create(unit=tree.village, latitude=23.0, longitude=108.0)
    WorkTeam.objects.create(village=tree.village, name="大同村工作队", begins=date(2026, 1, 1))
    ExemptDay.objects.create(unit=tree.township, day=date(2026, 12, 9), reason="台风")
    AttendancePolicy.objects.create(
        unit=tree.township, effective_from=date(2026, 1, 1), document=reference_policy()["attendance"]
    )
    change_units(order=moving(tree), actor=city)
    village, township = unit_of("459902102201"), unit_of("459902102000")
    assert village.facilities.get().quantity == 2
    assert village.fences.get().begins == DAY
    assert [(team.begins, team.ends) for team in WorkTeam.objects.order_by("begins")] == [
        (date(2026, 1, 1), DAY),
        (DAY, None),
    ]
    assert village.work_teams.get().name == "大同村工作队"
    assert township.exempt_days.get().reason == "台风"
    assert AttendancePolicy.objects.get(unit=township).effective_from == date(2026, 1, 1)
    assert tree.village.facilities.exists()


def test_what_is_left_behind_stays(tree, city):
    Facility.objects.create(unit=tree.village, kind="热水器")
    WorkTeam.objects.create(village=tree.village, name="大同村工作队", begins=date(2026, 1, 1))
    change_units(order=moving(tree, left=frozenset({"facilities", "teams"})), actor=city)
    assert not unit_of("459902102201").facilities.exists()
    assert WorkTeam.objects.get().ends == DAY


def test_codes_and_names_may_be_given(tree, city):
    names = {"459901101000": ("459902105000", "大同新镇"), "459901101201": ("", "老村")}
    change_units(order=moving(tree, names=names), actor=city)
    assert unit_of("459902105000").name == "大同新镇"
    assert unit_of("459902105201").name == "老村"


def test_leave_goes_with_the_day_it_is_for(tree, city, posting):
    def leave(first, last, state="approved"):
        return LeaveRequest.objects.create(
            posting=posting, begins_on=first, ends_on=last, days=1, counted_days=1, applied_at=AT, state=state
        )

    before = leave(date(2026, 11, 30), date(2026, 12, 1), "pending")
    across = leave(date(2026, 12, 4), date(2026, 12, 8))
    later = leave(date(2026, 12, 9), date(2026, 12, 9), "pending")
    change = change_units(order=moving(tree), actor=city)
    new = Posting.objects.get(cadre=posting.cadre, begins=DAY)
    for one in (before, across, later):
        one.refresh_from_db()
    assert [one.posting for one in (before, across, later)] == [posting, posting, new]
    assert (change.counts["leaves"], change.counts["leaves_kept"]) == (1, 1)


def test_a_check_in_of_that_day_stands_in_the_way(tree, city, posting):
    CheckIn.objects.create(posting=posting, client_id="a", made_at=AT, received_at=AT, day=DAY, minute=540)
    with pytest.raises(UnitChangeRefused) as refused:
        change_units(order=moving(tree), actor=city)
    assert refused.value.details["blocks"] == [
        "甘雨（大同村）：2026年12月7日起大同村还有打卡 1 条：请改用更晚的日期，或先处理这些记录。"
    ]
    assert unit_of("459901101000").ends is None


def test_a_county_cannot_give_a_township_away(tree, county, secretary, outsider):
    with pytest.raises(OutOfReach):
        change_units(order=moving(tree), actor=county)
    for actor in (secretary, outsider):
        with pytest.raises((NotAllowed, OutOfReach)):
            change_units(order=moving(tree), actor=actor)


def test_each_county_reads_of_its_own_side_alone(tree, city):
    change_units(order=moving(tree, names={"459901101000": ("", "新大同镇")}), actor=city)
    by_unit = {one.unit.name: one for one in AuditEntry.objects.filter(act="unit.changed")}
    assert set(by_unit) == {"样例县", "邻县"}
    assert "新大同镇" not in str(by_unit["样例县"].details)
    assert "4599011" not in str(by_unit["邻县"].details)


def test_the_number_of_queries_does_not_grow(tree, city, django_assert_max_num_queries):
    with django_assert_max_num_queries(130) as captured:
        change_units(order=moving(tree), actor=city)
    few = len(captured)
    big = UnitFactory(level="township", name="大镇", division_code="459901103000", parent=tree.county)
    for number in range(12):
        village = UnitFactory(level="village", name=f"村{number}", division_code=f"4599011032{number:02d}", parent=big)
        Facility.objects.create(unit=village, kind="热水器")
        for _ in range(3):
            cadre = CadreFactory(user=UserFactory())
            PostingFactory(cadre=cadre, village=village)
            appoint(user=cadre.user, role="member", unit=village, begins=date(2026, 3, 1))
    with django_assert_max_num_queries(few + 40):
        change_units(order=Order(kind="move", unit=big, day=DAY, target=tree.county2), actor=city)
    assert Posting.objects.filter(begins=DAY).count() == 36


# ---- a village is merged into another


def test_a_village_goes_into_its_neighbour(tree, county, posting):
    Facility.objects.create(unit=tree.village, kind="热水器", quantity=2)
    Facility.objects.create(unit=tree.other_village, kind="热水器", quantity=3)
    order = Order(kind="merge", unit=tree.village, target=tree.other_village, day=DAY)
    change_units(order=order, actor=county)
    tree.village.refresh_from_db()
    tree.other_village.refresh_from_db()
    assert (tree.village.ends, tree.other_village.ends) == (DAY, None)
    assert Posting.objects.get(cadre=posting.cadre, begins=DAY).village == tree.other_village
    assert tree.other_village.facilities.get().quantity == 5


def test_two_leaders_are_told_of(tree, county, posting):
    Posting.objects.filter(pk=posting.pk).update(team_role="队长")
    PostingFactory(cadre=CadreFactory(name="甘雨"), village=tree.other_village, team_role="队长")
    order = Order(kind="merge", unit=tree.village, others=(tree.other_village,), name="大龙村", day=DAY)
    words = forecast(order, actor=county).warnings
    assert "大龙村将有 2 名队长（甘雨、甘雨）：请办理后确定一名。" in words
    assert "大龙村将有 2 人都叫甘雨：导入时请写身份证号。" in words
    change_units(order=order, actor=county)
    assert Posting.objects.filter(begins=DAY, village__name="大龙村").count() == 2


# ---- a village is split


def test_people_of_a_split_village_go_where_they_are_sent(tree, county, posting):
    user = posting.cadre.user
    appoint(user=user, role="member", unit=tree.village, begins=date(2026, 3, 1))
    stays = PostingFactory(village=tree.village)
    order = Order(
        kind="split", unit=tree.village, day=DAY, parts=(("459901101201", ""), ("459901101203", "大同新村")),
        people={posting.pk: "1"},
    )  # fmt: skip
    change_units(order=order, actor=county)
    new = unit_of("459901101203")
    tree.village.refresh_from_db()
    assert tree.village.ends is None
    assert Posting.objects.get(cadre=posting.cadre, begins=DAY).village == new
    assert Posting.objects.get(cadre=stays.cadre).village == tree.village
    assert Appointment.objects.get(user=user, begins=DAY).unit == new
    assert Appointment.objects.get(user=user, begins=date(2026, 3, 1)).ends == DAY


# ---- a village is abolished


def test_an_abolished_village_wants_a_place_for_everybody(tree, county, posting):
    other = PostingFactory(cadre=CadreFactory(name="李四"), village=tree.village)
    order = Order(kind="abolish", unit=tree.village, day=DAY, people={posting.pk: "459901101202"})
    with pytest.raises(UnitChangeRefused, match="李四（大同村）：还没有定去向"):
        change_units(order=order, actor=county)
    order = Order(kind="abolish", unit=tree.village, day=DAY, people={posting.pk: "459901101202", other.pk: ENDS})
    change_units(order=order, actor=county)
    other.refresh_from_db()
    assert (other.ends, other.state) == (DAY, State.CLOSING)
    assert Posting.objects.get(cadre=posting.cadre, begins=DAY).village == tree.other_village


def test_nobody_is_sent_where_the_office_does_not_reach(tree, county, posting):
    order = Order(kind="abolish", unit=tree.village, day=DAY, people={posting.pk: "459902101201"})
    with pytest.raises(UnitChangeRefused, match="还没有定去向"):
        change_units(order=order, actor=county)


def test_rules_of_a_split_township_go_on_in_every_part(tree, county):
    document = reference_policy()["attendance"]
    for day in (date(2026, 1, 1), date(2026, 6, 1), date(2027, 1, 1)):
        AttendancePolicy.objects.create(unit=tree.township, effective_from=day, document=document)
    parts = (("459901101000", ""), ("459901105000", "新镇"), ("459901106000", "南镇"))
    change_units(order=Order(kind="split", unit=tree.township, day=DAY, parts=parts), actor=county)
    for code in ("459901105000", "459901106000"):
        days = AttendancePolicy.objects.filter(unit=unit_of(code)).values_list("effective_from", flat=True)
        assert sorted(days) == [date(2026, 6, 1), date(2027, 1, 1)]


def test_nothing_new_begins_below_what_ends(tree, county, posting):
    change_units(order=Order(kind="merge", unit=tree.village, target=tree.other_village, day=DAY), actor=county)
    tree.village.refresh_from_db()
    with pytest.raises(ValidationError, match="停用"):
        Posting(cadre=CadreFactory(), village=tree.village, begins=date(2026, 11, 25)).clean()
    AdministrativeUnit.objects.filter(pk=tree.township.pk).update(ends=DAY)
    with pytest.raises(UnitRefused, match="停用"):
        create_unit(parent=tree.township, code="459901101299", level="village", name="新村", actor=county)


# ---- any sequence of changes


def _order(dice: random.Random, tree, day: date) -> Order | None:
    villages = list(AdministrativeUnit.objects.villages().filter(ends__isnull=True, begins__lt=day).order_by("pk"))
    villages += list(
        AdministrativeUnit.objects.villages().filter(ends__isnull=True, begins__isnull=True).order_by("pk")
    )
    if len(villages) < 2:
        return None
    one, two = dice.sample(villages, 2)
    kind = dice.choice(["move", "merge", "merge into", "split"])
    if kind == "move":
        townships = AdministrativeUnit.objects.townships().filter(ends__isnull=True)
        return Order(kind="move", unit=one, day=day, target=dice.choice(list(townships.order_by("pk"))))
    if kind == "merge":
        return Order(kind="merge", unit=one, others=(two,), name=f"新{day.day}村", day=day)
    if kind == "merge into":
        return Order(kind="merge", unit=one, target=two, day=day)
    people = {p.pk: dice.choice("01") for p in Posting.objects.filter(village=one, ends__isnull=True)}
    return Order(kind="split", unit=one, day=day, parts=(("", f"甲{day.day}村"), ("", f"乙{day.day}村")), people=people)


def _places(day: date) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for cadre, village in Posting.objects.active_on(day).order_by("pk").values_list("cadre_id", "village_id"):
        found.setdefault(cadre, []).append(village)
    return found


@pytest.mark.parametrize("seed", range(6))
def test_everybody_has_one_place_each_day_whatever_happens_to_the_units(tree, seed):
    dice = random.Random(seed)
    for village in (tree.village, tree.village, tree.other_village, tree.village2):
        PostingFactory(village=village)
    days, told = [DAY + timedelta(days=7 * step) for step in range(5)], {}
    for day in days:
        before = {each: _places(each) for each in (DAY - timedelta(days=1), *days) if each < day}
        order = _order(dice, tree, day)
        if order is not None and not forecast(order, actor=None).blocks:
            change_units(order=order, actor=None)
        assert {each: _places(each) for each in before} == before
        told[day] = _places(day)
        assert all(len(places) == 1 for places in told[day].values())
        assert len(told[day]) == 4
        active = set(AdministrativeUnit.objects.active_on(day).values_list("pk", flat=True))
        assert {place for places in told[day].values() for place in places} <= active
        assert (
            set(AdministrativeUnit.objects.filter(pk__in=active, parent__isnull=False).values_list("parent", flat=True))
            <= active
        )


def test_a_delegation_goes_along_with_the_office_it_is_of(tree, city, secretary, clerk):
    leader = user_with("squad_leader", tree.village, display_name="代")
    lent = {"user": leader, "role": "township_secretary", "acts_as": "township_secretary"}
    for office in Appointment.objects.filter(user__in=[secretary, clerk]):
        Appointment.objects.create(
            **lent, unit=tree.township, title=office.title, begins=date(2026, 12, 1), ends=date(2026, 12, 20),
            delegated_from=office, delegation_reason="学习",
        )  # fmt: skip
    left = Appointment.objects.get(user=clerk)
    change = change_units(order=moving(tree, appointments_left=frozenset({left.pk})), actor=city)
    new = Appointment.objects.get(user=secretary, begins=DAY)
    carried = Appointment.objects.delegations().get(begins=DAY)
    assert (carried.delegated_from, carried.unit, carried.ends) == (new, new.unit, date(2026, 12, 20))
    assert Appointment.objects.delegations().in_force(DAY).get() == carried
    withdraw_change(change=change, actor=city)
    assert Appointment.objects.delegations().count() == 2
