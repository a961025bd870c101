"""What the API says when it refuses: `{"code", "message", "fields"}`, in Chinese."""

import logging

from django.http import Http404, HttpRequest, JsonResponse
from django.http.request import RawPostDataException
from ninja import Field, NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.renderers import JSONRenderer

from townships.actions.issue_token import TooManyAttempts, WrongPassword
from townships.errors import NotAllowed, OutOfReach, Refused

log = logging.getLogger(__name__)


class ErrorOut(Schema):
    """A refusal. Nothing was written."""

    code: str = Field(description="固定的代号，供程序判断")
    message: str = Field(description="给人看的一句话，说明怎么办")
    fields: dict[str, str] = Field(description="填错的栏目 → 错在哪里；没有填错时为空")


#: What every operation may answer beside its result.
REFUSALS = dict.fromkeys((400, 401, 403, 404, 422), ErrorOut)

WORDS = {
    400: ("bad_request", "请求内容不是有效的 JSON，请检查后重发。"),
    401: ("auth.required", "请先登录，或在 Authorization 里带上有效的令牌。"),
    403: ("csrf", "页面已经过期，请刷新后重试。"),
    404: ("not_found", OutOfReach.message),
    405: ("method_not_allowed", "这个地址不支持这种请求方法。"),
    500: ("server_error", "系统出错，没有办成，请稍后再试；仍不行请联系管理员。"),
}
STATUSES = {OutOfReach: 404, NotAllowed: 403, WrongPassword: 401, TooManyAttempts: 429}
INVALID = "提交的内容有误，请按各栏提示修改。"

#: pydantic's kinds of error → sentence; `{…}` is filled from the error's context.
SENTENCES = {
    "missing": "这一栏必须填写。",
    "enum": "只能是 {expected}。",
    "literal_error": "只能是 {expected}。",
    "string_too_short": "至少 {min_length} 个字。",
    "string_too_long": "最多 {max_length} 个字。",
    "greater_than_equal": "不能小于 {ge}。",
    "greater_than": "要大于 {gt}。",
    "less_than_equal": "不能大于 {le}。",
    "less_than": "要小于 {lt}。",
    "timezone_aware": "时间要带时区，如 2026-11-02T08:30:00+08:00。",
    "string_pattern_mismatch": "格式不对，或含有不能使用的字符。",
    "finite_number": "要填数字。",
    "extra_forbidden": "没有这一栏。",
}
#: The same by how the kind begins.
KINDS = {
    "datetime": "时间要写成 2026-11-02T08:30:00+08:00 这样。",
    "date": "日期要写成 2026-11-02 这样。",
    "int": "要填整数。",
    "float": "要填数字。",
    "bool": "要填 true 或 false。",
    "string": "要填文字。",
}
#: Our own checks bring their sentence along.
OWN = "own."


class ChineseJSON(JSONRenderer):
    """Chinese as Chinese, not as \\u escapes."""

    json_dumps_params = {"ensure_ascii": False}


def say(status: int, code: str, message: str, fields: dict | None = None, headers: dict | None = None) -> JsonResponse:
    document = {"code": code, "message": message, "fields": fields or {}}
    return JsonResponse(document, status=status, headers=headers, json_dumps_params={"ensure_ascii": False})


def refusal(status: int, headers: dict | None = None) -> JsonResponse:
    return say(status, *WORDS[status], headers=headers)


def _word(value) -> str:
    """A limit or a list of choices as pydantic gives them."""
    if isinstance(value, float):
        return f"{value:g}"
    return str(value).replace(" or ", "、").replace(", ", "、")


def sentence(error: dict) -> str:
    """One pydantic error in Chinese."""
    kind = error["type"]
    if kind.startswith(OWN):
        return error["msg"]
    if kind in SENTENCES:
        return SENTENCES[kind].format(**{name: _word(value) for name, value in error["ctx"].items()})
    return next((said for start, said in KINDS.items() if kind.startswith(start)), "填写不对，请核对。")


def field_of(error: dict) -> str:
    """The name the caller used: ("body", "asked", "made_at") → made_at."""
    names = [str(name) for name in error["loc"]]
    return ".".join(names[2:] or names[1:] or names)


def _on_refused(request: HttpRequest, refused: Refused) -> JsonResponse:
    status = next((status for kind, status in STATUSES.items() if isinstance(refused, kind)), 422)
    return say(status, refused.code, refused.message, getattr(refused, "fields", None))


def _on_invalid(request: HttpRequest, invalid: ValidationError) -> JsonResponse:
    fields = {field_of(error): sentence({"ctx": {}, **error}) for error in invalid.errors}
    return say(422, "invalid", INVALID, fields)


def _on_http_error(request: HttpRequest, error: HttpError) -> JsonResponse:
    return refusal(error.status_code if error.status_code in WORDS else 400)


def _on_failure(request: HttpRequest, error: Exception) -> JsonResponse:
    log.error("%s %s", request.method, request.path, exc_info=error)
    return refusal(500)


def speak_chinese(api: NinjaAPI) -> None:
    """Give the API these answers in place of ninja's."""
    api.add_exception_handler(Exception, _on_failure)
    api.add_exception_handler(HttpError, _on_http_error)
    api.add_exception_handler(AuthenticationError, lambda request, error: refusal(401))
    # A form instead of JSON: looking for the form's secret has read the body by then.
    api.add_exception_handler(RawPostDataException, lambda request, error: refusal(400))
    api.add_exception_handler(Http404, lambda request, error: refusal(404))
    api.add_exception_handler(ValidationError, _on_invalid)
    for kind in (Refused, OutOfReach, NotAllowed):
        api.add_exception_handler(kind, _on_refused)
