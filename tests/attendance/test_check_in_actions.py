"""Checking in by phone. Sources: contracts.md (Check-ins, HTTP API), handbook edge cases 17 to 20."""

from datetime import date, datetime, timedelta

import pytest

from attendance.actions.check_in import check_in, void_check_in
from attendance.geofence import distance_m
from attendance.models import CheckIn
from attendance.refusals import (
    BadCoordinates,
    CheckInTooOld,
    ClientIdTaken,
    ClockWrong,
    NotPosted,
    ReasonMissing,
)
from tests.attendance.files import posted
from townships.errors import NotAllowed, OutOfReach, OwnMatter
from townships.models import AuditEntry
from townships.periods import SHANGHAI

NOW = datetime(2026, 11, 4, 8, 12, tzinfo=SHANGHAI)


def punch(posting, made_at=NOW, received_at=NOW, client_id="a", **fields) -> CheckIn:
    fields = {"actor": posting.cadre.user, **fields}
    return check_in(posting=posting, client_id=client_id, made_at=made_at, received_at=received_at, **fields)


def test_a_member_checks_in(posting, member):
    kept = punch(posting, latitude=22.82, longitude=108.32, accuracy_m=12, place="村委会")
    assert (kept.day, kept.minute, kept.source, kept.late_upload) == (date(2026, 11, 4), 492, "phone", False)
    assert (kept.latitude, kept.recorded_by) == (22.82, member)


def test_sent_twice_it_is_there_once(posting):
    first = punch(posting)
    again = punch(posting, received_at=NOW + timedelta(hours=1))
    assert again == first
    assert CheckIn.objects.count() == 1


def test_the_clients_number_belongs_to_one_person(tree, posting, clerk):
    punch(posting)
    with pytest.raises(ClientIdTaken):
        punch(posted(tree.village, "韦一"), actor=clerk)


@pytest.mark.parametrize(
    ("hour", "minute", "day", "of_day"),
    [
        pytest.param(0, 30, 3, 1470, id="edge 17: half past midnight is the evening before"),
        pytest.param(3, 59, 3, 1679, id="a minute before four"),
        pytest.param(4, 0, 4, 240, id="four o'clock is the new day"),
    ],
)
def test_it_belongs_to_the_business_day(posting, hour, minute, day, of_day):
    kept = punch(posting, made_at=NOW.replace(hour=hour, minute=minute))
    assert (kept.day, kept.minute) == (date(2026, 11, day), of_day)


def test_gcj02_is_kept_as_wgs84(posting):
    kept = punch(posting, latitude=22.82, longitude=108.32, datum="GCJ02")
    assert 100 < distance_m(kept.latitude, kept.longitude, 22.82, 108.32) < 1000
    assert kept.datum == "GCJ02"


@pytest.mark.parametrize(("waited", "late"), [(timedelta(minutes=29), False), (timedelta(days=3), True)])
def test_what_waited_for_a_signal_is_marked(posting, waited, late):
    assert punch(posting, made_at=NOW - waited).late_upload is late


@pytest.mark.parametrize(
    ("made_at", "refusal"),
    [
        pytest.param(NOW + timedelta(minutes=6), ClockWrong, id="edge 19: clock ahead"),
        pytest.param(NOW + timedelta(days=400), ClockWrong, id="edge 19: clock years ahead"),
        pytest.param(NOW - timedelta(days=31), CheckInTooOld, id="edge 19: clock far behind"),
        pytest.param(datetime(1970, 1, 1, tzinfo=SHANGHAI), CheckInTooOld, id="edge 19: clock never set"),
    ],
)
def test_a_wrong_clock_is_refused(posting, made_at, refusal):
    with pytest.raises(refusal):
        punch(posting, made_at=made_at)


def test_a_clock_a_little_ahead_is_taken(posting):
    assert punch(posting, made_at=NOW + timedelta(minutes=4)).pk


@pytest.mark.parametrize("point", [(22.8, None), (None, 108.3), (91.0, 108.3), (22.8, 181.0)])
def test_half_a_point_is_none(posting, point):
    with pytest.raises(BadCoordinates):
        punch(posting, latitude=point[0], longitude=point[1])


def test_before_the_posting_begins_there_is_nothing_to_check_in_for(posting):
    posting.begins = date(2026, 11, 4)
    posting.save()
    with pytest.raises(NotPosted):
        punch(posting, made_at=NOW.replace(hour=2))


def test_nobody_checks_in_for_another(posting, leader, outsider):
    with pytest.raises(NotAllowed):
        punch(posting, actor=leader)
    with pytest.raises(OutOfReach):
        punch(posting, actor=outsider)


def test_voiding_keeps_the_row_and_says_why(posting, clerk, member):
    kept = punch(posting)
    with pytest.raises(ReasonMissing):
        void_check_in(check_in=kept, reason=" ", actor=clerk, at=NOW)
    void_check_in(check_in=kept, reason="代打卡", actor=clerk, at=NOW)
    kept.refresh_from_db()
    assert (kept.voided_at, kept.void_reason) == (NOW, "代打卡")
    assert AuditEntry.objects.filter(act="check_in.voided", actor=clerk).exists()


def test_nobody_voids_his_own(posting, clerk):
    posting.cadre.user = clerk
    posting.cadre.save()
    with pytest.raises(OwnMatter):
        void_check_in(check_in=punch(posting), reason="手滑", actor=clerk, at=NOW)
