"""Administrative units within reach."""

from datetime import date

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from townships.access import unit_for
from townships.api.answers import REFUSALS
from townships.api.lists import ListQuery, PageOut, page, rows_for
from townships.errors import OutOfReach
from townships.models import AdministrativeUnit, UnitSuccession

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


class NameOut(Schema):
    """What the unit was called from a day on."""

    name: str
    code: str
    begins: date | None = Field(description="空：最初的名称")

    @staticmethod
    def resolve_code(name) -> str:
        return name.division_code


class UnitDetail(UnitOut):
    names: list[NameOut] = Field(description="用过的名称和代码；没有改过时为空")
    predecessors: list[UnitRef] = Field(description="由哪些单位来；只列您范围内的")
    successors: list[UnitRef] = Field(description="成了哪些单位；只列您范围内的")

    @staticmethod
    def resolve_names(unit) -> list:
        return list(unit.names.in_turn())


class ChangeOut(Schema):
    """One change of the unit, as far as it is in reach."""

    id: int
    kind: str
    kind_label: str
    day: date = Field(description="生效日期")
    document_number: str
    withdrawn: bool
    side: str = Field(description="before：本单位停用或分出；after：本单位新设、接收或更名")
    other: UnitRef | None = Field(description="对方单位；不在您范围内时为空")


class UnitQuery(ListQuery):
    level: Level | None = Field(None, description="只要这一级的")


@router.get("", response={200: PageOut[UnitOut], **REFUSALS}, summary="单位")
def units(request: HttpRequest, query: Query[UnitQuery]):
    """范围内的单位，从上到下。"""
    rows = rows_for(request, AdministrativeUnit, "view_members", query.unit).select_related("parent")
    return page(rows.filter(level=query.level) if query.level else rows, ("path",), query)


def _unit(request: HttpRequest, code: str) -> AdministrativeUnit:
    if not code.isdecimal():
        raise OutOfReach
    return unit_for(request.user, code, "view_members")


def _sides(request: HttpRequest, unit: AdministrativeUnit) -> list[UnitSuccession]:
    rows = UnitSuccession.objects.reachable_by(request.user, "view_members").filter(unit=unit)
    sides = list(rows.select_related("change", "other").order_by("-change__day", "-pk"))
    for side in sides:
        # The other county's unit is not there for whoever does not reach it.
        if side.other is not None and not request.user.reaches(side.other.path):
            side.other = None
    return sides


@router.get("{code}", response={200: UnitDetail, **REFUSALS}, summary="一个单位")
def unit(request: HttpRequest, code: str):
    """用以前的代码也能找到。"""
    found = _unit(request, code)
    sides = [side for side in _sides(request, found) if side.other and side.change.withdrawn_at is None]
    found.predecessors = [side.other for side in sides if side.side == UnitSuccession.Side.AFTER]
    found.successors = [side.other for side in sides if side.side == UnitSuccession.Side.BEFORE]
    return found


@router.get("{code}/changes", response={200: list[ChangeOut], **REFUSALS}, summary="一个单位的沿革")
def unit_changes(request: HttpRequest, code: str):
    """更名、划归、合并、拆分、撤销，最近的在前。"""
    return [
        {
            "id": side.change_id,
            "kind": side.change.kind,
            "kind_label": side.change.get_kind_display(),
            "day": side.change.day,
            "document_number": side.change.document_number,
            "withdrawn": side.change.withdrawn_at is not None,
            "side": side.side,
            "other": side.other,
        }
        for side in _sides(request, _unit(request, code))
    ]
