"""Nothing of one county reaches an account of another by any operation of the API."""

import re
from datetime import timedelta

import pytest

from attendance.models import LeaveRequest, SpotCheck, WeeklySheet
from cadres.models import CorrectionRequest, Posting
from config.api import api
from reports.models import Bulletin
from tests.factories import user_with
from tests.leaks.world import SECRET, fill
from townships.actions.delegate import delegate
from townships.actions.issue_token import issue_token
from townships.models import Appointment
from townships.periods import now, today

OPERATIONS = [
    (method, path)
    for path, item in api.get_openapi_schema(path_prefix="")["paths"].items()
    for method in item
    if path not in ("/auth/token", "/me", "/me/data")
]
#: Of the caller alone: there is nobody else in them, whoever asks.
OWN = ("/me/corrections", "/delegations")
LISTS = [path for method, path in OPERATIONS if method == "get" and "{" not in path and path not in OWN]
BODIES = {
    "/check-ins": {"client_id": "邻县", "made_at": "2026-11-03T09:00:00+08:00"},
    "/leaves": {"begins_on": "2026-11-03", "ends_on": "2026-11-03", "reason": "无"},
    "/delegations": {"begins": "2026-11-25", "ends": "2026-11-28", "reason": "无"},
    "/leaves/{leave_id}/reject": {"reason": "无"},
    "/me/corrections": {"wanted": {"major": "农学"}, "reason": "无"},
    "/corrections/{correction_id}/reject": {"reason": "无"},
    "/spot-checks/draw": {"villages": 1},
    "/spot-checks/{check_id}/results": {"finding": "absent"},
}


@pytest.fixture
def world(posting, secretary, institution_officer):
    fill(posting, actor=secretary)
    stand_in = user_with("squad_leader", posting.village, display_name=SECRET)
    delegate(
        appointments=[Appointment.objects.get(user=secretary)], user=stand_in, begins=today(),
        ends=today() + timedelta(days=1), reason=SECRET, actor=secretary, today=today(),
    )  # fmt: skip
    SpotCheck.objects.update(people=[{"id_number": posting.cadre.id_number, "name": SECRET}])
    return posting


@pytest.fixture
def stranger(tree):
    return user_with("county_organization", tree.county2, username="county2", display_name="邻县组织部")


@pytest.fixture
def ask(client, world, tree):
    """Call an operation about the first county's rows, by a user's token."""
    names = {
        "code": tree.village.division_code,
        "cadre_id": world.cadre_id,
        "correction_id": CorrectionRequest.objects.get().pk,
        "leave_id": LeaveRequest.objects.get().pk,
        "sheet_id": WeeklySheet.objects.get().pk,
        "check_id": SpotCheck.objects.get().pk,
        "bulletin_id": Bulletin.objects.get().pk,
        "delegation_id": Appointment.objects.delegations().get().pk,
    }

    def asking(user, method: str, path: str, *, about: bool = True, **query):
        _, secret = issue_token(user=user, name="测试", days=1, at=now())
        headers = {"Authorization": f"Bearer {secret}"}
        address = "/api/v1" + re.sub(r"{(\w+)}", lambda match: str(names[match[1]]), path)
        if method == "get":
            return client.get(address, query, headers=headers)
        named = {"unit": tree.village.division_code} if path.endswith("draw") else {"posting": world.pk}
        if path == "/delegations":
            given = Appointment.objects.delegations().get()
            named = {"appointment": given.delegated_from_id, "delegate": given.user_id}
        data = {**BODIES.get(path, {}), **(named if about else {})}
        return client.post(address, data, content_type="application/json", headers=headers)

    return asking


def rows() -> list:
    """What an act could have written."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (LeaveRequest, WeeklySheet, SpotCheck, Bulletin, Posting, CorrectionRequest, Appointment)
    ]


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_an_operation_shows_and_does_the_stranger_nothing(ask, stranger, method, path):
    before = rows()
    answer = ask(stranger, method, path)
    listed = method == "get" and "{" not in path
    assert answer.status_code == (200 if listed else 404)
    assert SECRET not in answer.content.decode()
    if listed and path not in (*OWN, "/units"):
        assert answer.json()["items"] == []
    assert rows() == before


@pytest.mark.parametrize("path", LISTS)
def test_naming_the_unit_opens_nothing(ask, stranger, tree, path):
    assert ask(stranger, "get", path, unit=tree.village.division_code).status_code == 404


@pytest.mark.parametrize(
    "path", ["/cadres", "/corrections", "/check-ins", "/leaves", "/weekly-sheets", "/weekly-scores", "/bulletins"]
)
def test_the_own_county_does_see_its_rows(ask, county, path):
    """Else every test above would pass on an empty answer."""
    answer = ask(county, "get", path)
    assert len(answer.json()["items"]) == 1
    assert path in ("/check-ins", "/weekly-sheets") or SECRET in answer.content.decode()


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_no_answer_holds_a_whole_identity_number(ask, county, world, method, path):
    assert world.cadre.id_number not in ask(county, method, path).content.decode(errors="replace")
