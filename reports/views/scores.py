"""A unit's week of scores: the paper's columns, the proof behind each cell, points by hand, scoring anew."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from reports.actions.add_manual_item import add_manual_item, void_manual_item
from reports.actions.score_week import score_week
from reports.models import ManualItem
from reports.score_forms import ManualForm
from reports.score_sheet import manual_items, week_sheet
from reports.week_guard import FrozenWeek
from townships.access import can
from townships.errors import NotAllowed, OutOfReach, Refused
from townships.periods import today, week_of
from townships.posted import row_key
from townships.views.answer import attempt
from townships.views.scope import unit_view, week_or_404

#: Above a county the weekly run scores; a page would have people wait for it.
TOO_WIDE = ("province", "city")
#: Above a township the list of people to choose from would be a directory.
ENTRY_LEVELS = ("township", "village")


@unit_view("view_scores")
def current(request, unit):
    return redirect("reports:scores_week", unit.division_code, str(week_of(today()).shifted(-1)))


@unit_view("view_scores")
def scores(request, unit, week: str):
    chosen = week_or_404(week)
    here = reverse("reports:scores_week", args=[unit.division_code, str(chosen)])
    form = _form(request, unit, chosen)
    if request.method == "POST" and _acted(request, unit, chosen, form):
        return redirect(here)
    sheet = week_sheet(request.user, unit, chosen, request.GET.get("after", ""))
    now = week_of(today())
    return render(
        request,
        "reports/scores.html",
        {
            "unit": unit,
            "week": chosen,
            "sheet": sheet,
            "frozen": FrozenWeek(unit.path, str(chosen)).covers(unit.path),
            "over": chosen.is_over(today()),
            "may_score": unit.level not in TOO_WIDE and chosen <= now and can(request.user, "score_week", unit),
            "form": form,
            "items": manual_items(request.user, unit, chosen) if unit.level not in TOO_WIDE else [],
            "may_adjust": can(request.user, "adjust_score", unit),
            "earlier": str(chosen.shifted(-1)),
            "later": str(chosen.shifted(1)) if chosen < now else "",
            "next_url": f"{here}?after={sheet.next}" if sheet.next else "",
            "first_url": here if request.GET.get("after") else "",
            "recompute_text": (
                f"按现有考勤材料重新计算{unit.name}{chosen.label} {sheet.whole} 人的得分。"
                "有变动的会记下变动前后的分数；材料没有变的，得分不变。"
            ),
        },
    )


def _form(request, unit, week) -> ManualForm | None:
    """The form for points by hand, where the reader may enter them."""
    if unit.level not in ENTRY_LEVELS or week.monday > today() or not can(request.user, "adjust_score", unit):
        return None
    data = request.POST if request.POST.get("act") == "manual" else None
    return ManualForm(data, user=request.user, unit=unit, week=week)


def _acted(request, unit, week, form: ManualForm | None) -> bool:
    act = request.POST.get("act")
    if act == "score":
        return _scored(request, unit, week)
    if act == "void":
        return _voided(request, unit)
    if act == "manual" and form is not None and form.is_valid():
        posting = form.cleaned_data["posting"]
        return attempt(
            request,
            lambda: add_manual_item(actor=request.user, now=timezone.now(), **form.cleaned_data),
            f"已给{posting.cadre.name}扣 {form.cleaned_data['points']:f} 分，本周得分已重新计算。",
        )
    return False


def _scored(request, unit, week) -> bool:
    try:
        tally = score_week(unit=unit, week=week, actor=request.user, now=timezone.now()).tally
    except (OutOfReach, NotAllowed):
        raise
    except Refused as refusal:
        messages.error(request, refusal.message)
        return False
    changed = tally.created + tally.changed + tally.removed
    told = f"{changed} 人的得分有变动" if changed else "得分没有变动"
    messages.success(request, f"{week.label}已重新计算，{told}。")
    if tally.differs:
        messages.warning(
            request, f"已发布的得分保持不变，其中 {len(tally.differs)} 人按现有材料会不同；需要调整请更正通报。"
        )
    return True


def _voided(request, unit) -> bool:
    rows = ManualItem.objects.reachable_by(request.user, "view_scores").within(unit)
    rows = rows.select_related("posting__cadre__user", "posting__village")
    item = rows.filter(pk=row_key(request.POST.get("item", ""))).first()
    if item is None:
        raise OutOfReach
    return attempt(
        request,
        lambda: void_manual_item(
            item=item, reason=request.POST.get("reason", ""), actor=request.user, now=timezone.now()
        ),
        f"{item.posting.cadre.name}的这一条手工扣分已作废，本周得分已重新计算。",
    )
