"""Every operation, and who gets what: 401 nobody, 404 out of reach, 403 without the right."""

import re

import pytest
from django.db.transaction import atomic, set_rollback

from config.api import api
from tests.api.conftest import WHO

LIST = (200,) * 9
#: The village's things: squad leader and team leader hold it; officer and member see the one person of theirs.
OF_PERSON = (200, 200, 200, 200, 200, 200, 200, 200, 404)
NOBODY_ELSE = (404, 404, 404)

#: (method, address, body) → statuses in the order of WHO
DOORS = {
    ("GET", "me"): LIST,
    ("GET", "me/data"): LIST,
    ("GET", "me/corrections"): LIST,
    ("POST", "me/corrections"): (404,) * 7 + (201, 404),
    ("GET", "corrections"): LIST,
    ("POST", "corrections/{correction}/accept"): (200, 200, 200, 404, 404, 403, 404, 403, 404),
    ("POST", "corrections/{correction}/reject"): (200, 200, 200, 404, 404, 403, 404, 403, 404),
    ("POST", "corrections/{correction}/withdraw"): (404,) * 7 + (200, 404),
    ("GET", "corrections/{correction}/proof"): (200, 200, 200, 404, 404, 403, 404, 200, 404),
    ("GET", "delegations"): LIST,
    ("POST", "delegations"): (201, 201, 404, 404, 404, 404, 404, 404, 404),
    ("POST", "delegations/{delegation}/withdraw"): (200, 200, 404, 200, 404, 404, 404, 404, 404),
    ("GET", "units"): LIST,
    ("GET", "units/{village}"): (200, 200, 200, 200, 200, 200, *NOBODY_ELSE),
    ("GET", "units/{township}"): (200, 200, 200, 404, 404, 200, *NOBODY_ELSE),
    ("GET", "units/{township}/roles"): (200, 403, 403, 404, 404, 403, *NOBODY_ELSE),
    ("GET", "units/{township}/changes"): (200, 200, 200, 404, 404, 200, *NOBODY_ELSE),
    ("GET", "cadres"): LIST,
    ("GET", "cadres/{cadre}"): OF_PERSON,
    ("GET", "postings"): LIST,
    ("GET", "check-ins"): LIST,
    ("GET", "check-ins?unit={village}"): (200, 200, 200, 200, 200, 200, *NOBODY_ELSE),
    ("POST", "check-ins"): (201, 201, 201, 403, 403, 403, 403, 201, 404),
    ("GET", "leaves"): LIST,
    ("GET", "leaves/{leave}"): OF_PERSON,
    ("POST", "leaves"): (201, 201, 201, 403, 403, 403, 403, 201, 404),
    ("POST", "leaves/{leave}/approve"): (403, 403, 403, 200, 403, 403, 403, 403, 404),
    ("POST", "leaves/{leave}/reject"): (403, 403, 403, 200, 403, 403, 403, 403, 404),
    ("POST", "leaves/{leave}/return"): (422, 422, 422, 422, 403, 403, 403, 422, 404),
    ("POST", "leaves/{leave}/cancel"): (200, 200, 200, 403, 403, 403, 403, 200, 404),
    ("GET", "weekly-sheets"): LIST,
    ("GET", "weekly-sheets/{sheet}"): (200, 200, 200, 200, 200, 200, *NOBODY_ELSE),
    ("POST", "weekly-sheets/{sheet}/sign"): (200, 200, 403, 200, 200, 403, *NOBODY_ELSE),
    ("POST", "spot-checks/draw"): (201, 201, 403, 201, 403, 403, *NOBODY_ELSE),
    ("GET", "spot-checks/{check}"): (200, 200, 200, 200, 200, 200, *NOBODY_ELSE),
    ("POST", "spot-checks/{check}/results"): (201, 201, 403, 201, 403, 403, *NOBODY_ELSE),
    ("GET", "weekly-scores"): LIST,
    ("GET", "weekly-scores?unit={village}"): (200, 200, 200, 200, 200, 200, *NOBODY_ELSE),
    ("GET", "bulletins"): LIST,
    ("GET", "bulletins?unit={village}"): (200, 200, 200, 403, 403, 200, *NOBODY_ELSE),
    ("GET", "bulletins/{bulletin}/document"): (200, 200, 200, 404, 404, 200, *NOBODY_ELSE),
    ("DELETE", "auth/token"): (204,) * 9,
}
#: What the acts send.
BODIES = {
    "check-ins": lambda things: {
        "client_id": "新", "made_at": "2026-11-24T11:00:00+08:00", "posting": things["posting"],
    },
    "leaves": lambda things: {
        "begins_on": "2026-12-01", "ends_on": "2026-12-01", "reason": "看病", "posting": things["posting"],
    },
    "delegations": lambda things: {
        "appointment": things["appointment"], "delegate": things["delegate"], "begins": "2026-11-25",
        "ends": "2026-11-28", "reason": "出差",
    },
    "me/corrections": lambda things: {"wanted": {"education": "本科"}, "reason": "毕业证为准"},
    "corrections/{correction}/reject": lambda things: {"reason": "不符"},
    "leaves/{leave}/reject": lambda things: {"reason": "防汛"},
    "spot-checks/draw": lambda things: {"unit": things["village"]},
    "spot-checks/{check}/results": lambda things: {"posting": things["posting"], "finding": "present"},
}  # fmt: skip
#: Open without a token.
OPEN = {("POST", "auth/token")}


def _call(caller, things, method, address):
    body = BODIES.get(address, lambda things: {})(things) if method == "POST" else None
    return caller.call(method, address.format(**things), body)


@pytest.mark.parametrize(("method", "address"), DOORS)
def test_an_operation_answers_as_it_should(calling, cast, things, method, address):
    seen = {}
    for who, user in cast.items():
        with atomic():
            answer = _call(calling(user), things, method, address)
            set_rollback(True)  # the next one finds things as they were
        seen[who] = answer.status_code
        if answer.status_code >= 400:
            assert set(answer.json()) == {"code", "message", "fields"}
    assert seen == dict(zip(WHO, DOORS[method, address], strict=True))


@pytest.mark.parametrize(("method", "address"), DOORS)
def test_nobody_gets_in_without_a_token(calling, things, method, address):
    answer = _call(calling(), things, method, address)
    assert (answer.status_code, answer.json()["code"]) == (401, "auth.required")


def _shape(address: str) -> str:
    """units/{code} and units/{village} are one address."""
    return re.sub(r"{[^}]*}", "{}", address.split("?")[0]).strip("/")


def test_every_operation_stands_in_the_table():
    paths = api.get_openapi_schema(path_prefix="")["paths"]
    ours = {(method.upper(), _shape(path)) for path, item in paths.items() for method in item}
    assert ours == {(method, _shape(address)) for method, address in {*DOORS, *OPEN}}
