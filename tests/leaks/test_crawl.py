"""Every account knocks at every door: nobody is told of anything that is not his, not even that it is there."""

from urllib.parse import parse_qsl, urlencode

import pytest
from django.contrib import admin
from django.urls import reverse

from tests.leaks.crawl import ROLES, Crawl
from tests.leaks.routes import OF_PK, doors, patterns
from tests.leaks.rows import THOROUGH
from townships.checks import SHARED, our_models
from townships.roles import DESK_ROLES

#: Who walks in every run; in the longer one everybody does.
WALKERS = (
    "city_organization2", "county_organization", "township_clerk", "squad_leader2", "village_clerk",
    "institution_officer", "mover", "former",
)  # fmt: skip
DESKS = ("county_organization",)


def _lists(crawl: Crawl, model, page) -> None:
    """A list as every filter, search, order and file shows it; what it counts is what he reaches."""
    head = f"admin:{model._meta.app_label}_{model._meta.model_name}_"
    address = reverse(f"{head}changelist")
    response, _ = crawl.look(address)
    if response.status_code != 200:
        return
    listed = response.context["cl"]
    outside = set(crawl.rows.split(model)[1])
    crawl.lists_none_of(outside, response, address)
    queries = [{"q": sorted(crawl.secret)[0]}, {"_facets": "True"}, {"o": "-1"}]
    for spec in listed.filter_specs:
        choices = spec.choices(listed) if THOROUGH else ()
        queries += [dict(parse_qsl(one["query_string"].lstrip("?"))) for one in choices if "query_string" in one]
        if hasattr(spec, "field") and spec.field.is_relation:
            own, others = crawl.rows.sample(spec.field.related_model)
            queries += [{spec.lookup_kwarg: row.pk} for row in ([*own, *others] if THOROUGH else others[:1])]
    for query in queries:
        shown, _ = crawl.look(address, **query)
        crawl.lists_none_of(outside, shown, f"{address}?{urlencode(query)}")
        if shown.status_code != 200:
            continue
        crawl.look(reverse(f"{head}list_export", args=["csv"]), **query)
    for field in model._meta.fields:
        if field.is_relation and hasattr(field.related_model, "unit_path"):
            for row in crawl.rows.sample(field.related_model)[1][: None if THOROUGH else 1]:
                crawl.look(reverse(f"{head}add"), **{field.name: row.pk})


def _choosers(crawl: Crawl, model) -> None:
    """The choices of every relation, also asked for by a name out of reach."""
    for field in [*model._meta.fields, *model._meta.many_to_many]:
        if field.is_relation:
            source = {
                "app_label": model._meta.app_label,
                "model_name": model._meta.model_name,
                "field_name": field.name,
            }
            for term in ("", sorted(crawl.secret)[-1], "甘") if THOROUGH else ("甘",):
                crawl.look(reverse("admin:autocomplete"), **source, term=term)


def test_every_route_and_model_is_known_to_the_crawler(nation):
    known = doors()
    assert {door.name for door in known} >= {name for name, _ in patterns() if name.startswith("reports:")}
    assert set(OF_PK) == {door.name for door in known if "pk" in door.parameters}
    for model in our_models():
        if model._meta.label not in SHARED:
            assert model._base_manager.exists(), f"tests/leaks/furniture.py makes no {model._meta.label}"


@pytest.mark.parametrize("key", ROLES if THOROUGH else WALKERS)
def test_pages_tell_nobody_of_anything_out_of_reach(key, nation, client):
    crawl = Crawl(client, nation, nation.accounts[key])
    for door in doors():
        if not door.is_admin:
            crawl.knock(door)
    assert crawl.asked > 90
    crawl.done()


@pytest.mark.parametrize("key", ROLES if THOROUGH else DESKS)
def test_the_admin_tells_nobody_of_anything_out_of_reach(key, nation, client):
    account = nation.accounts[key]
    crawl = Crawl(client, nation, account)
    for door in doors():
        if door.is_admin:
            crawl.knock(door)
    if account.role in DESK_ROLES and account.paths:
        for model, page in admin.site._registry.items():
            _lists(crawl, model, page)
            _choosers(crawl, model)
    crawl.done()
