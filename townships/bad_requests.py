"""What no browser of ours sends is refused at the gate, before anything is read or asked of the database."""

from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from townships.api.answers import refusal, say

NUL = "\x00"
TOO_LARGE = "一次上传的内容超过 {} MB，没有收下：请分几次上传。"


class RefuseBadRequests:
    """Middleware: a body that is too large, a NUL anywhere (PostgreSQL takes none). The API reads its own bodies."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _length(request) > settings.REQUEST_MAX_BYTES:
            return _answer(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        if NUL in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            return _answer(request, HTTPStatus.BAD_REQUEST)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        """After the middleware that looks for the form's secret: it has read the form by now."""
        if request.method != "POST" or _is_api(request):
            return None
        if any(NUL in one for _, values in request.POST.lists() for one in values):
            return _answer(request, HTTPStatus.BAD_REQUEST)
        return None


def _is_api(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/")


def _length(request: HttpRequest) -> int:
    told = request.META.get("CONTENT_LENGTH") or "0"
    return int(told) if told.isascii() and told.isdecimal() else 0


def _answer(request: HttpRequest, status: HTTPStatus) -> HttpResponse:
    words = TOO_LARGE.format(settings.REQUEST_MAX_BYTES // 1024 // 1024) if status != HTTPStatus.BAD_REQUEST else ""
    if _is_api(request):
        return say(status, "too_large", words) if words else refusal(status)
    return render(request, "400.html", {"words": words, "number": status.value}, status=status)
