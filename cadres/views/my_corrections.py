"""A member's own wishes to have something put right: his list, a new one, taking one back."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from cadres import correction_lists
from cadres.actions.request_correction import request_correction, withdraw_correction
from cadres.correction_forms import WishForm
from cadres.correction_values import values_of
from cadres.corrections import LABELS
from cadres.models import Cadre, CorrectionRequest, Posting
from townships.errors import NotAllowed, OutOfReach, Refused
from townships.posted import row_key
from townships.views.answer import attempt, back


def own_cadre(user) -> Cadre | None:
    return Cadre.objects.reachable_by(user, "view_members").filter(user=user.pk).first()


def my_corrections(request):
    cadre = own_cadre(request.user)
    lines = correction_lists.own_lines(request.user) if cadre else []
    return render(request, "cadres/my_corrections.html", {"cadre": cadre, "lines": lines})


def ask_correction(request):
    """The form; `?posting=` names the posting whose fields are meant, `?field=` the one that comes first."""
    cadre = own_cadre(request.user)
    if cadre is None:
        return redirect("cadres:my_corrections")
    posting = _posting(request, cadre)
    now = values_of(cadre, posting)
    if request.method == "POST":
        form = WishForm(request.POST, request.FILES, now=now, first=request.POST.get("field", ""))
        if form.is_valid() and _asked(request, cadre, posting, form):
            return redirect("cadres:my_corrections")
    else:
        form = WishForm(now=now, first=request.GET.get("field", ""))
    return render(request, "cadres/ask_correction.html", {"form": form, "cadre": cadre, "posting": posting})


def _posting(request, cadre: Cadre) -> Posting | None:
    wanted = request.POST.get("posting") or request.GET.get("posting") or ""
    if not wanted:
        return None
    rows = Posting.objects.reachable_by(request.user, "view_members").filter(cadre=cadre)
    rows = rows.select_related("village", "dispatching_institution")
    found = rows.filter(pk=row_key(wanted)).first()
    if found is None:
        raise OutOfReach
    return found


def _asked(request, cadre: Cadre, posting: Posting | None, form: WishForm) -> bool:
    try:
        made = request_correction(
            cadre=cadre,
            posting=posting,
            wanted=form.wanted,
            reason=form.cleaned_data["reason"],
            proof=form.read_proof(),
            actor=request.user,
            at=timezone.now(),
        )
    except (OutOfReach, NotAllowed):
        raise
    except Refused as refusal:
        fields = {key: said for key, said in getattr(refusal, "fields", {}).items() if key in form.fields}
        for key, said in fields.items():
            form.add_error(key, said)
        if not fields:
            form.add_error(None, refusal.message)
        return False
    names = "、".join(LABELS[one.field] for one in made)
    messages.success(request, f"“{names}”的更正申请已提交，办理结果会在首页告诉您。")
    return True


@require_POST
def correction_withdraw(request, pk: int):
    found = CorrectionRequest.objects.reachable_by(request.user, "view_members").filter(pk=pk).first()
    if found is None:
        raise OutOfReach
    attempt(
        request,
        lambda: withdraw_correction(request=found, actor=request.user, at=timezone.now()),
        f"“{found.get_field_display()}”的更正申请已撤回。",
    )
    return back(request, reverse("cadres:my_corrections"))
