"""Paging by cursor: every row once, whatever the order; a cursor made elsewhere is no page."""

import pytest
from django.http import Http404

from tests.factories import UnitFactory
from townships.cursor import page_of
from townships.models import AdministrativeUnit


@pytest.fixture
def units(db):
    return [UnitFactory(name=f"单位{n % 3}") for n in range(7)]


@pytest.mark.parametrize("order", [("pk",), ("-pk",), ("name", "pk"), ("-name", "pk"), ("name", "-pk")])
@pytest.mark.parametrize("size", [1, 2, 7, 10])
def test_every_row_comes_once_and_in_order(units, order, size):
    seen, cursor = [], ""
    while True:
        page = page_of(AdministrativeUnit.objects.all(), order, cursor, size)
        seen += page.rows
        cursor = page.next
        if not cursor:
            break
    assert seen == list(AdministrativeUnit.objects.order_by(*order))


@pytest.mark.parametrize("cursor", ["%%%", "W10", "WzFd", "eyJhIjoxfQ", "W1tdLFtdXQ", "WyJcdTAwMDAiLCAxXQ"])
def test_a_cursor_that_was_not_made_here_is_not_found(units, cursor):
    with pytest.raises(Http404):
        page_of(AdministrativeUnit.objects.all(), ("name", "pk"), cursor, 2)
