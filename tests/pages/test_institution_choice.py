"""A township enters people from the county's directory of institutions without seeing its details."""

import pytest

from tests.factories import InstitutionFactory

pytestmark = pytest.mark.django_db
QUERY = {"app_label": "cadres", "model_name": "posting", "field_name": "dispatching_institution", "term": ""}


def test_a_clerk_is_offered_the_countys_institutions_and_not_the_next_countys(tree, institution, clerk, client):
    InstitutionFactory(name="邻县财政局", unit=tree.county2)
    client.force_login(clerk)
    offered = client.get("/admin/autocomplete/", QUERY).json()["results"]
    assert [one["text"] for one in offered] == ["县财政局"]


def test_a_clerk_can_enter_a_posting_from_it(tree, institution, clerk, posting, client):
    client.force_login(clerk)
    form = client.get(f"/admin/cadres/posting/{posting.pk}/change/").context["adminform"].form
    assert list(form.fields["dispatching_institution"].queryset) == [institution]


def test_the_list_of_institutions_stays_the_countys(tree, institution, clerk, client):
    client.force_login(clerk)
    assert client.get("/admin/townships/institution/").context["cl"].result_count == 0
