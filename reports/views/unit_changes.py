"""Units through the years: what became of them, and the wizard that changes them."""

from datetime import timedelta

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from reports.actions.change_units import change_units, require_order
from reports.actions.withdraw_change import require_withdrawing, what_depends, withdraw_change
from reports.unit_change_desk import MOST_OFFERED, Preview, order_from
from reports.unit_change_forms import FORMS, KINDS
from reports.unit_forecast import forecast
from townships.access import require
from townships.actions.rename_unit import rename_unit, require_ordering, why_not_rename
from townships.divisions import ABOLISH, MERGE, MOVE, RENAME
from townships.errors import NotAllowed, OutOfReach, Refused
from townships.models import AdministrativeUnit, UnitName, UnitSuccession
from townships.periods import chinese_date, today
from townships.views.scope import unit_view

COUNTY_DEPTH = 3
LEVEL_ABOVE = {"village": ("township",), "township": ("county",), "county": ("city", "province"), "city": ("province",)}


def _may_order(user, unit) -> bool:
    try:
        require_ordering(user, unit)
    except Refused:
        return False
    return unit.ends is None or unit.ends > today()


@unit_view("view_members")
def changes(request, unit):
    """What the unit was called, what it came from and became, each side as far as the reader reaches."""
    rows = UnitSuccession.objects.reachable_by(request.user, "view_members").filter(unit=unit)
    by_change: dict[int, dict] = {}
    for row in rows.select_related("change", "other").order_by("-change__day", "-pk"):
        line = by_change.setdefault(row.change_id, {"change": row.change, "before": [], "after": []})
        if row.other is not None and request.user.reaches(row.other.path):
            line["after" if row.side == UnitSuccession.Side.BEFORE else "before"].append(row.other)
    names = UnitName.objects.reachable_by(request.user, "view_members").filter(unit=unit).in_turn()
    may_order = _may_order(request.user, unit)
    return render(
        request,
        "reports/unit_changes.html",
        {"unit": unit, "lines": list(by_change.values()), "names": list(names), "may_order": may_order, "day": today()},
    )


@unit_view("manage_units")
def change_new(request, unit):
    """First step: what happens."""
    require_ordering(request.user, unit)
    return render(request, "reports/unit_change_new.html", {"unit": unit, "kinds": KINDS})


@unit_view("manage_units")
def change_form(request, unit, change: str):
    """Second and third step: the details, then what will come of them. Everything is in the address and the form."""
    require_ordering(request.user, unit)
    if change not in FORMS:
        raise Http404
    words = {kind: label for kind, label, _ in KINDS}
    sent = request.POST if request.method == "POST" else None
    initial = {"name": unit.name, "day": today() + timedelta(days=1), "parts": f"{unit.division_code} {unit.name}\n"}
    if change == MERGE:
        initial.pop("name")
    form = FORMS[change](sent, initial=initial, unit=unit, user=request.user)
    context = {
        "unit": unit,
        "kind": change,
        "label": words[change],
        "form": form,
        "offered": _offered(request.user, unit, change),
    }
    if sent is None or sent.get("step") == "details" or not form.is_valid():
        return render(request, "reports/unit_change_form.html", context)
    return _rename(request, context) if change == RENAME else _change(request, context)


def _offered(user, unit, change: str) -> list[AdministrativeUnit]:
    """Units to choose from: of the level above for a move, of the same level for a merger, villages for people."""
    levels = {MOVE: LEVEL_ABOVE.get(unit.level, ()), MERGE: (unit.level,), ABOLISH: ("village",)}.get(change, ())
    if not levels:
        return []
    rows = AdministrativeUnit.objects.reachable_by(user, "manage_units").active_on(today()).filter(level__in=levels)
    if change == ABOLISH:
        rows = rows.within(_county_path(unit)).exclude(path__startswith=unit.path)
    return list(rows.exclude(pk__in=(unit.pk, unit.parent_id)).select_related("parent").order_by("path")[:MOST_OFFERED])


def _county_path(unit) -> str:
    """The path of the unit's county, or of the unit itself above that."""
    return unit.ancestor_paths[:COUNTY_DEPTH][-1]


def _rename(request, context):
    """Previews a renaming, or does it."""
    unit, data = context["unit"], context["form"].cleaned_data
    code = data["code"].strip() or unit.division_code
    blocks = why_not_rename(unit, name=data["name"].strip(), code=code, day=data["day"])
    if request.POST.get("step") == "confirm" and not blocks:
        fields = {name: data[name] for name in ("name", "code", "day", "document_number", "reason")}
        made = rename_unit(unit=unit, actor=request.user, **fields)
        unit.refresh_from_db()
        messages.success(request, f"已登记更名，从{chinese_date(made.day)}起生效。")
        return redirect("reports:unit_change", unit.division_code, made.pk)
    sentence = f"从{chinese_date(data['day'])}起，{unit.name}（{unit.division_code}）改为{data['name'].strip()}（{code}）。人员、任职和以前的记录都不动，旧名称和旧代码仍能找到它。"
    return render(request, "reports/unit_change_preview.html", {**context, "blocks": blocks, "sentence": sentence})


