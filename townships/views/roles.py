"""Roles of a unit: who may do what, and changing it."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from townships import role_desk
from townships.access import may_use_admin
from townships.actions.set_role import RoleChange, restore_role, retire_role, set_role
from townships.errors import OutOfReach, Refused
from townships.forms import RoleForm
from townships.models import AdministrativeUnit
from townships.role_desk import Desk, RoleLine, desk_of
from townships.role_rules import Terms
from townships.views.answer import attempt
from townships.views.scope import unit_view

#: What can be done to a role beside changing its set: what it is called when done.
ACTS: dict[str, tuple[Callable[..., RoleChange], dict, str]] = {
    "retire": (retire_role, {}, "已停用，不再新任命；现任的人不受影响。"),
    "reinstate": (retire_role, {"retired": False}, "已恢复使用。"),
    "restore": (restore_role, {}, "已恢复原规定，即刻生效。"),
}


@require_GET
@unit_view("manage_appointments")
def roles(request: HttpRequest, unit: AdministrativeUnit) -> HttpResponse:
    """The table: every role that can be held here or below, against every capability."""
    desk = desk_of(unit)
    columns = [
        {
            "line": line,
            "url": reverse("townships:role", args=[unit.division_code, line.terms.key]),
            "holders_url": _holders_url(request, unit, line),
        }
        for line in desk.lines
    ]
    context = {"unit": unit, "columns": columns, "groups": role_desk.matrix(desk)}
    return render(request, "townships/roles.html", context)


def _holders_url(request: HttpRequest, unit: AdministrativeUnit, line: RoleLine) -> str:
    if not line.holders or not may_use_admin(request.user):
        return ""
    query = urlencode({"role": line.terms.key, "unit__id__exact": unit.pk})
    return f"{reverse('admin:townships_appointment_changelist')}?{query}"


def _line_or_404(desk: Desk, key: str) -> RoleLine:
    line = desk.line(key)
    if line is None:
        raise OutOfReach
    return line


@require_http_methods(["GET", "POST"])
@unit_view("manage_appointments")
def role(request: HttpRequest, unit: AdministrativeUnit, key: str) -> HttpResponse:
    """One role: what it holds, changing that, and what was changed before."""
    desk = desk_of(unit)
    line = _line_or_404(desk, key)
    terms = line.terms
    form = RoleForm(request.POST or None, initial={"name": terms.name})
    preview, done = _look_or_save(request, form, unit, key)
    if done:
        messages.success(request, f"已保存“{done.after.name}”，{_reach_words(done)}，即刻生效。")
        return redirect("townships:role", unit.division_code, key)
    chosen = frozenset(form.data.getlist("capabilities")) if form.is_bound else terms.capabilities
    context = {
        "unit": unit,
        "line": line,
        "form": form,
        "preview": preview,
        "fixed": role_desk.why_fixed(request.user, unit, terms),
        "groups": role_desk.boxes(request.user, unit, chosen, terms.acts_as),
        "changes": role_desk.changes_of(unit, key),
        "holders_url": _holders_url(request, unit, line),
        "counts_as": role_desk.STANDARD[terms.acts_as].name,
        "retire_words": f"停用后任职时不能再选；现在的 {line.holders} 个任职不受影响。",
        "restore_words": _restore_words(line, role_desk.above(desk, key)),
    }
    return render(request, "townships/role.html", context)


def _restore_words(line: RoleLine, above: Terms | None) -> str:
    """What going back would do; "" where there is nothing to go back to."""
    if not line.is_here or above is None:
        return ""
    said = "；".join(role_desk.difference(line.terms, above)) or "权限和名称不变"
    return f"恢复后按上级或标准的规定：{said}。涉及 {line.holders} 个任职，即刻生效。"


@require_http_methods(["GET", "POST"])
@unit_view("manage_appointments")
def role_new(request: HttpRequest, unit: AdministrativeUnit) -> HttpResponse:
    """A role of the unit's own."""
    form = RoleForm(request.POST or None, kinds=role_desk.kinds_for(unit))
    preview, done = _look_or_save(request, form, unit, "")
    if done:
        messages.success(request, f"已新增“{done.after.name}”，任职时可以选了。")
        return redirect("townships:role", unit.division_code, done.key)
    chosen = frozenset(form.data.getlist("capabilities")) if form.is_bound else frozenset()
    context = {"unit": unit, "form": form, "preview": preview, "groups": role_desk.boxes(request.user, unit, chosen)}
    return render(request, "townships/role.html", context)


def _look_or_save(
    request: HttpRequest, form: RoleForm, unit: AdministrativeUnit, key: str
) -> tuple[dict | None, RoleChange | None]:
    """First what would change, then, when nothing has changed since, the change itself."""
    if request.method != "POST" or not form.is_valid():
        return None, None
    asked = {"unit": unit, "key": key, "actor": request.user, **form.cleaned_data}
    try:
        look = set_role(**asked, dry_run=True)
        if request.POST.get("step") == "save" and request.POST.get("seen") == look.mark:
            return None, set_role(**asked)
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return None, None
    said = role_desk.difference(look.before, look.after) if look.before else []
    if look.before is None:
        said = [f"新增“{look.after.name}”，权限：{role_desk.words(look.after.capabilities)}"]
    stale = request.POST.get("step") == "save"
    return {"said": said, "reach": _reach_words(look), "mark": look.mark, "stale": stale}, None


def _reach_words(change: RoleChange) -> str:
    if not change.appointments:
        return "现在没有人任这个角色"
    return f"影响 {change.appointments} 个任职（{change.people} 人）"


@require_POST
@unit_view("manage_appointments")
def role_act(request: HttpRequest, unit: AdministrativeUnit, key: str, act: str) -> HttpResponse:
    """Stop giving a role, give it again, or go back to what holds above."""
    _line_or_404(desk_of(unit), key)
    if act not in ACTS:
        raise OutOfReach
    change, terms, done = ACTS[act]
    attempt(request, lambda: change(unit=unit, key=key, actor=request.user, **terms), done)
    return redirect("townships:role", unit.division_code, key)
