"""Every door of ours, and who gets through: 404 out of reach, 403 without the right, a login page for nobody."""

from datetime import date

import pytest
import time_machine
from django.urls import get_resolver, reverse
from django.utils import timezone

from attendance.actions.apply_for_leave import apply_for_leave
from attendance.models import SpotCheck
from cadres import proofs
from cadres.models import CorrectionRequest, ImportRun
from reports.actions.compile_bulletin import compile_bulletin
from tests.factories.scores import OCTOBER, score_week_of
from townships.actions.rename_unit import rename_unit

WHO = ("county", "secretary", "clerk", "squad_leader", "leader", "auditor", "institution_officer", "member", "outsider")
NOBODY_ELSE = (404, 404, 404)
#: The township's pages, and the village's: squad leader and team leader hold the village alone.
TOWNSHIP = (200, 200, 200, 404, 404, 200, *NOBODY_ELSE)
VILLAGE = (200, 200, 200, 200, 200, 200, *NOBODY_ELSE)
EVERYBODY = (200,) * 9
#: Who manages the roster of the township: its page opens, its deeds answer with the page.
IMPORTERS = (200, 200, 200, 404, 404, 403, *NOBODY_ELSE)
IMPORTING = (302, 302, 302, 404, 404, 403, *NOBODY_ELSE)

#: Who appoints there: the county.
APPOINTERS = (200, 403, 403, 404, 404, 403, *NOBODY_ELSE)

