"""Administrative units within reach."""

from datetime import date

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from townships.access import unit_for
from townships.api.answers import REFUSALS
from townships.api.lists import ListQuery, PageOut, page, rows_for
from townships.errors import OutOfReach
from townships.models import AdministrativeUnit

router = Router(tags=["单位"])
Level = AdministrativeUnit.Level


class UnitRef(Schema):
    """A unit as other things name it."""

    code: str
    name: str
    level: str

    @staticmethod
    def resolve_code(unit) -> str:
        return unit.division_code


class UnitOut(UnitRef):
    level_label: str
    parent: str | None = Field(description="上级单位的区划代码")
    is_community: bool
    begins: date | None
    ends: date | None

    @staticmethod
    def resolve_level_label(unit) -> str:
        return unit.get_level_display()

    @staticmethod
    def resolve_parent(unit) -> str | None:
        return unit.parent.division_code if unit.parent else None


class UnitQuery(ListQuery):
    level: Level | None = Field(None, description="只要这一级的")


@router.get("", response={200: PageOut[UnitOut], **REFUSALS}, summary="单位")
def units(request: HttpRequest, query: Query[UnitQuery]):
    """范围内的单位，从上到下。"""
    rows = rows_for(request, AdministrativeUnit, "view_members", query.unit).select_related("parent")
    return page(rows.filter(level=query.level) if query.level else rows, ("path",), query)


@router.get("{code}", response={200: UnitOut, **REFUSALS}, summary="一个单位")
def unit(request: HttpRequest, code: str):
    if not code.isdecimal():
        raise OutOfReach
    return unit_for(request.user, code, "view_members")
