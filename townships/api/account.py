"""The caller himself, and his token."""

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema, Status

from townships.actions.issue_token import LONGEST_DAYS, log_in_for_token, revoke_token
from townships.api.answers import REFUSALS, ErrorOut
from townships.api.fields import Moment, text
from townships.api.units import UnitRef
from townships.errors import Refused
from townships.request_origin import address_of

router = Router(tags=["账号"])


class NoToken(Refused):
    code = "auth.no_token"
    message = "这次请求没有用令牌；用网页登录的，请在网页上退出。"


class TokenAsk(Schema):
    username: text(150, 1)
    password: str = Field(min_length=1, max_length=128)
    name: text(60) = Field("接口", description="用在哪里")
    days: int = Field(30, ge=1, le=LONGEST_DAYS, description="有效天数")


class TokenOut(Schema):
    token: str = Field(description="只出现这一次，请妥善保存")
    token_type: str
    name: str
    expires_at: Moment


class RoleOut(Schema):
    role: str
    label: str = Field(description="角色在这个单位的名称")
    acts_as: str = Field(description="按哪个标准角色对待")
    unit: UnitRef
    institution: str | None
    on_behalf_of: str | None = Field(description="受谁委托代理；本人的任职为空")


class MeOut(Schema):
    id: int
    username: str
    name: str
    roles: list[RoleOut]
    capabilities: list[str]
    token_expires_at: Moment | None = Field(description="用网页登录时为空")


def _address(request: HttpRequest) -> str:
    return address_of(request) or ""


@router.post("auth/token", auth=None, response={201: TokenOut, **REFUSALS, 429: ErrorOut}, summary="领取令牌")
def issue(request: HttpRequest, asked: TokenAsk):
    """用户名和密码换一个令牌。以后每次请求带 `Authorization: Bearer 令牌`。改密码后，原有令牌全部作废。"""
    token, secret = log_in_for_token(request=request, **asked.dict(), at=timezone.now(), address=_address(request))
    return Status(201, {"token": secret, "token_type": "Bearer", "name": token.name, "expires_at": token.expires_at})


@router.delete("auth/token", response={204: None, **REFUSALS}, summary="作废令牌")
def revoke(request: HttpRequest):
    """作废这次请求所用的令牌。"""
    token = getattr(request, "api_token", None)
    if token is None:
        raise NoToken
    revoke_token(token=token, actor=request.user, at=timezone.now(), address=_address(request))
    return Status(204, None)


@router.get("me", response={200: MeOut, **REFUSALS}, summary="我是谁")
def me(request: HttpRequest):
    """账号、今天的任职、能办的事。"""
    user = request.user
    appointments = user.appointments_today()
    token = getattr(request, "api_token", None)
    return {
        "id": user.pk,
        "username": user.username,
        "name": user.display_name,
        "roles": [
            {
                "role": one.role,
                "label": one.title,
                "acts_as": one.acts_as,
                "unit": one.unit,
                "institution": one.institution.name if one.institution else None,
                "on_behalf_of": str(one.delegated_from.user) if one.is_delegation else None,
            }
            for one in appointments
        ],
        "capabilities": sorted(user.held_anywhere()),
        "token_expires_at": token.expires_at if token else None,
    }
