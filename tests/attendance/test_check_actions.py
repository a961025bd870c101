"""Trips, spot checks and talks. Sources: contracts.md (draw_spot_check), handbook (Actors; edge cases 15, 23, 26-28)."""

from datetime import date, datetime, timedelta

import pytest
import time_machine

from attendance.actions.draw_spot_check import draw_spot_check
from attendance.actions.record_spot_check import record_spot_check
from attendance.actions.record_trip import record_trip, revoke_trip
from attendance.models import OfficialTrip, SpotCheck, SpotCheckResult
from attendance.refusals import (
    FutureTime,
    LeaveDatesWrong,
    NobodyToCheck,
    NotPosted,
    ReasonMissing,
    TripOverlaps,
    TripRevoked,
)
from cadres.actions.record_talk import TalkRefused, record_talk
from tests.attendance.files import posted
from tests.factories import user_with
from townships.actions.appoint import appoint
from townships.errors import NotAllowed, OutOfReach, OwnMatter
from townships.models import AuditEntry, User
from townships.periods import SHANGHAI

NOW = datetime(2026, 11, 4, 18, 0, tzinfo=SHANGHAI)
TODAY = date(2026, 11, 4)


def found(posting, actor, finding="absent", checked_at=NOW, **fields) -> SpotCheckResult:
    fields = {"method": "onsite", "at": NOW, **fields}
    return record_spot_check(posting=posting, checked_at=checked_at, finding=finding, actor=actor, **fields)


def trip(postings, actor, begins=TODAY, ends=TODAY, reason="镇里开会", **fields) -> list[OfficialTrip]:
    return record_trip(postings=postings, begins_on=begins, ends_on=ends, reason=reason, actor=actor, **fields)


# ---- draws


def test_a_draw_is_recorded_with_its_proof(tree, posting, secretary):
    check = draw_spot_check(unit=tree.township, villages=1, day=TODAY, actor=secretary, seed="七")
    assert check.villages == [{"code": "459901101201", "name": "大同村"}]
    assert [person["name"] for person in check.people] == ["甘雨"]
    assert AuditEntry.objects.get(act="spot_check.drawn").details["commitment"] == check.commitment


def test_the_same_seed_and_state_find_the_same_draw(tree, posting, secretary):
    posted(tree.other_village, "韦一")
    one = draw_spot_check(unit=tree.township, villages=1, day=TODAY, actor=secretary, seed="七")
    assert draw_spot_check(unit=tree.township, villages=1, day=TODAY, actor=secretary, seed="七") == one
    posted(tree.other_village, "蓝天")
    other = draw_spot_check(unit=tree.township, villages=1, day=TODAY, actor=secretary, seed="七")
    assert other.commitment != one.commitment


def test_without_a_seed_one_is_made_and_a_double_click_makes_no_other(tree, posting, secretary):
    seeds = set()
    with time_machine.travel(NOW, tick=False) as clock:
        for _ in range(3):
            one, again = (draw_spot_check(unit=tree.township, villages=1, day=TODAY, actor=secretary) for _ in range(2))
            assert again == one
            seeds.add(one.seed)
            clock.shift(timedelta(minutes=1))
    assert len(seeds) == 3


def test_nobody_draws_himself(tree, posting, squad_leader):
    posting.cadre.user = squad_leader
    posting.cadre.save()
    with pytest.raises(NobodyToCheck):
        draw_spot_check(unit=tree.village, villages=1, day=TODAY, actor=squad_leader)


def test_a_squad_leader_draws_among_his_villages_only(tree, posting):
    posted(tree.other_village, "韦一")
    leader = user_with("squad_leader", tree.village)
    check = draw_spot_check(unit=tree.village, villages=5, day=TODAY, actor=leader)
    assert [village["name"] for village in check.villages] == ["大同村"]
    appoint(user=leader, role="squad_leader", unit=tree.other_village, begins=date(2026, 1, 1))
    both = User.objects.get(pk=leader.pk)
    check = draw_spot_check(unit=tree.village, villages=5, day=TODAY, actor=both)
    assert [village["name"] for village in check.villages] == ["大同村", "龙塘村"]


def test_the_township_draws_at_one_village_from_that_village(tree, posting, secretary):
    posted(tree.other_village, "韦一")
    check = draw_spot_check(unit=tree.village, villages=5, day=TODAY, actor=secretary)
    assert [village["name"] for village in check.villages] == ["大同村"]


def test_who_left_is_not_drawn(tree, posting, secretary):
    posted(tree.other_village, "韦一", ended=True)
    check = draw_spot_check(unit=tree.township, villages=5, day=TODAY, actor=secretary)
    assert [person["name"] for person in check.people] == ["甘雨"]


