"""What a body must not bring along, and what a token is worth after its owner's office ended."""

from datetime import date

from attendance.models import CheckIn, LeaveRequest
from tests.api.conftest import NOON
from townships.actions.appoint import end_appointment
from townships.models import ApiToken, Appointment, User

ALONG = {
    "id": 1, "pk": 1, "user": 1, "user_id": 1, "unit": "459902101000", "unit_id": 1, "path": "0001", "is_superuser": True,
    "is_staff": True, "state": "approved", "status": "approved", "outcome": "approve", "decided_by": 1, "approver": 1,
    "applied_at": "2020-01-01T00:00:00+08:00", "received_at": "2020-01-01T00:00:00+08:00", "voided_at": None, "source": "x",
    "counted_days": "0", "expires_at": "2099-01-01T00:00:00+08:00", "password_mark": "x", "digest": "x", "roles": ["x"],
}  # fmt: skip


def test_a_token_is_the_askers_and_no_longer_than_he_may(calling, secretary, county):
    answer = calling().send("auth/token", username="secretary", password="zhucun-2026", **{**ALONG, "user": county.pk})
    assert answer.status_code in (201, 422)
    for token in ApiToken.objects.all():
        assert (token.user, token.expires_at.year) == (secretary, NOON.year)
    assert not User.objects.filter(is_superuser=True).exists()


def test_leave_is_decided_by_no_field_of_the_asker(calling, posting, member, squad_leader, secretary):
    answer = calling(member).send("leaves", begins_on="2026-11-25", ends_on="2026-11-25", reason="家中有事", **ALONG)
    assert answer.status_code in (201, 422)
    for leave in LeaveRequest.objects.all():
        assert (leave.state, leave.posting_id, leave.applied_at, leave.counted_days) == ("pending", posting.pk, NOON, 1)


def test_a_check_in_was_received_when_it_was_received(calling, posting, member):
    answer = calling(member).send("check-ins", client_id="a", made_at="2026-11-24T11:00:00+08:00", **ALONG)
    assert answer.status_code in (200, 201, 422)
    for one in CheckIn.objects.all():
        assert (one.posting_id, one.received_at) == (posting.pk, NOON)


def test_a_token_does_nothing_once_the_office_ended(calling, posting, tree, secretary):
    caller = calling(secretary)
    assert len(caller.read("cadres").json()["items"]) == 1
    end_appointment(appointment=Appointment.objects.get(user=secretary), ends=date(2026, 11, 24))
    assert caller.read("cadres").json()["items"] == []
    assert caller.read(f"cadres/{posting.cadre_id}").status_code == 404
    assert caller.read("cadres", unit=tree.township.division_code).status_code == 404
    assert caller.send("spot-checks/draw", unit=tree.township.division_code, villages=1).status_code == 404
    assert caller.read("me").json()["roles"] == []
