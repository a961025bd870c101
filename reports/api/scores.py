"""Weekly scores."""

from decimal import Decimal

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from cadres.api.people import CadreRef
from reports.models import WeeklyScore
from townships.api.answers import REFUSALS
from townships.api.fields import Moment, WeekText
from townships.api.lists import ListQuery, PageOut, page, rows_for
from townships.api.units import UnitRef

router = Router(tags=["得分"])


class ScoreOut(Schema):
    id: int
    week: str
    cadre: CadreRef
    posting: int
    village: UnitRef
    township: UnitRef
    total: Decimal
    dimensions: dict = Field(description="每一项的基准分、得分和逐条扣分，扣分写明条款、日期和依据")
    final: bool = Field(description="这一周已经结束，得分作数")
    scheme: str
    computed_at: Moment

    @staticmethod
    def resolve_posting(score) -> int:
        return score.posting_id

    @staticmethod
    def resolve_scheme(score) -> str:
        return score.scheme.name


class ScoreQuery(ListQuery):
    week: WeekText | None = Field(None, description="只要这一周的，如 2026-W45")
    cadre: int | None = Field(None, description="只要这个人的")


@router.get("", response={200: PageOut[ScoreOut], **REFUSALS}, summary="周得分")
def scores(request: HttpRequest, query: Query[ScoreQuery]):
    """范围内的周得分，最近一周在前。"""
    rows = rows_for(request, WeeklyScore, "view_scores", query.unit)
    rows = rows.filter(week=query.week) if query.week else rows
    rows = rows.filter(cadre=query.cadre) if query.cadre is not None else rows
    rows = rows.select_related("cadre", "village", "township", "scheme")
    return page(rows, ("-week", "village__path", "cadre_id", "pk"), query)
