"""The member's first page: one big button, and the same act for a phone that was without a line."""

import json
import uuid
from datetime import datetime
from math import isfinite

from django.contrib import messages
from django.http import HttpResponseBadRequest, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from attendance import own
from attendance.actions.check_in import check_in as record
from attendance.refusals import NotPosted
from cadres.correction_lists import news_for
from townships.errors import Refused
from townships.periods import business_day, week_of

NUMBERS = ("latitude", "longitude", "accuracy_m")


def check_in(request):
    """GET the page; POST a form (now, without coordinates), or JSON from static/js/check_in.js (perhaps made earlier)."""
    if request.method == "POST":
        by_script = request.content_type == "application/json"
        return _record_from_script(request) if by_script else _record_from_form(request)
    now = timezone.now()
    day, _ = business_day(now)
    posting = own.posting_on(request.user, day)
    news = news_for(request.user, now)
    if posting is None:
        return render(request, "attendance/not_posted.html", {"news": news})
    week = week_of(day)
    made = own.check_ins_of(request.user, posting, week)
    context = {
        "posting": posting,
        "now": now,
        "day": day,
        "week": week,
        "client_id": uuid.uuid4(),
        "news": news,
        "today": [one for one in made if one.day == day],
        **own.week_strip(posting, week, day),
    }
    return render(request, "attendance/check_in.html", context)


def _record_from_form(request):
    now = timezone.now()
    try:
        made = _record(request.user, request.POST.get("client_id") or str(uuid.uuid4()), now, now)
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _sentence(made))
    return redirect("attendance:check_in")


def _record_from_script(request):
    try:
        asked = json.loads(request.body)
        client_id, made_at = str(asked["client_id"])[:80], datetime.fromisoformat(asked["made_at"])
        where = {name: None if asked.get(name) is None else float(asked[name]) for name in NUMBERS}
    except (ValueError, TypeError, KeyError, AttributeError):
        return HttpResponseBadRequest()
    finite = all(value is None or isfinite(value) for value in where.values())
    if timezone.is_naive(made_at) or not finite or abs(made_at.year - timezone.now().year) > 1:
        return HttpResponseBadRequest()
    try:
        made = _record(request.user, client_id, made_at, timezone.now(), **where)
    except Refused as refusal:
        return JsonResponse(refusal.as_json(), status=422, json_dumps_params={"ensure_ascii": False})
    return JsonResponse(
        {"client_id": client_id, "sentence": _sentence(made)}, json_dumps_params={"ensure_ascii": False}
    )


def _record(user, client_id: str, made_at: datetime, received_at: datetime, **where):
    posting = own.posting_on(user, business_day(made_at)[0])
    if posting is None:
        raise NotPosted
    return record(posting=posting, client_id=client_id, made_at=made_at, received_at=received_at, actor=user, **where)


def _sentence(made) -> str:
    """已记录 08:12,在打卡范围内。"""
    clock = f"{timezone.localtime(made.made_at):%H:%M}"
    late = "（补传）" if made.late_upload else ""
    if made.latitude is None:
        return f"已记录 {clock}{late}，没有取到位置。"
    if own.outside_fence(made):
        return f"已记录 {clock}{late}，在打卡范围以外，不作为在村依据。"
    return f"已记录 {clock}{late}，位置已记下。"
