"""Spot checks: the draw, and what was found."""

from datetime import date

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema, Status

from attendance.actions.draw_spot_check import draw_spot_check
from attendance.actions.record_spot_check import record_spot_check
from attendance.api.reach import posting_named
from attendance.models import CheckMethod, SpotCheck, SpotCheckResult
from cadres.api.people import CadreRef, PostingRef
from cadres.models import Posting
from townships.access import unit_for
from townships.api.answers import REFUSALS
from townships.api.fields import Day, Moment, MomentIn, UnitCode, text
from townships.api.lists import one_of
from townships.api.units import UnitRef
from townships.periods import today

router = Router(tags=["抽查"])


class DrawAsk(Schema):
    unit: UnitCode = Field(description="在哪个单位抽")
    villages: int = Field(1, ge=1, le=500, description="抽几个村")
    day: Day | None = Field(None, description="查哪一天，不填为今天")
    method: CheckMethod = CheckMethod.ONSITE
    seed: text(64) = Field("", description="随机种子，不填由系统取；同一种子、同样的派驻，抽到的总是一样")


class FindingAsk(Schema):
    posting: int = Field(description="被查人的派驻编号")
    finding: SpotCheckResult.Finding
    checked_at: MomentIn | None = Field(None, description="抽查时间，不填为现在")
    method: CheckMethod | None = Field(None, description="不填为抽取时定的方式")
    checker: text(60) = Field("", description="检查人，不填为本人")
    note: text(200) = Field("", description="现场情况")
    reason: text(200) = Field("", description="更正原因；同一时间已有结果、这次要更正时填写")


class VillageRef(Schema):
    code: str
    name: str


class DrawnOut(Schema):
    """One drawn person; his identity number stays inside."""

    posting: int
    cadre: CadreRef
    village: UnitRef


class FindingOut(Schema):
    id: int
    posting: PostingRef
    checked_at: Moment
    day: date
    half: str
    method: str
    finding: str
    finding_label: str
    checker: str
    note: str

    @staticmethod
    def resolve_finding_label(result) -> str:
        return result.get_finding_display()


class SpotCheckOut(Schema):
    id: int
    unit: UnitRef
    day: date
    method: str
    seed: str
    commitment: str = Field(description="承诺值：由种子和当时的派驻算出，可以复核")
    villages: list[VillageRef]
    people: list[DrawnOut]
    results: list[FindingOut]
    drawn_at: Moment

    @staticmethod
    def resolve_people(check, context) -> list:
        numbers = [one["id_number"] for one in check.people]
        rows = Posting.objects.reachable_by(context["request"].user, "view_attendance").active_on(check.day)
        rows = (
            rows.filter(cadre__id_number__in=numbers).select_related("cadre", "village").order_by("village__path", "pk")
        )
        return [{"posting": one.pk, "cadre": one.cadre, "village": one.village} for one in rows]

    @staticmethod
    def resolve_results(check, context) -> list:
        rows = SpotCheckResult.objects.reachable_by(context["request"].user, "view_attendance")
        rows = rows.filter(check_round=check.pk, superseded_at__isnull=True)
        return list(rows.select_related("posting__cadre", "posting__village").order_by("checked_at", "pk"))


def _check(request: HttpRequest, pk: int) -> SpotCheck:
    return one_of(SpotCheck.objects.reachable_by(request.user, "view_attendance").select_related("unit"), pk)


@router.post("draw", response={201: SpotCheckOut, **REFUSALS}, summary="抽取")
def draw(request: HttpRequest, asked: DrawAsk):
    """随机抽村，抽到的村里当天在驻的人都查；不会抽到本人。"""
    unit = unit_for(request.user, asked.unit, "record_spot_check")
    check = draw_spot_check(
        unit=unit,
        villages=asked.villages,
        day=asked.day or today(),
        actor=request.user,
        seed=asked.seed,
        method=asked.method.value,
    )
    return Status(201, check)


@router.get("{int:check_id}", response={200: SpotCheckOut, **REFUSALS}, summary="一次抽查")
def check(request: HttpRequest, check_id: int):
    """抽到的人和已有的结果。"""
    return _check(request, check_id)


@router.post("{int:check_id}/results", response={201: FindingOut, **REFUSALS}, summary="登记抽查结果")
def found(request: HttpRequest, check_id: int, asked: FindingAsk):
    """登记一个人的结果。重发同样的结果不会多记；要更正时写明原因。"""
    drawn, now = _check(request, check_id), timezone.now()
    result = record_spot_check(
        posting=posting_named(request.user, asked.posting),
        checked_at=asked.checked_at or now,
        method=asked.method.value if asked.method else drawn.method,
        finding=asked.finding.value,
        actor=request.user,
        at=now,
        checker=asked.checker,
        note=asked.note,
        check_round=drawn,
        reason=asked.reason,
    )
    return Status(201, result)
