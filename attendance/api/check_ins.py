"""Check-ins: made by a phone, read by the office."""

from datetime import date

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema, Status

from attendance import own
from attendance.actions.check_in import check_in as record
from attendance.api.reach import posting_named
from attendance.models import CheckIn
from attendance.refusals import NotPosted
from cadres.api.people import PostingRef
from townships.api.answers import REFUSALS
from townships.api.fields import Day, Moment, MomentIn, text
from townships.api.lists import ListQuery, PageOut, page, rows_for
from townships.paths import covered
from townships.periods import business_day

router = Router(tags=["打卡"])


class CheckInAsk(Schema):
    client_id: text(80, 1) = Field(description="客户端给这次打卡的编号；同一编号重发，只记一次")
    made_at: MomentIn = Field(description="打卡时间，带时区；没有信号时可以晚些再传")
    lat: float | None = Field(None, allow_inf_nan=False, description="纬度")
    lon: float | None = Field(None, allow_inf_nan=False, description="经度")
    datum: CheckIn.Datum = Field(CheckIn.Datum.WGS84, description="lat、lon 的坐标系")
    accuracy_m: float | None = Field(None, ge=0, le=1_000_000, allow_inf_nan=False, description="精度，米")
    place: text(200) = ""
    posting: int | None = Field(None, description="替别人补录时填派驻编号；本人打卡不填")


class CheckInOut(Schema):
    id: int
    client_id: str
    posting: PostingRef
    made_at: Moment
    received_at: Moment
    day: date = Field(description="所属日期；凌晨四点以前算前一天")
    lat: float | None = Field(description="WGS-84；只给本人和管理考勤材料的人看")
    lon: float | None
    accuracy_m: float | None
    place: str
    source: str
    late_upload: bool = Field(description="补传")
    voided_at: Moment | None
    void_reason: str

    @staticmethod
    def resolve_lat(made, context) -> float | None:
        return made.latitude if _may_see_place(context["request"].user, made) else None

    @staticmethod
    def resolve_lon(made, context) -> float | None:
        return made.longitude if _may_see_place(context["request"].user, made) else None


class CheckInMade(CheckInOut):
    outside_fence: bool = Field(description="在打卡范围以外，不作为在村依据")

    @staticmethod
    def resolve_outside_fence(made) -> bool:
        return own.outside_fence(made)


class CheckInQuery(ListQuery):
    posting: int | None = Field(None, description="只要这个派驻的")
    since: Day | None = Field(None, description="从这一天起")
    until: Day | None = Field(None, description="到这一天为止")
    mine: bool = Field(default=False, description="只要本人的")
    voided: bool = Field(default=False, description="作废的也要")


def _may_see_place(user, made: CheckIn) -> bool:
    """Where a person stood is shown to himself and to whoever keeps the evidence; costs no query."""
    if user.is_superuser or made.posting.cadre.user_id == user.pk:
        return True
    return covered(made.posting.village.path, user.paths("manage_evidence"))


@router.post("", response={200: CheckInMade, 201: CheckInMade, **REFUSALS}, summary="打卡")
def check_in(request: HttpRequest, asked: CheckInAsk):
    """记一次打卡。第一次答 201；同一 client_id 重发，答 200 和原来那一条。"""
    posting = _posting(request, asked)
    known = CheckIn.objects.reachable_by(request.user, "view_attendance").filter(client_id=asked.client_id).exists()
    made = record(
        posting=posting,
        client_id=asked.client_id,
        made_at=asked.made_at,
        received_at=timezone.now(),
        actor=request.user,
        latitude=asked.lat,
        longitude=asked.lon,
        datum=asked.datum.value,
        accuracy_m=asked.accuracy_m,
        place=asked.place,
        source=CheckIn.Source.PHONE if posting.cadre.user_id == request.user.pk else CheckIn.Source.OFFICE,
    )
    return Status(200 if known else 201, made)


def _posting(request: HttpRequest, asked: CheckInAsk):
    if asked.posting is not None:
        return posting_named(request.user, asked.posting)
    found = own.posting_on(request.user, business_day(asked.made_at)[0])
    if found is None:
        raise NotPosted
    return found


@router.get("", response={200: PageOut[CheckInOut], **REFUSALS}, summary="打卡记录")
def check_ins(request: HttpRequest, query: Query[CheckInQuery]):
    """范围内的打卡，最近的在前。"""
    rows = rows_for(request, CheckIn, "view_attendance", query.unit)
    rows = rows if query.voided else rows.filter(voided_at__isnull=True)
    rows = rows.filter(posting=query.posting) if query.posting is not None else rows
    rows = rows.filter(day__gte=query.since) if query.since else rows
    rows = rows.filter(day__lte=query.until) if query.until else rows
    rows = rows.filter(posting__cadre__user=request.user) if query.mine else rows
    return page(rows.select_related("posting__cadre", "posting__village"), ("-made_at", "-pk"), query)
