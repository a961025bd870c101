"""What no browser sends: every door, asked by the wrong method, with impossible parameters, from another site."""

import inspect
import re
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.leaks.crawl import Crawl, choices_of, named
from tests.leaks.routes import Door, doors, patterns
from tests.leaks.rows import THOROUGH, Rows
from townships.checks import our_models
from townships.models import ApiToken, AuditEntry, AuditHead, Job

#: Values for every parameter that a page or list reads; none of them may become an error of ours.
IMPOSSIBLE = ["x\x00y", "9" * 40, "' OR 1=1 --"]
IMPOSSIBLE_IN_A_PATH = ["x%00y", "9" * 40, "..%2f..%2fetc%2fpasswd", "%ff%fe", "%0d%0aX:%20y"]
METHODS = ["PUT", "DELETE", "OPTIONS", "HEAD"]
if THOROUGH:
    IMPOSSIBLE += ["\x00", "-1", "9223372036854775808", "x" * 9_000, "[]", "\u202e٣", "1e9", "%", "\\"]
    IMPOSSIBLE_IN_A_PATH += ["%00", "x" * 2_000, "-1", "~"]
    METHODS += ["PATCH", "TRACE", "BREW"]
#: Open to everybody, whatever the method.
DESCRIPTION_OF_THE_API = "api:openapi-json"
#: What reading itself writes: the trail of views and exports, the day a token was used.
WRITTEN_BY_READING = (AuditEntry, AuditHead, Job, ApiToken)


@pytest.fixture
def crawl(nation, client) -> Crawl:
    return Crawl(client, nation, nation.accounts["county_organization"])


def address_of(door: Door, rows: Rows) -> str:
    """The door at the first row in reach."""
    if door.model is None:
        return door.address(next(choices_of(door, {})))
    own = rows.sample(door.model)[0]
    return door.address(next(choices_of(door, named(door, own[0])))) if own else ""


def addresses(crawl: Crawl, *, admin: bool | None = None) -> list[tuple[Door, str]]:
    wanted = [door for door in doors() if admin is None or door.is_admin is admin]
    pairs = [(door, address_of(door, crawl.rows)) for door in wanted]
    return [(door, address) for door, address in pairs if address]


def parameters_read_by(name: str) -> list[str]:
    """The names its view's module takes from an address; of the admin those every list and form takes."""
    if name.startswith("admin:"):
        return [
            "q",
            "o",
            "p",
            "all",
            "e",
            "_facets",
            "_changelist_filters",
            "unit",
            "unit__id__exact",
            "at__gte",
            "user",
            "id",
        ]
    callback = next(pattern.callback for found, pattern in patterns() if found == name)
    source = inspect.getsource(inspect.getmodule(inspect.unwrap(getattr(callback, "view_class", callback))))
    return sorted({*re.findall(r'GET(?:\.get\(|\[)"(\w+)"', source), "after", "next"})


def everything() -> dict[str, list]:
    """All rows that reading must leave as they are."""
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values_list())
        for model in our_models()
        if model not in WRITTEN_BY_READING
    }


def test_no_parameter_of_an_address_is_an_error_of_ours(crawl):
    for door, address in addresses(crawl):
        if door.is_admin and not door.name.endswith(("_changelist", "_add", "_list_export", ":index", ":autocomplete")):
            continue
        for value in IMPOSSIBLE:
            if door.is_admin:
                crawl.look(address, **dict.fromkeys(parameters_read_by(door.name)[:6], value))
                continue
            for name in parameters_read_by(door.name):
                crawl.look(address, **{name: value})
    crawl.done()


def test_no_impossible_address_is_an_error_of_ours(crawl):
    asked = 0
    for door, _ in addresses(crawl):
        for parameter in door.parameters[:2]:
            marked = door.address({**dict.fromkeys(door.parameters, 1), parameter: 7_654_321})
            for value in IMPOSSIBLE_IN_A_PATH:
                response = crawl.client.get(marked.replace("7654321", value))
                asked += 1
                if response.status_code not in (301, 302, 400, 403, 404, 405):
                    crawl.blame(f"{response.status_code} at {marked.replace('7654321', value)[:200]}")
    assert asked > 300
    crawl.done()


def test_another_method_is_refused_and_nothing_happens(crawl):
    before = everything()
    for door, address in addresses(crawl):
        if door.is_admin and not THOROUGH and not door.name.endswith(("_changelist", "_change")):
            continue
        for method in METHODS:
            response = crawl.client.generic(method, address, b"")
            if response.status_code >= 500:
                crawl.blame(f"{response.status_code} by {method} {address}")
    assert everything() == before
    crawl.done()


def test_reading_changes_nothing(crawl):
    before = everything()
    for _, address in addresses(crawl):
        crawl.look(address)
    assert everything() == before
    crawl.done()


def test_only_the_api_does_without_the_forms_secret():
    exempt = {name for name, pattern in patterns() if getattr(pattern.callback, "csrf_exempt", False)}
    assert exempt
    assert {name for name in exempt if not name.startswith("api:")} == set()


def test_a_write_from_another_site_is_refused(nation):
    account = nation.accounts["county_organization"]
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(account.user)
    rows = Rows(nation, account)
    before = everything()
    for door in doors():
        address = address_of(door, rows)
        if address and door.name != DESCRIPTION_OF_THE_API:
            answer = client.post(address, {"act": "publish"}, headers={"origin": "https://evil.example"})
            expected = (400, 401, 403, 404, 405) if door.name.startswith("api:") else (403, 405)
            assert answer.status_code in expected, (address, answer.status_code)
    assert everything() == before


def test_no_door_leads_to_another_site(crawl):
    there = "https://evil.example/x"
    for _, address in addresses(crawl, admin=False):
        for answer in (
            crawl.client.get(address, {"next": there, "back": there, "url": there}),
            crawl.client.post(
                f"{address}?next={quote(there)}", {"next": there, "back": there}, headers={"referer": there}
            ),
        ):
            if "evil.example" in answer.headers.get("Location", ""):
                crawl.blame(f"{answer.status_code} from {address} to {answer['Location']}")
    crawl.done()


class TestAtTheGate:
    @pytest.mark.parametrize("address", ["/units/x%00y/", "/login/?next=%00", "/nowhere%00/"])
    def test_a_nul_in_an_address_is_a_bad_request(self, client, db, address):
        answer = client.get(address)
        assert (answer.status_code, "办不了" in answer.content.decode()) == (400, True)

    def test_a_nul_in_a_form_is_a_bad_request(self, client, db):
        assert client.post("/login/", {"username": "a\x00b", "password": "x"}).status_code == 400

    def test_the_api_says_it_in_json(self, client, db):
        answer = client.get("/api/v1/units?unit=%00")
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")

    @pytest.mark.parametrize(("address", "page"), [("/login/", True), ("/api/v1/auth/token", False)])
    def test_a_body_that_is_too_large_is_refused_by_its_length(self, client, db, settings, address, page):
        settings.REQUEST_MAX_BYTES = 1_000
        answer = client.post(address, b"x" * 1_001, content_type="application/octet-stream")
        assert answer.status_code == 413
        assert ("<h1>" in answer.content.decode()) is page

    def test_a_file_in_a_form_counts(self, client, db, settings):
        settings.REQUEST_MAX_BYTES = 1_000
        assert client.post("/login/", {"file": SimpleUploadedFile("x.xlsx", b"x" * 2_000)}).status_code == 413
