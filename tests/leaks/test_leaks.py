"""Nothing of one county reaches an account of another, by any model or admin page."""

import pytest
from django.contrib import admin
from django.urls import NoReverseMatch, reverse

from tests.factories import user_with
from tests.leaks.world import SECRET, fill
from townships.checks import SHARED, our_models

pytestmark = pytest.mark.django_db
SCOPED = [model for model in our_models() if model._meta.label not in SHARED]
ADMINS = [model for model in SCOPED if admin.site.is_registered(model)]


@pytest.fixture
def world(posting, secretary, institution_officer):
    fill(posting, actor=secretary)
    return posting


@pytest.fixture
def stranger(tree):
    """The highest rank of the county next door, where there is nothing."""
    return user_with("county_organization", tree.county2, username="county2", display_name="邻县组织部")


def of_first_county(model, tree):
    rows = model._base_manager.all()
    return [row for row in rows if not model.objects.within(tree.county2).filter(pk=row.pk).exists()]


@pytest.mark.parametrize("model", SCOPED, ids=lambda model: model._meta.label)
def test_every_model_has_a_row_in_the_world_and_the_stranger_sees_none_of_it(model, world, tree, stranger):
    hidden = of_first_county(model, tree)
    assert hidden, f"tests/leaks/world.py makes no {model._meta.label}"
    for capability in model.capabilities.values():
        seen = set(model.objects.reachable_by(stranger, capability).values_list("pk", flat=True))
        assert seen.isdisjoint(row.pk for row in hidden)


@pytest.mark.parametrize("model", ADMINS, ids=lambda model: model._meta.label)
def test_the_admin_shows_the_stranger_nothing(model, world, tree, stranger, client):
    client.force_login(stranger)
    hidden = of_first_county(model, tree)[0]
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    changelist = client.get(reverse(f"{name}_changelist"))
    assert changelist.status_code == 200
    assert SECRET not in changelist.content.decode()
    assert changelist.context["cl"].result_count == len(
        model.objects.reachable_by(stranger, model.capabilities["view"])
    )
    for page in ("change", "history", "delete"):
        response = client.get(reverse(f"{name}_{page}", args=[hidden.pk]))
        assert response.status_code in (302, 403, 404), page
        assert SECRET not in response.content.decode()
    add = client.get(reverse(f"{name}_add"))
    assert SECRET not in add.content.decode()


@pytest.mark.parametrize("model", ADMINS, ids=lambda model: model._meta.label)
def test_autocomplete_offers_the_stranger_nothing(model, world, stranger, client):
    client.force_login(stranger)
    for field in model._meta.fields:
        if not field.is_relation:
            continue
        query = {"app_label": model._meta.app_label, "model_name": model._meta.model_name, "field_name": field.name}
        response = client.get(reverse("admin:autocomplete"), {**query, "term": ""})
        assert SECRET not in response.content.decode()


def test_global_search_finds_the_stranger_nothing(world, stranger, client):
    client.force_login(stranger)
    try:
        url = reverse("admin:search")
    except NoReverseMatch:
        return
    assert SECRET not in client.get(url, {"s": SECRET}).content.decode()


def test_the_own_county_does_see_its_rows(world, county, client):
    """Else every test above would pass on an empty page."""
    client.force_login(county)
    assert SECRET in client.get(reverse("admin:cadres_posting_changelist")).content.decode()


@pytest.mark.parametrize("who", ["member", "squad_leader", "leader", "institution_officer"])
def test_the_admin_is_closed_to_those_without_a_desk(who, request, client):
    client.force_login(request.getfixturevalue(who))
    assert client.get(reverse("admin:index")).status_code in (302, 403)
