"""Monthly bulletins and their Word files."""

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from ninja import Field, Query, Router, Schema

from reports.actions.export_bulletin import DOCX, export_document
from reports.models import Bulletin
from townships.api.answers import REFUSALS
from townships.api.fields import Moment, MonthText
from townships.api.lists import ListQuery, PageOut, one_of, page, rows_for
from townships.api.units import UnitRef
from townships.delegation import in_place_of
from townships.request_origin import address_of

router = Router(tags=["通报"])
FILE = {
    "responses": {200: {"description": "OK", "content": {DOCX: {"schema": {"type": "string", "format": "binary"}}}}}
}


class BulletinOut(Schema):
    id: int
    unit: UnitRef
    month: str
    revision: int
    status: str
    status_label: str
    number: str = Field(description="发文字号")
    compiled_at: Moment
    published_at: Moment | None
    published_by: str | None
    revises: int | None = Field(description="更正自哪一份")
    change_reason: str

    @staticmethod
    def resolve_status_label(bulletin) -> str:
        return bulletin.get_status_display()

    @staticmethod
    def resolve_published_by(bulletin) -> str | None:
        return in_place_of(bulletin.published_by, bulletin.published_for) or None

    @staticmethod
    def resolve_revises(bulletin) -> int | None:
        return bulletin.revises_id


class BulletinQuery(ListQuery):
    month: MonthText | None = Field(None, description="只要这个月的，如 2026-10")
    status: Bulletin.Status | None = Field(None, description="只要这个状态的")


@router.get("", response={200: PageOut[BulletinOut], **REFUSALS}, summary="通报")
def bulletins(request: HttpRequest, query: Query[BulletinQuery]):
    """范围内的月通报，最近一月在前，草稿和各次更正都在。"""
    rows = rows_for(request, Bulletin, "view_bulletins", query.unit)
    rows = rows.filter(month=query.month) if query.month else rows
    rows = rows.filter(status=query.status) if query.status else rows
    rows = rows.select_related("unit", "published_by", "published_for").defer("content", "decisions")
    return page(rows, ("-month", "unit__path", "-revision", "pk"), query)


@router.get(
    "{int:bulletin_id}/document", response={200: None, **REFUSALS}, openapi_extra=FILE, summary="通报的 Word 文件"
)
def document(request: HttpRequest, bulletin_id: int):
    """公文格式的 docx，与页面上下载的相同；下载记入审计。"""
    rows = Bulletin.objects.reachable_by(request.user, "view_bulletins")
    found = one_of(rows.select_related("unit__parent", "revises"), bulletin_id)
    name, content = export_document(bulletin=found, actor=request.user, address=address_of(request))
    disposition = content_disposition_header(as_attachment=True, filename=name)
    return HttpResponse(content, content_type=DOCX, headers={"Content-Disposition": disposition})
