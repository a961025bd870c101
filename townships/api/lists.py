"""Lists of the API: rows within reach, narrowed to a unit, a page at a time."""

from collections.abc import Sequence
from typing import Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import Http404, HttpRequest
from ninja import Field, Schema

from townships.access import unit_for
from townships.api.fields import UnitCode, text
from townships.cursor import page_of
from townships.errors import OutOfReach, Refused
from townships.querysets import UnitQuerySet

Item = TypeVar("Item")


class BadCursor(Refused):
    code = "cursor.bad"
    message = "游标不对，请用上一页给出的 next，或从第一页重新取。"

    def __init__(self) -> None:
        super().__init__()
        self.fields = {"cursor": self.message}


class ListQuery(Schema):
    """What every list understands."""

    unit: UnitCode | None = Field(None, description="只要这个单位及其下级的；不在您的范围内时答 404")
    cursor: text(1000) = Field("", description="上一页的 next")
    limit: int = Field(50, ge=1, le=200, description="一页几条")


class PageOut(Schema, Generic[Item]):
    """One page. `next` goes into `cursor`; null on the last page."""

    items: list[Item]
    next: str | None


def rows_for(request: HttpRequest, model: type[Model], capability: str, unit: str | None) -> UnitQuerySet:
    """The rows on which the caller holds the capability, within `unit` when it is named."""
    return within(request, model.objects.reachable_by(request.user, capability), capability, unit)


def within(request: HttpRequest, rows: UnitQuerySet, capability: str, unit: str | None) -> UnitQuerySet:
    """Of the caller's rows those of `unit`, when it is named and he holds the capability there."""
    return rows if unit is None else rows.within(unit_for(request.user, unit, capability))


def one_of(rows: UnitQuerySet, pk: int) -> Model:
    """The row, or 404."""
    found = rows.filter(pk=pk).first()
    if found is None:
        raise OutOfReach
    return found


def page(rows: UnitQuerySet, order: Sequence[str], query: ListQuery) -> dict:
    """A page in `order` (see `page_of`); a cursor from elsewhere is refused."""
    try:
        found = page_of(rows, order, query.cursor, query.limit)
    except (Http404, ValueError, TypeError, OverflowError, ValidationError):
        if not query.cursor:
            raise
        raise BadCursor from None
    return {"items": found.rows, "next": found.next or None}
