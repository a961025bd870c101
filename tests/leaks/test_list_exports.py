"""Every list of the admin exports what it shows: masked as shown, nothing to a stranger, at a constant cost."""

import io

import openpyxl
import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import CadreFactory, PostingFactory, user_with
from tests.leaks.world import SECRET, fill
from townships.checks import our_models
from townships.models import AuditEntry

pytestmark = pytest.mark.django_db
ADMINS = [model for model in our_models() if admin.site.is_registered(model)]


@pytest.fixture
def world(posting, secretary, institution_officer):
    fill(posting, actor=secretary)
    return posting


@pytest.fixture
def stranger(tree):
    return user_with("county_organization", tree.county2, username="county2", display_name="邻县组织部")


def export(client, model, kind="xlsx", **query):
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_list_export"
    return client.get(reverse(name, args=[kind]), query)


def table(response) -> list[tuple]:
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    return [row for row in sheet.iter_rows(min_row=2, values_only=True) if any(cell is not None for cell in row)]


@pytest.mark.parametrize("model", ADMINS, ids=lambda model: model._meta.label)
def test_every_list_exports_what_it_shows(model, world, tree, client, county):
    client.force_login(county)
    listed = client.get(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"))
    assert "导出列表" in listed.content.decode()
    rows = table(export(client, model))
    assert len(rows) == listed.context["cl"].result_count + 2
    assert rows[-1][0].startswith("导出人：组织部")
    lines = b"".join(export(client, model, "csv").streaming_content).decode("utf-8-sig")
    assert lines.rstrip().endswith("仅供工作使用")


@pytest.mark.parametrize("model", ADMINS, ids=lambda model: model._meta.label)
def test_a_strangers_export_holds_nothing(model, world, stranger, client):
    client.force_login(stranger)
    response = export(client, model)
    assert response.status_code == 200
    assert SECRET not in str(table(response))
    assert SECRET not in b"".join(export(client, model, "csv").streaming_content).decode()


def test_the_own_county_exports_its_rows(world, county, client):
    client.force_login(county)
    assert SECRET in str(table(export(client, type(world))))


def test_the_list_is_filtered_and_sorted_as_shown(tree, county, client):
    for name in ("甲", "乙", "丙"):
        PostingFactory(cadre=CadreFactory(name=name), village=tree.village, team_role="队员")
    PostingFactory(cadre=CadreFactory(name="丁"), village=tree.other_village, team_role="队长")
    client.force_login(county)
    model = type(PostingFactory.build())
    query = {"team_role": "队员", "o": "-1"}
    shown = client.get(reverse("admin:cadres_posting_changelist"), query).context["cl"].result_list
    rows = table(export(client, model, **query))[1:-1]
    assert [row[0] for row in rows] == [str(one.cadre) for one in shown]
    assert len(rows) == 3


def test_identity_stays_masked_as_in_the_list(posting, county, client):
    client.force_login(county)
    cells = str(table(export(client, type(posting.cadre))))
    assert posting.cadre.id_number not in cells
    assert posting.cadre.masked_id_number in cells


def test_an_export_is_kept_in_the_trail(posting, county, client):
    client.force_login(county)
    export(client, type(posting), q="甘")
    entry = AuditEntry.objects.get(act="list.exported")
    assert (entry.actor, entry.unit.name, entry.details["rows"]) == (county, "样例县", 1)
    assert entry.details["filters"].startswith("q=")


@pytest.mark.parametrize("who", ["member", "squad_leader", "institution_officer"])
def test_who_may_not_see_the_list_may_not_export_it(who, request, posting, client):
    client.force_login(request.getfixturevalue(who))
    assert export(client, type(posting)).status_code in (302, 403)


def test_a_clerk_exports_no_list_he_may_not_open(posting, clerk, client):
    client.force_login(clerk)
    assert export(client, AuditEntry).status_code == 403


@pytest.mark.outside_the_wall
@pytest.mark.parametrize("model", ADMINS, ids=lambda model: model._meta.label)
def test_rows_cost_no_queries(model, world, tree, county, client):
    """The queries of an export are those of the list: none for a row."""
    client.force_login(county)
    export(client, model)
    with CaptureQueriesContext(connection) as captured:
        export(client, model)
    asked = [query["sql"] for query in captured if query["sql"].startswith("SELECT")]
    table_name = model._meta.db_table
    assert sum(f'FROM "{table_name}"' in sql for sql in asked) <= 4
    assert len(captured) <= 16
