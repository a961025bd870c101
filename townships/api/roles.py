"""The roles of a unit, for whoever appoints there."""

from django.http import HttpRequest
from ninja import Field, Router, Schema

from townships.access import unit_for
from townships.api.answers import REFUSALS
from townships.api.units import UnitRef
from townships.errors import OutOfReach
from townships.role_desk import RoleLine, desk_of

router = Router(tags=["单位"])


class UnitRoleOut(Schema):
    role: str
    label: str
    acts_as: str = Field(description="按哪个标准角色对待")
    capabilities: list[str]
    levels: list[str] = Field(description="能在哪几级任职")
    defined_at: UnitRef | None = Field(description="由哪个单位规定；标准角色为空")
    retired: bool = Field(description="已停用，不再新任命")
    appointments: int = Field(description="本单位和下级现有的任职数")


@router.get("{code}/roles", response={200: list[UnitRoleOut], **REFUSALS}, summary="一个单位的角色")
def unit_roles(request: HttpRequest, code: str):
    """本单位和下级能任职的角色，各有哪些权限。需要“管理任职和账号”的权限。"""
    if not code.isdecimal():
        raise OutOfReach
    return [_out(line) for line in desk_of(unit_for(request.user, code, "manage_appointments")).lines]


def _out(line: RoleLine) -> dict:
    return {
        "role": line.terms.key,
        "label": line.terms.name,
        "acts_as": line.terms.acts_as,
        "capabilities": sorted(line.terms.capabilities),
        "levels": sorted(line.terms.levels),
        "defined_at": line.defined_at,
        "retired": line.terms.retired,
        "appointments": line.holders,
    }
