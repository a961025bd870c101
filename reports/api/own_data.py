"""A copy of the caller's own data."""

from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from reports.actions.export_own_data import export_own_data
from townships.api.answers import REFUSALS
from townships.api.fields import Moment

router = Router(tags=["本人"])


class OwnDataQuery(Schema):
    whole: bool = Field(default=False, description="写出本人完整的身份证号；这次查看会记入审计")


class PartOut(Schema):
    key: str
    title: str
    columns: dict[str, str] = Field(description="栏目代号 → 栏目名称")
    rows: list[dict[str, str | int | float]] = Field(description="分数和天数是文字，以免丢失精度")


class OwnDataOut(Schema):
    name: str
    made_at: Moment
    parts: list[PartOut]


@router.get("data", response={200: OwnDataOut, **REFUSALS}, summary="本人的全部资料")
def own_data(request: HttpRequest, query: Query[OwnDataQuery]):
    """平台上关于本人的全部资料，每类一节；不在花名册上的账号只有账号部分。每次导出都记入审计。"""
    at: datetime = timezone.now()
    parts = export_own_data(actor=request.user, at=at, form="json", whole=query.whole)
    return {
        "name": str(request.user),
        "made_at": at,
        "parts": [
            {"key": each.key, "title": each.title, "columns": dict(each.columns), "rows": each.records()}
            for each in parts
        ],
    }
