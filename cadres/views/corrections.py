"""The office's side of members' wishes: the list of a unit, answering in place, opening a proof."""

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from cadres import correction_lists
from cadres.actions.decide_correction import decide_correction
from cadres.actions.unmask_correction import unmask_correction
from cadres.correction_lists import SHOWN
from cadres.models import CorrectionRequest
from cadres.proof_answer import proof_answer
from townships.cursor import page_of
from townships.errors import OutOfReach
from townships.posted import row_key
from townships.views.answer import attempt, back
from townships.views.scope import unit_view

PAGE_SIZE = 50


@unit_view("manage_roster")
def corrections(request, unit):
    """The wishes of a unit's people. POST shows one line's identity numbers in full, which the trail keeps."""
    which = request.GET.get("show", "pending")
    which = which if which in SHOWN else "pending"
    text = request.GET.get("q", "").strip()
    reachable = CorrectionRequest.objects.reachable_by(request.user, "manage_roster").within(unit)
    rows = reachable if which == "all" else reachable.filter(state=which)
    rows = rows.filter(cadre__name__icontains=text) if text else rows
    order = ("requested_at", "pk") if which == "pending" else ("-requested_at", "-pk")
    together = rows.select_related("cadre", "posting__village", "decided_by")
    page = page_of(together, order, request.GET.get("after", ""), PAGE_SIZE)
    unmasked = _unmasked(request, reachable)
    head = f"?{urlencode({'show': which, **({'q': text} if text else {})})}"
    return render(
        request,
        "cadres/corrections.html",
        {
            "unit": unit,
            "lines": correction_lists.office_lines(request.user, page.rows, unmasked=unmasked),
            "which": which,
            "text": text,
            "chips": [
                {"text": words, "on": key == which, "url": f"?show={key}", "removable": False}
                for key, words in SHOWN.items()
            ],
            "next_url": f"{head}&after={page.next}" if page.next else "",
            "first_url": head if request.GET.get("after") else "",
            "summary": f"共 {rows.count()} 条",
            "empty": f"没有“{SHOWN[which]}”的更正申请" if which != "all" else "没有更正申请",
        },
    )


def _unmasked(request, reachable) -> int | None:
    wanted = row_key(request.POST.get("number", ""))
    if wanted is None:
        return None
    found = reachable.filter(pk=wanted).select_related("cadre", "posting__village").first()
    if found is None:
        raise OutOfReach
    unmask_correction(request=found, actor=request.user)
    return found.pk


def _reachable(user, pk: int) -> CorrectionRequest:
    rows = CorrectionRequest.objects.reachable_by(user, "view_members").filter(pk=pk)
    found = rows.select_related("cadre", "posting__village").first()
    if found is None:
        raise OutOfReach
    return found


@require_POST
def correction_decide(request, pk: int):
    found = _reachable(request.user, pk)
    accept = request.POST.get("outcome") == "approve"
    about = f"{found.cadre.name}的“{found.get_field_display()}”"
    attempt(
        request,
        lambda: decide_correction(
            request=found, actor=request.user, accept=accept, at=timezone.now(), reason=request.POST.get("reason", "")
        ),
        f"{about}已更正。" if accept else f"{about}没有更正，原因已告诉本人。",
    )
    return back(request, reverse("townships:home"))


@require_GET
def correction_proof(request, pk: int):
    return proof_answer(_reachable(request.user, pk), request.user)
