"""Members' wishes to have something about themselves put right."""

import base64
import binascii
from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema, Status
from pydantic import AfterValidator, StringConstraints

from cadres.actions.decide_correction import decide_correction
from cadres.actions.request_correction import request_correction, withdraw_correction
from cadres.api.people import CadreRef
from cadres.correction_lists import own
from cadres.corrections import LABELS
from cadres.models import Cadre, CorrectionRequest, Posting
from cadres.proof_answer import proof_answer
from townships.api.answers import REFUSALS
from townships.api.fields import Moment, text, wrong
from townships.api.lists import ListQuery, PageOut, one_of, page, rows_for
from townships.errors import OutOfReach

mine = Router(tags=["本人"])
router = Router(tags=["更正申请"])
#: As much as one request of JSON may carry; a larger proof goes by the page.
LONGEST_PROOF = 2_000_000
FILE = {
    "responses": {
        200: {
            "description": "OK",
            "content": {
                media: {"schema": {"type": "string", "format": "binary"}}
                for media in ("image/jpeg", "image/png", "application/pdf")
            },
        }
    }
}


def _decoded(value: str) -> bytes | None:
    if not value:
        return None
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise wrong("proof", "证明要写成 Base64。") from None


class CorrectionAsk(Schema):
    wanted: dict[text(30, 1), text(200)] = Field(
        max_length=len(LABELS), description="项目 → 正确的值：" + "、".join(f"{k} {v}" for k, v in LABELS.items())
    )
    reason: text(200, 1)
    posting: int | None = Field(None, description="更正某次派驻的项目时，填派驻编号")
    proof: Annotated[str, StringConstraints(max_length=LONGEST_PROOF), AfterValidator(_decoded)] = Field(
        "", description="证明（JPG、PNG、PDF）的 Base64，约 1.5 MB 以内；更大的请在网页上提交"
    )


class AnswerAsk(Schema):
    reason: text(200) = Field("", description="意见；不采纳时必须写明原因")


NO_WORDS = AnswerAsk()


class CorrectionOut(Schema):
    id: int
    cadre: CadreRef
    posting: int | None
    field: str
    field_label: str
    then: str = Field(description="申请时的值；身份证号和电话只显示首尾")
    wanted: str = Field(description="申请改为；身份证号和电话只显示首尾")
    reason: str
    has_proof: bool
    state: str
    state_label: str
    requested_at: Moment
    decided_by: str | None
    decided_at: Moment | None
    decision_reason: str

    @staticmethod
    def resolve_posting(wish) -> int | None:
        return wish.posting_id

    @staticmethod
    def resolve_field_label(wish) -> str:
        return wish.get_field_display()

    @staticmethod
    def resolve_then(wish) -> str:
        return wish.masked_then

    @staticmethod
    def resolve_wanted(wish) -> str:
        return wish.masked_wanted

    @staticmethod
    def resolve_has_proof(wish) -> bool:
        return bool(wish.proof)

    @staticmethod
    def resolve_state_label(wish) -> str:
        return wish.get_state_display()

    @staticmethod
    def resolve_decided_by(wish) -> str | None:
        return str(wish.decided_by) if wish.decided_by else None


class CorrectionQuery(ListQuery):
    state: CorrectionRequest.State | None = Field(None, description="只要这个状态的")


def _with(rows):
    return rows.select_related("cadre", "decided_by")


def _named(request: HttpRequest, pk: int) -> CorrectionRequest:
    rows = CorrectionRequest.objects.reachable_by(request.user, "view_members")
    return one_of(_with(rows).select_related("posting__village"), pk)


@mine.get("corrections", response={200: PageOut[CorrectionOut], **REFUSALS}, summary="我的更正申请")
def my_corrections(request: HttpRequest, query: Query[CorrectionQuery]):
    """本人提出的更正，最近的在前。"""
    rows = own(request.user)
    if query.unit is not None:
        rows = rows_for(request, CorrectionRequest, "view_members", query.unit).filter(pk__in=rows.values("pk"))
    return page(_with(rows.filter(state=query.state) if query.state else rows), ("-requested_at", "-pk"), query)


@mine.post("corrections", response={201: list[CorrectionOut], **REFUSALS}, summary="申请更正")
def ask(request: HttpRequest, asked: CorrectionAsk):
    """更正本人的资料，每个项目成为一条申请，由管花名册的人核对后采纳。更正身份证号要附证明。"""
    cadre = Cadre.objects.reachable_by(request.user, "view_members").filter(user=request.user.pk).first()
    if cadre is None:
        raise OutOfReach
    posting = None
    if asked.posting is not None:
        rows = Posting.objects.reachable_by(request.user, "view_members").filter(cadre=cadre)
        posting = one_of(rows.select_related("village", "dispatching_institution"), asked.posting)
    made = request_correction(
        cadre=cadre,
        posting=posting,
        wanted=asked.wanted,
        reason=asked.reason,
        proof=asked.proof or None,
        actor=request.user,
        at=timezone.now(),
    )
    return Status(201, made)


@router.get("", response={200: PageOut[CorrectionOut], **REFUSALS}, summary="更正申请")
def corrections(request: HttpRequest, query: Query[CorrectionQuery]):
    """管花名册的范围内的更正申请，最近的在前。"""
    rows = rows_for(request, CorrectionRequest, "manage_roster", query.unit)
    return page(_with(rows.filter(state=query.state) if query.state else rows), ("-requested_at", "-pk"), query)


@router.post("{int:correction_id}/accept", response={200: CorrectionOut, **REFUSALS}, summary="采纳")
def accept(request: HttpRequest, correction_id: int, asked: AnswerAsk = NO_WORDS):
    """采纳并更正花名册，留下历史。现值已经变动的不能采纳；身份证号要先取过证明。"""
    return _answered(request, correction_id, asked.reason, accept=True)


@router.post("{int:correction_id}/reject", response={200: CorrectionOut, **REFUSALS}, summary="不采纳")
def reject(request: HttpRequest, correction_id: int, asked: AnswerAsk = NO_WORDS):
    """不采纳，要写明原因，本人会看到。"""
    return _answered(request, correction_id, asked.reason, accept=False)


def _answered(request: HttpRequest, pk: int, reason: str, *, accept: bool) -> CorrectionRequest:
    found = _named(request, pk)
    return decide_correction(request=found, actor=request.user, accept=accept, at=timezone.now(), reason=reason)


@router.post("{int:correction_id}/withdraw", response={200: CorrectionOut, **REFUSALS}, summary="撤回申请")
def withdraw(request: HttpRequest, correction_id: int):
    """本人撤回还没有办理的申请。"""
    return withdraw_correction(request=_named(request, correction_id), actor=request.user, at=timezone.now())


@router.get("{int:correction_id}/proof", response={200: None, **REFUSALS}, openapi_extra=FILE, summary="证明")
def proof(request: HttpRequest, correction_id: int):
    """本人，或能办理这条申请的人取证明；谁取过会记入审计。"""
    return proof_answer(_named(request, correction_id), request.user)
