"""Weekly sheets: who has signed, and the leader's signature."""

from datetime import date

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from attendance.actions.sign_sheet import sign_as_leader
from attendance.models import SheetMark, WeeklySheet
from attendance.sheets import with_people_marked
from cadres.api.people import PostingRef
from townships.api.answers import REFUSALS
from townships.api.fields import Moment, WeekText
from townships.api.lists import ListQuery, PageOut, one_of, page, rows_for
from townships.api.units import UnitRef
from townships.delegation import in_place_of

router = Router(tags=["周考勤表"])


class SheetOut(Schema):
    id: int
    unit: UnitRef
    week: str
    people_marked: int = Field(description="登记了几个人")
    attested_by: str = Field(description="村党组织书记签字")
    attested_at: Moment | None
    leader_signed_by: str | None = Field(description="队长签字")
    leader_signed_at: Moment | None
    note: str

    @staticmethod
    def resolve_leader_signed_by(sheet) -> str | None:
        return in_place_of(sheet.leader_signed_by, sheet.leader_signed_for) or None


class MarkOut(Schema):
    posting: PostingRef
    day: date
    am: str
    pm: str


class SheetWithMarks(SheetOut):
    marks: list[MarkOut]

    @staticmethod
    def resolve_marks(sheet, context) -> list:
        rows = SheetMark.objects.reachable_by(context["request"].user, "view_attendance")
        rows = rows.filter(sheet=sheet.pk, superseded_at__isnull=True)
        return list(rows.select_related("posting__cadre", "posting__village").order_by("posting", "day"))


class SheetQuery(ListQuery):
    week: WeekText | None = Field(None, description="只要这一周的")


def _sheet(request: HttpRequest, pk: int) -> WeeklySheet:
    rows = WeeklySheet.objects.reachable_by(request.user, "view_attendance")
    return one_of(with_people_marked(rows.select_related("unit", "leader_signed_by", "leader_signed_for")), pk)


@router.get("", response={200: PageOut[SheetOut], **REFUSALS}, summary="周考勤表")
def sheets(request: HttpRequest, query: Query[SheetQuery]):
    """范围内各村的周考勤表，最近一周在前。"""
    rows = rows_for(request, WeeklySheet, "view_attendance", query.unit)
    rows = rows.filter(week=query.week) if query.week else rows
    rows = with_people_marked(rows.select_related("unit", "leader_signed_by", "leader_signed_for"))
    return page(rows, ("-week", "unit__path", "pk"), query)


@router.get("{int:sheet_id}", response={200: SheetWithMarks, **REFUSALS}, summary="一张周考勤表")
def sheet(request: HttpRequest, sheet_id: int):
    """每人每天登记的符号。"""
    return _sheet(request, sheet_id)


@router.post("{int:sheet_id}/sign", response={200: SheetWithMarks, **REFUSALS}, summary="队长签字")
def sign(request: HttpRequest, sheet_id: int):
    """签字后标记不能再随意更改；重复签不改变什么。"""
    sign_as_leader(sheet=_sheet(request, sheet_id), actor=request.user, at=timezone.now())
    return _sheet(request, sheet_id)