#: (route, arguments by name of what they are, method and data) → statuses in the order of WHO
DOORS = {
    ("townships:home", ""): (302,) * 9,
    ("townships:password_change", ""): EVERYBODY,
    ("townships:second_factor", ""): (302,) * 9,
    ("townships:second_factor_enrol", ""): EVERYBODY,
    ("townships:roles", "township"): APPOINTERS,
    ("townships:role", "township key"): APPOINTERS,
    ("townships:role_new", "township"): APPOINTERS,
    ("townships:role_act", "POST township key retire"): (302, 403, 403, 404, 404, 403, *NOBODY_ELSE),
    ("townships:delegations", ""): EVERYBODY,
    ("townships:delegations_withdraw", "POST"): (404,) * 9,  # none is named
    ("reports:unit", "township"): TOWNSHIP,
    ("reports:unit", "village"): VILLAGE,
    ("reports:squad_home", ""): (302, 302, 302, 200, 302, 302, 302, 302, 302),
    ("reports:team_home", ""): (302, 302, 302, 302, 200, 302, 302, 302, 302),
    ("reports:institution_home", ""): (302, 302, 302, 302, 302, 302, 200, 302, 302),
    ("reports:person", "cadre"): (200, 200, 200, 200, 200, 200, 200, 200, 404),
    ("reports:person_tab", "cadre attendance"): (200, 200, 200, 200, 200, 200, 200, 200, 404),
    ("reports:my_scores", ""): (302,) * 9,
    ("reports:scores", "township"): (302, 302, 302, 404, 404, 302, *NOBODY_ELSE),
    ("reports:scores_week", "township week"): TOWNSHIP,
    ("reports:bulletins", "township"): TOWNSHIP,
    ("reports:attendance_notice", "township month"): TOWNSHIP,
    ("reports:bulletin", "bulletin"): TOWNSHIP,
    ("reports:bulletin_document", "bulletin"): TOWNSHIP,
    ("reports:bulletin_ranking", "bulletin"): TOWNSHIP,
    ("reports:compile_bulletin", "POST township month"): (302, 302, 302, 404, 404, 403, *NOBODY_ELSE),
    ("reports:imports", "township"): IMPORTERS,
    ("reports:import_template", "township"): IMPORTERS,
    ("reports:import_run", "township run"): IMPORTERS,
    ("reports:import_columns", "POST township run"): IMPORTING,
    ("reports:import_value", "POST township run"): IMPORTING,
    ("reports:import_transfer", "POST township run"): IMPORTING,
    ("reports:import_confirm", "POST township run"): IMPORTING,
    ("reports:import_drop", "POST township run"): IMPORTING,
    ("reports:import_undo", "POST township run"): IMPORTING,
    ("reports:import_file", "township run rest"): (302, 302, 302, 404, 404, 403, *NOBODY_ELSE),
    ("reports:unit_changes", "township"): TOWNSHIP,
    ("reports:unit_change_new", "township"): (200, 403, 403, 404, 404, 403, *NOBODY_ELSE),
    ("reports:unit_change_form", "township kind"): (200, 403, 403, 404, 404, 403, *NOBODY_ELSE),
    ("reports:unit_change", "township change"): TOWNSHIP,
    ("reports:unit_change_withdraw", "POST township change"): (302, 403, 403, 404, 404, 403, *NOBODY_ELSE),
    ("cadres:people", "township"): TOWNSHIP,
    ("cadres:people_export", "township"): TOWNSHIP,
    ("cadres:corrections", "township"): (200, 200, 200, 404, 404, 403, *NOBODY_ELSE),
    ("cadres:correction_decide", "POST correction"): (302, 302, 302, 404, 404, 403, 404, 403, 404),
    ("cadres:correction_proof", "correction"): (200, 200, 200, 404, 404, 403, 404, 200, 404),
    ("cadres:correction_withdraw", "POST correction"): (404, 404, 404, 404, 404, 404, 404, 302, 404),
    ("cadres:my_corrections", ""): EVERYBODY,
    ("cadres:ask_correction", ""): (302,) * 7 + (200, 302),
    ("reports:my_data", ""): EVERYBODY,
    ("reports:my_data_file", ""): EVERYBODY,
    ("attendance:check_in", ""): EVERYBODY,
    ("attendance:my_leaves", ""): EVERYBODY,
    ("attendance:apply", ""): EVERYBODY,
    ("attendance:my_week", ""): EVERYBODY,
    ("attendance:leaves", "township"): TOWNSHIP,
    ("attendance:leave", "leave"): (200, 200, 200, 200, 200, 200, 200, 200, 404),
    ("attendance:leave_decide", "POST leave approve"): (403, 403, 403, 302, 403, 403, 403, 403, 404),
    ("attendance:leave_return", "POST leave"): (302, 302, 302, 302, 403, 403, 403, 302, 404),
    ("attendance:leave_cancel", "POST leave"): (302, 302, 302, 403, 403, 403, 403, 302, 404),
    ("attendance:leave_revoke", "POST leave"): (302, 302, 403, 302, 403, 403, 403, 403, 404),
    ("attendance:grid", "township"): (302, 302, 302, 404, 404, 302, *NOBODY_ELSE),
    ("attendance:grid_month", "township month"): TOWNSHIP,
    ("attendance:grid_export", "township month"): TOWNSHIP,
    ("attendance:sheets", "village"): (302, 302, 302, 302, 302, 302, *NOBODY_ELSE),
    ("attendance:sheet", "village week"): VILLAGE,
    ("attendance:sheet_sign", "POST village week"): (302, 302, 403, 302, 302, 403, *NOBODY_ELSE),
    ("attendance:sheet_attest", "POST village week"): (302, 302, 302, 302, 302, 403, *NOBODY_ELSE),
    ("attendance:contradictions", "township"): TOWNSHIP,
    ("attendance:case", "posting day"): (200, 200, 200, 200, 200, 200, 200, 200, 404),
    ("attendance:spot_checks", "village"): VILLAGE,
    ("attendance:draw", "POST village"): (302, 302, 403, 302, 403, 403, *NOBODY_ELSE),
    ("attendance:finding", "POST posting present"): (302, 302, 404, 302, 404, 404, *NOBODY_ELSE),
}
#: Open to everybody, logged in or not.
OPEN = {
    "townships:login",
    "townships:logout",
    "townships:large_type",
    "townships:sso",
    "townships:sso_return",
    "attendance:service_worker",
}
ACTS = [
    (*door, who, status)
    for door, statuses in DOORS.items()
    if "POST" in door[1]
    for who, status in zip(WHO, statuses, strict=True)
]