def test_drawing_needs_the_right(tree, posting, clerk, outsider):
    for actor, refusal in ((clerk, NotAllowed), (outsider, OutOfReach)):
        with pytest.raises(refusal):
            draw_spot_check(unit=tree.township, villages=1, day=TODAY, actor=actor)
    assert not SpotCheck.objects.exists()


# ---- findings


def test_a_finding_falls_into_its_half(posting, squad_leader):
    morning = found(posting, squad_leader, checked_at=NOW.replace(hour=11, minute=59))
    assert (morning.half, morning.minute, morning.checker) == ("am", 719, "分队长")
    assert found(posting, squad_leader, checked_at=NOW.replace(hour=12)).half == "pm"


def test_nobody_checks_himself(posting, squad_leader):
    posting.cadre.user = squad_leader
    posting.cadre.save()
    with pytest.raises(OwnMatter):
        found(posting, squad_leader)


def test_a_telephone_call_and_a_visit_an_hour_later_are_both_kept(posting, squad_leader):
    found(posting, squad_leader, "present", NOW - timedelta(hours=1), method="phone")
    found(posting, squad_leader, "absent")
    assert SpotCheckResult.objects.filter(superseded_at__isnull=True).count() == 2


def test_a_correction_supersedes_with_a_reason(posting, squad_leader):
    first = found(posting, squad_leader)
    assert found(posting, squad_leader) == first
    with pytest.raises(ReasonMissing):
        found(posting, squad_leader, "present")
    found(posting, squad_leader, "present", reason="看错人")
    first.refresh_from_db()
    assert (first.superseded_at, first.supersede_reason) == (NOW, "看错人")


@pytest.mark.parametrize(
    ("checked_at", "refusal"),
    [(NOW + timedelta(minutes=1), FutureTime), (datetime(2026, 2, 1, tzinfo=SHANGHAI), NotPosted)],
)
def test_a_finding_of_no_day_is_refused(posting, squad_leader, checked_at, refusal):
    with pytest.raises(refusal):
        found(posting, squad_leader, checked_at=checked_at)


def test_recording_needs_the_right(posting, clerk, outsider):
    for actor, refusal in ((clerk, NotAllowed), (outsider, OutOfReach)):
        with pytest.raises(refusal):
            found(posting, actor)


# ---- trips


def test_a_trip_for_the_whole_team(tree, posting, clerk):
    both = [posting, posted(tree.village, "韦一")]
    assert len(trip(both, clerk)) == 2
    with pytest.raises(TripOverlaps):
        trip([posting], clerk)


def test_a_trip_of_the_other_half_does_not_overlap(posting, clerk):
    trip([posting], clerk, ends_half="am")
    assert trip([posting], clerk, begins_half="pm")


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"ends": TODAY - timedelta(days=1)}, LeaveDatesWrong),
        ({"reason": " "}, ReasonMissing),
        ({"begins": date(2026, 2, 1)}, NotPosted),
    ],
)
def test_a_trip_that_cannot_be(posting, clerk, fields, refusal):
    with pytest.raises(refusal):
        trip([posting], clerk, **fields)


def test_nobody_sends_himself(posting, clerk):
    posting.cadre.user = clerk
    posting.cadre.save()
    with pytest.raises(OwnMatter):
        trip([posting], clerk)


def test_a_trip_is_taken_back_once(posting, clerk):
    sent = trip([posting], clerk)[0]
    revoke_trip(trip=sent, reason="会议取消", actor=clerk)
    with pytest.raises(TripRevoked):
        revoke_trip(trip=sent, reason="会议取消", actor=clerk)
    assert trip([posting], clerk)


# ---- talks


def talk(posting, actor, **fields):
    fields = {"held_on": TODAY, "talker": "书记", "reason": "抽查不在岗", "today": TODAY, **fields}
    return record_talk(posting=posting, actor=actor, **fields)


def test_a_talk_comes_from_a_contradiction(posting, squad_leader):
    held = talk(posting, squad_leader, about_day=date(2026, 11, 3))
    assert (held.kind, held.about_day, held.recorded_by) == ("reminder_talk", date(2026, 11, 3), squad_leader)


@pytest.mark.parametrize(
    "fields",
    [{"talker": ""}, {"reason": " "}, {"held_on": date(2026, 11, 5)}, {"held_on": date(2026, 2, 1)}],
)
def test_an_incomplete_talk_is_refused(posting, squad_leader, fields):
    with pytest.raises(TalkRefused):
        talk(posting, squad_leader, **fields)


def test_nobody_holds_a_talk_with_himself(posting, squad_leader):
    posting.cadre.user = squad_leader
    posting.cadre.save()
    with pytest.raises(OwnMatter):
        talk(posting, squad_leader)
