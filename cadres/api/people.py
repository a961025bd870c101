"""People and their postings. Identity and telephone numbers go out masked, to everybody."""

from datetime import date

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from cadres.models import Cadre, Posting
from townships.api.answers import REFUSALS
from townships.api.fields import Day, text
from townships.api.lists import ListQuery, PageOut, one_of, page, rows_for, within
from townships.api.units import UnitRef
from townships.querysets import in_any, ways_to_text

cadres = Router(tags=["人员"])
postings = Router(tags=["人员"])
#: From village to village: read along the index of the paths, whatever the reach.
IN_ORDER = ("village__path", "pk")


class CadreRef(Schema):
    """A person as other things name him."""

    id: int
    name: str


class CadreOut(CadreRef):
    id_number: str = Field(description="只显示前四位和后四位")
    phone: str = Field(description="只显示前三位和后四位")
    sex: str
    ethnicity: str
    birth_month: str
    political_status: str
    education: str
    major: str

    @staticmethod
    def resolve_id_number(cadre) -> str:
        return cadre.masked_id_number

    @staticmethod
    def resolve_phone(cadre) -> str:
        return cadre.masked_phone


class InstitutionRef(Schema):
    id: int
    name: str


class PostingRef(Schema):
    """Who, and where: what evidence and scores hang on."""

    id: int
    cadre: CadreRef
    village: UnitRef


class PostingOut(PostingRef):
    township: UnitRef
    dispatching_institution: InstitutionRef | None
    position: str
    dispatch_level: str
    team_role: str
    begins: date
    ends: date | None = Field(description="从这一天起不再驻村；空为仍在驻村")
    state: str
    state_label: str

    @staticmethod
    def resolve_township(posting):
        return posting.village.parent

    @staticmethod
    def resolve_state_label(posting) -> str:
        return posting.get_state_display()


class CadreQuery(ListQuery):
    name: text(60) = Field("", description="姓名里含有")


class PostingQuery(ListQuery):
    cadre: int | None = Field(None, description="只要这个人的")
    on: Day | None = Field(None, description="只要这一天在驻的")
    mine: bool = Field(default=False, description="只要本人的")


@cadres.get("", response={200: PageOut[CadreOut], **REFUSALS}, summary="人员")
def people(request: HttpRequest, query: Query[CadreQuery]):
    """范围内的人员。已调到别处的不在其中，他在这里的派驻仍可查。"""
    rows = within(request, Cadre.objects.kept_by(request.user, "view_members"), "view_members", query.unit)
    return page(in_any(rows, ways_to_text(["name"], query.name)) if query.name else rows, ("pk",), query)


@cadres.get("{int:cadre_id}", response={200: CadreOut, **REFUSALS}, summary="一个人")
def person(request: HttpRequest, cadre_id: int):
    rows = Cadre.objects.reachable_by(request.user, "view_members")
    return one_of(rows.kept_by(request.user, "view_members"), cadre_id)


@postings.get("", response={200: PageOut[PostingOut], **REFUSALS}, summary="派驻")
def posted(request: HttpRequest, query: Query[PostingQuery]):
    """范围内的派驻。"""
    rows = rows_for(request, Posting, "view_members", query.unit)
    rows = rows.filter(cadre=query.cadre) if query.cadre is not None else rows
    rows = rows.active_on(query.on) if query.on else rows
    rows = rows.filter(cadre__user=request.user) if query.mine else rows
    return page(rows.select_related("cadre", "village__parent", "dispatching_institution"), IN_ORDER, query)