@pytest.fixture
def cast(county, secretary, clerk, squad_leader, leader, auditor, institution_officer, member, outsider):
    """Everybody at once: who may decide depends on who else there is."""
    people = (county, secretary, clerk, squad_leader, leader, auditor, institution_officer, member, outsider)
    with time_machine.travel("2026-11-24T12:00:00+08:00", tick=False):
        yield dict(zip(WHO, people, strict=True))


@pytest.fixture
def things(cast, tree, posting):
    """What addresses name."""
    now = timezone.now()
    leave = apply_for_leave(
        posting=posting, kind="personal", begins_on=date(2026, 11, 25), ends_on=date(2026, 11, 25),
        actor=posting.cadre.user, at=now, reason="家中有事",
    )  # fmt: skip
    for week in OCTOBER.weeks:
        score_week_of(posting, str(week))
    bulletin = compile_bulletin(unit=tree.township, month=OCTOBER, now=now)
    run = ImportRun.objects.create(
        unit=tree.township, kind="roster", file_name="花名册.xlsx", digest="d", upload="0" * 32, state="ready", at=now,
        uploaded_by=cast["clerk"], counts=dict.fromkeys(["new", "changed", "same", "refused", "left_out", "rows"], 0),
    )  # fmt: skip
    correction = CorrectionRequest.objects.create(
        cadre=posting.cadre, field="major", value_wanted="农学", reason="毕业证为准", requested_at=now,
        proof=proofs.keep(b"%PDF-1.4"),
    )  # fmt: skip
    SpotCheck.objects.create(unit=tree.village, day=date(2026, 11, 24), seed="s", commitment="c")
    return {
        "township": tree.township.division_code,
        "village": tree.village.division_code,
        "week": "2026-W47",
        "month": "2026-10",
        "day": "2026-11-23",
        "cadre": posting.cadre_id,
        "posting": posting.pk,
        "leave": leave.pk,
        "correction": correction.pk,
        "bulletin": bulletin.pk,
        "attendance": "attendance",
        "run": run.pk,
        "rest": "rest",
        "kind": "move",
        "change": rename_unit(unit=tree.township, name="大同乡", day=date(2026, 12, 1), actor=cast["county"]).pk,
        "key": "township_clerk",
        "retire": "retire",
    }


def _address(things, route, words) -> str:
    return reverse(route, args=[things[word] for word in words.split() if word in things])


@pytest.mark.parametrize(("route", "words"), [door for door in DOORS if "POST" not in door[1]])
def test_a_page_opens_to_whom_it_should(client, cast, things, route, words):
    seen = {}
    for who, user in cast.items():
        client.force_login(user)
        seen[who] = client.get(_address(things, route, words)).status_code
    assert seen == dict(zip(WHO, DOORS[route, words], strict=True))


@pytest.mark.parametrize(("route", "words", "who", "status"), ACTS)
def test_an_act_is_done_by_whom_it_should(client, cast, things, route, words, who, status):
    client.force_login(cast[who])
    data = {"outcome": "approve", "finding": "present", "name": "村支书", "reason": "查明"}
    assert client.post(_address(things, route, words), data).status_code == status


@pytest.mark.parametrize(("route", "words"), DOORS)
def test_nobody_gets_in_without_logging_in(client, things, route, words):
    answer = client.get(_address(things, route, words))
    assert (answer.status_code, answer.url.split("?")[0]) == (302, "/login/")


def test_every_door_stands_in_the_table():
    ours = {
        f"{namespace}:{name}"
        for namespace, (_, resolver) in get_resolver().namespace_dict.items()
        if namespace in {"townships", "cadres", "attendance", "reports"}
        for name in resolver.reverse_dict
        if isinstance(name, str)
    }
    assert ours == {route for route, _ in DOORS} | OPEN