def _change(request, context):
    """Previews any other change with the choices sent along, or does it when the numbers are still those shown."""
    unit, form, sent = context["unit"], context["form"], request.POST
    chosen = set(sent) if sent.get("step") in {"preview", "confirm"} else None
    order = order_from(context["kind"], form, sent.dict(), chosen)
    require_order(order, request.user)
    preview = Preview(forecast(order, actor=request.user))
    if sent.get("step") == "confirm" and not preview.blocks:
        if sent.get("digest") != preview.digest:
            messages.warning(request, "内容已有变化，请按新的数目再核对一次。")
        else:
            made = change_units(order=order, actor=request.user)
            messages.success(request, f"已登记{context['label']}，从{chinese_date(made.day)}起生效。")
            return redirect("reports:unit_change", unit.division_code, made.pk)
    return render(
        request,
        "reports/unit_change_preview.html",
        {**context, "preview": preview, "blocks": preview.blocks, "sentence": preview.sentence},
    )


def _change_of(user, unit, pk: int):
    """The change, when this unit has a side of it."""
    row = (
        UnitSuccession.objects.reachable_by(user, "view_members")
        .filter(unit=unit, change=pk)
        .select_related("change")
        .first()
    )
    if row is None:
        raise OutOfReach
    return row.change


COUNTS = (
    ("units", "停用单位", "个"), ("new_units", "新设单位", "个"), ("people", "随迁人员", "人"), ("people_ended", "结束派驻", "人"),
    ("appointments", "随迁任职", "项"), ("appointments_ended", "结束任职", "项"), ("delegations", "随迁委托", "项"), ("teams", "随迁工作队", "支"),
    ("teams_ended", "撤销工作队", "支"), ("leaves", "随迁请假", "条"), ("leaves_kept", "留在原派驻的请假", "条"),
    ("trips", "随迁公差", "条"), ("institutions", "单位名录", "条"), ("facilities", "村级设施", "条"), ("fences", "打卡范围", "处"),
    ("policies", "办法", "份"), ("exemptions", "免考勤日", "天"),
)  # fmt: skip


def _may_withdraw(user, change) -> bool:
    try:
        require_withdrawing(change, user)
    except Refused:
        return False
    return change.withdrawn_at is None


@unit_view("view_members")
def change_shown(request, unit, pk: int):
    """One change as this unit's readers may see it; numbers and undoing for whoever could have ordered it."""
    change = _change_of(request.user, unit, pk)
    may_withdraw = _may_withdraw(request.user, change)
    sides = UnitSuccession.objects.reachable_by(request.user, "view_members").filter(change=change)
    rows = [
        {"side": row, "other": row.other if row.other and request.user.reaches(row.other.path) else None}
        for row in sides.select_related("unit", "other").order_by("unit__path", "side", "pk")
    ]
    counts = [
        {"label": label, "words": f"{change.counts[key]} {measure}"}
        for key, label, measure in COUNTS
        if may_withdraw and change.counts.get(key)
    ]
    return render(
        request,
        "reports/unit_change.html",
        {
            "unit": unit,
            "change": change,
            "rows": rows,
            "counts": counts,
            "may_withdraw": may_withdraw,
            "depends": what_depends(change, reader=request.user) if may_withdraw else [],
            "pending": change.day > timezone.localdate(),
        },
    )


@require_POST
@unit_view("view_members")
def change_withdraw(request, unit, pk: int):
    change = _change_of(request.user, unit, pk)
    require(request.user, "manage_units", unit)
    sides = list(change.successions.values_list("unit", flat=True))
    try:
        withdraw_change(change=change, actor=request.user, reason=request.POST.get("reason", ""))
    except (OutOfReach, NotAllowed):
        raise
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("reports:unit_change", unit.division_code, pk)
    messages.success(request, f"已撤回{change.get_kind_display()}，一切恢复到办理以前。")
    # The unit of the page may have been one that the change made.
    left = AdministrativeUnit.objects.reachable_by(request.user, "view_members").filter(pk__in=sides).order_by("path")
    kept = left.filter(pk=unit.pk).first() or left.first()
    return redirect("reports:unit_changes", kept.division_code) if kept else redirect("townships:home")
