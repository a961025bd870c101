"""The schema that programs are built from, and what is said beside it."""

import pytest
from django.test import Client

from config.api import api
from tests.api.conftest import ROOT

OPERATIONS = {
    (method.upper(), path): operation
    for path, item in api.get_openapi_schema(path_prefix="")["paths"].items()
    for method, operation in item.items()
}


def is_chinese(text: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


def test_the_schema_is_served_to_everybody(client, db):
    document = client.get(f"{ROOT}openapi.json").json()
    assert document["openapi"].startswith("3.")
    assert f"{ROOT}check-ins" in document["paths"]
    assert set(document["components"]["securitySchemes"]) == {"BearerToken", "PageSession"}


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_every_operation_tells_how_it_refuses(method, path):
    operation = OPERATIONS[method, path]
    answers = {str(status): answer for status, answer in operation["responses"].items()}
    for status in ("400", "401", "403", "404", "422"):
        assert answers[status]["content"]["application/json"]["schema"]["$ref"].endswith("/ErrorOut")
    assert answers.keys() & {"200", "201", "204"}


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_every_operation_is_named_in_chinese(method, path):
    assert is_chinese(OPERATIONS[method, path]["summary"])


def test_only_the_handing_out_of_tokens_is_open():
    assert [key for key, operation in OPERATIONS.items() if not operation.get("security")] == [("POST", "/auth/token")]


def _shape(document: dict, schema: dict):
    """The keys an answer should have, through references and lists."""
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return schema


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("/me", "me"),
        ("/units/{code}", "units/{village}"),
        ("/cadres/{cadre_id}", "cadres/{cadre}"),
        ("/leaves/{leave_id}", "leaves/{leave}"),
        ("/weekly-sheets/{sheet_id}", "weekly-sheets/{sheet}"),
        ("/spot-checks/{check_id}", "spot-checks/{check}"),
    ],
)
def test_one_thing_answers_what_the_schema_says(calling, secretary, things, path, address):
    document = api.get_openapi_schema(path_prefix="")
    said = OPERATIONS["GET", path]["responses"][200]["content"]["application/json"]["schema"]
    answer = calling(secretary).read(address.format(**things)).json()
    assert set(answer) == set(_shape(document, said)["properties"])


@pytest.mark.parametrize(
    "name",
    ["units", "cadres", "postings", "check-ins", "leaves", "weekly-sheets", "weekly-scores", "bulletins"],
)
def test_a_list_answers_what_the_schema_says(calling, secretary, things, name):
    document = api.get_openapi_schema(path_prefix="")
    said = OPERATIONS["GET", f"/{name}"]["responses"][200]["content"]["application/json"]["schema"]
    items = _shape(document, said)["properties"]["items"]["items"]
    answer = calling(secretary).read(name).json()
    assert set(answer) == {"items", "next"}
    assert set(answer["items"][0]) == set(_shape(document, items)["properties"])


class TestRefusals:
    def test_an_address_that_is_none(self, calling, secretary):
        for address in ("", "nothing", "leaves/一", "check-ins/"):
            answer = calling(secretary).read(address)
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")

    def test_writing_to_an_address_that_is_none(self, secretary):
        client = Client(enforce_csrf_checks=True)
        client.force_login(secretary)
        answer = client.post(f"{ROOT}leaves/一/approve", {}, content_type="application/json")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        answer = client.post(f"{ROOT}openapi.json", {}, content_type="application/json")
        assert answer["Content-Type"] == "application/json"

    def test_a_method_that_is_none(self, calling, secretary):
        answer = calling(secretary).call("PUT", "check-ins", {})
        assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
        assert set(answer["Allow"].split(", ")) == {"GET", "POST"}

    def test_a_body_that_is_no_json(self, client, secretary):
        client.force_login(secretary)
        for body in (b"{", b"\xff", b"[1]", b"1"):
            answer = client.generic("POST", f"{ROOT}check-ins", body, content_type="application/json")
            assert answer.status_code in (400, 422)
            assert is_chinese(answer.json()["message"])

    def test_chinese_is_sent_as_chinese(self, calling, secretary, db):
        assert "请先登录" in calling().read("me").content.decode()
        assert "大同镇" in calling(secretary).read("units").content.decode()

    def test_a_failure_of_ours_is_json_too(self, client, secretary, monkeypatch):
        """The answer keeps its shape, and says nothing of what broke."""

        def broken(*args, **kwargs):
            raise RuntimeError("密不外传")

        monkeypatch.setattr(api.renderer, "render", broken)
        client = Client(raise_request_exception=False)
        client.force_login(secretary)
        answer = client.get(f"{ROOT}me")
        assert (answer.status_code, answer.json()["code"]) == (500, "server_error")
        assert "密不外传" not in answer.content.decode()
