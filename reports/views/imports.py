"""Bringing tables in: upload, look, correct, write, take back; and the history of all that."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from attendance.transfers import transfer_offers
from cadres.actions.undo_import import undo_import, what_depends
from cadres.imports import UploadGone
from cadres.models import ColumnChoice, ImportRow, ImportRun
from cadres.roster.choices_made import Choices
from reports import import_desk as desk
from reports.actions.correct_import import correct_columns, keep_value, replace_value
from reports.actions.drop_import import drop_import
from reports.actions.start_import import AT_ONCE, start_import
from reports.actions.write_import import write_import
from reports.import_answer import ANSWERS, answer_file
from reports.import_forms import UploadFilesForm
from reports.import_help import helps_for
from reports.imports import ASKS, BY_KEY, kinds_for
from townships.access import require
from townships.cursor import page_of
from townships.errors import NotAllowed, OutOfReach
from townships.views.answer import attempt
from townships.views.scope import unit_view

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HISTORY_SIZE = 20


def _kinds_or_403(request, unit) -> list:
    kinds = kinds_for(request.user, unit)
    if not kinds:
        raise NotAllowed("您没有导入表格的权限，请联系上级管理员。")
    return kinds


@unit_view("view_members")
def imports(request, unit):
    """The door: files to upload, and what was brought in here before."""
    kinds = _kinds_or_403(request, unit)
    wanted = request.GET.get("kind", "")
    initial = {"kind": wanted if wanted in BY_KEY else ""}
    form = UploadFilesForm(request.POST or None, request.FILES or None, kinds=kinds, initial=initial)
    if request.method == "POST" and form.is_valid():
        runs = [_started(request, unit, form, file) for file in form.cleaned_data["files"]]
        if len(runs) == 1:
            return redirect("reports:import_run", unit.division_code, runs[0].pk)
        messages.success(request, f"{len(runs)} 个文件已收到，还没有写入：请逐个核对。")
        return redirect("reports:imports", unit.division_code)
    rows = ImportRun.objects.reachable_by(request.user, "view_members").filter(unit=unit)
    rows = rows.filter(kind__in=["", *(kind.key for kind in kinds)]).select_related("uploaded_by", "written_by")
    page = page_of(
        rows.defer("tables", "notes", "stumbles", "receipts"),
        ("-at", "-pk"),
        request.GET.get("after", ""),
        HISTORY_SIZE,
    )
    return render(
        request,
        "reports/imports.html",
        {
            "unit": unit,
            "form": form,
            "steps": desk.steps(0),
            "lines": [_history_line(run) for run in page.rows],
            "next_url": f"?after={page.next}#history" if page.next else "",
            "first_url": "?#history" if request.GET.get("after") else "",
            "notes": [kind for kind in kinds if kind.note],
            "formats": "、".join(kind.label for kind in kinds),
            "with_template": any(kind.key == "roster" for kind in kinds),
        },
    )


def _started(request, unit, form, file) -> ImportRun:
    return start_import(
        unit=unit,
        kind=form.cleaned_data["kind"],
        content=file.read(),
        file_name=file.name,
        actor=request.user,
        options=form.options,
    )


def _history_line(run: ImportRun) -> dict:
    kind = desk.kind_of(run)
    return {
        "run": run,
        "kind": kind.label if kind else "",
        "tone": desk.STATE_TONES.get(run.state, ""),
        "result": desk.result_words(run),
    }


def _run_at(request, unit, pk: int) -> ImportRun:
    """The run of this unit, for whoever may import its kind here."""
    rows = ImportRun.objects.reachable_by(request.user, "view_members").filter(pk=pk, unit=unit)
    run = rows.select_related("unit", "job", "uploaded_by", "written_by", "undone_by").first()
    if run is None:
        raise OutOfReach
    if run.kind:
        require(request.user, BY_KEY[run.kind].capability, unit)
    else:
        _kinds_or_403(request, unit)
    return run


@require_GET
@unit_view("view_members")
def import_run(request, unit, pk: int):
    """One file: what was understood, what each row would do, and the one button."""
    run = _run_at(request, unit, pk)
    return render(request, "reports/import_run.html", _page(request, unit, run))


def _page(request, unit, run: ImportRun) -> dict:
    kind = desk.kind_of(run)
    context = {
        "unit": unit,
        "run": run,
        "kind": kind,
        "steps": desk.steps(desk.step_of(run)),
        "tone": desk.STATE_TONES.get(run.state, ""),
        "at_work": run.state in (ImportRun.State.JUDGING, ImportRun.State.WRITING),
        "progress": desk.progress_of(run.job, timezone.now()) if run.job else None,
        "stuck": bool(run.job and run.job.state in ("failed", "cancelled")),
        "errors": [note for note in run.notes if note["level"] == "error"],
        "warnings": [note for note in run.notes if note["level"] == "warning"],
    }
    if run.state in (ImportRun.State.READY, ImportRun.State.UNUSABLE):
        context |= _corrections(request, unit, run)
    if run.state in (ImportRun.State.READY, ImportRun.State.WRITTEN, ImportRun.State.UNDONE):
        context |= _rows(request, run) if run.cleared_at is None else {}
        context["result"] = desk.result_words(run)
        context["writing"] = desk.writing_words(run, kind)
        context["to_write"] = run.counts["new"] + run.counts["changed"]
        context["refused"] = run.counts["refused"]
    return context


def _corrections(request, unit, run: ImportRun) -> dict:
    """The columns with their choices, the values to put right for all rows, what the kind asks."""
    remembered = ColumnChoice.objects.reachable_by(request.user, "view_members").filter(unit=unit, kind=run.kind)
    kind = desk.kind_of(run)
    helps = helps_for(run, kind, request.user)
    return {
        "columns": desk.columns_of(run, dict(remembered.values_list("header", "key"))),
        "kinds": [{"key": one.key, "label": one.label, "on": one is kind} for one in kinds_for(request.user, unit)],
        "asks": [
            {"name": ask, "label": ASKS[ask][0], "type": ASKS[ask][1], "value": run.options.get(ask, "")}
            for ask in (*kind.asks, *kind.may_ask)
        ],
        "helps": helps,
        "known_villages": next((help.listed for help in helps if help.listed), []),
        "transfers": transfer_offers(run=run, user=request.user),
        "replaced": [
            {"key": key, "label": kind.columns.label(key), "raw": raw, "new": new}
            for key, of in Choices.from_json(run.choices).values.items()
            for raw, new in of.items()
        ],
    }


def _rows(request, run: ImportRun) -> dict:
    chosen = desk.chosen_filter(run, request.GET.get("kind"))
    rows = ImportRow.objects.reachable_by(request.user, "view_members").filter(run=run).defer("receipts")
    if chosen == "hidden":
        rows = rows.filter(hidden=True)
    elif chosen:
        rows = rows.filter(kind=chosen)
    page = page_of(rows, ("position",), request.GET.get("after", ""), desk.PAGE_SIZE)
    labels = desk.labels_of(page.rows)
    several = len({table["sheet"] for table in run.tables}) > 1
    address = f"?kind={chosen or 'all'}"
    return {
        "chips": desk.chips(run, chosen),
        "labels": labels,
        "rows": desk.preview(page.rows, labels, several_sheets=several),
        "span": len(labels) + 2,
        "next_url": f"{address}&after={page.next}#rows" if page.next else "",
        "first_url": f"{address}#rows" if request.GET.get("after") else "",
    }


def _back_to(run: ImportRun):
    return redirect("reports:import_run", run.unit.division_code, run.pk)


@require_POST
@unit_view("view_members")
def import_columns(request, unit, pk: int):
    """Which table it is and what its columns are, set by hand; remembered for the unit."""
    run = _run_at(request, unit, pk)
    shown = {c["header"]: c["key"] for table in run.tables for c in table["columns"]}
    sent = {name.removeprefix("column:"): key for name, key in request.POST.items() if name.startswith("column:")}
    attempt(
        request,
        lambda: correct_columns(
            run=run,
            actor=request.user,
            columns={header: key for header, key in sent.items() if header in shown and key != shown[header]},
            kind=request.POST.get("kind", run.kind),
            options={ask: request.POST[ask][:20] for ask in ASKS if request.POST.get(ask)},
        ),
        "已按您的选择重新核对，列名对应已记住，下次同样的表不用再选。",
    )
    return _back_to(run)


@require_POST
@unit_view("view_members")
def import_value(request, unit, pk: int):
    """One value for all rows that have it, or back to what the file says."""
    run = _run_at(request, unit, pk)
    key, raw = request.POST.get("key", ""), request.POST.get("raw", "")
    new = request.POST.get("offered") or request.POST.get("replacement", "").strip()
    of_this = {"run": run, "actor": request.user, "key": key, "raw": raw}
    if request.POST.get("act") == "keep":
        attempt(request, lambda: keep_value(**of_this), f"“{raw}”已改回表里的写法。")
    elif not new:
        messages.error(request, f"请写明“{raw}”应改成什么。")
    else:
        attempt(request, lambda: replace_value(**of_this, replacement=new[:200]), f"所有“{raw}”都已改为“{new}”。")
    return _back_to(run)


@require_POST
@unit_view("view_members")
def import_confirm(request, unit, pk: int):
    """The one button."""
    run = _run_at(request, unit, pk)
    only_good = request.POST.get("only_good") == "1"
    done = f"{run.file_name} 已写入。"
    if run.counts.get("rows", 0) > AT_ONCE:
        done = f"{run.file_name} 正在后台写入，可以离开本页，结果在导入记录里。"
    attempt(
        request,
        lambda: write_import(run=run, actor=request.user, only_good=only_good, reason=request.POST.get("reason", "")),
        done,
    )
    return _back_to(run)


@require_POST
@unit_view("view_members")
def import_drop(request, unit, pk: int):
    """Not this file after all."""
    run = _run_at(request, unit, pk)
    capability = BY_KEY[run.kind].capability if run.kind else "view_members"
    gone = run.state != ImportRun.State.WRITING
    dropped = attempt(
        request,
        lambda: drop_import(run=run, actor=request.user, capability=capability),
        f"{run.file_name} 没有写入，文件已删除。" if gone else f"{run.file_name} 没有写入，可以再次核对后写入。",
    )
    return redirect("reports:imports", unit.division_code) if dropped and gone else _back_to(run)


@unit_view("view_members")
def import_undo(request, unit, pk: int):
    """What taking the import back would do, and on POST the deed."""
    run = _run_at(request, unit, pk)
    if run.state != ImportRun.State.WRITTEN:
        messages.error(request, "这次导入没有写入或已经撤回，不用撤回。")
        return _back_to(run)
    if run.cleared_at:
        messages.error(request, "这次导入已过保存期限，不能整批撤回：请逐条改正。")
        return _back_to(run)
    capability = BY_KEY[run.kind].capability
    require(request.user, capability, unit)
    if request.method == "POST":
        attempt(
            request,
            lambda: undo_import(run=run, actor=request.user, capability=capability),
            f"{run.file_name} 已撤回，名单恢复到导入以前。",
        )
        return _back_to(run)
    context = {"unit": unit, "run": run, "kind": BY_KEY[run.kind], "depends": what_depends(run, reader=request.user)}
    return render(request, "reports/import_undo.html", context)


@require_GET
@unit_view("view_members")
def import_file(request, unit, pk: int, what: str):
    """The upload back with comments at the wrong cells, or only its refused rows."""
    run = _run_at(request, unit, pk)
    if what not in ANSWERS:
        raise OutOfReach
    try:
        made = answer_file(run=run, actor=request.user, what=what)
    except UploadGone as gone:
        messages.error(request, gone.message)
        return _back_to(run)
    disposition = content_disposition_header(as_attachment=True, filename=made.filename)
    return HttpResponse(made.content, content_type=XLSX, headers={"Content-Disposition": disposition})
