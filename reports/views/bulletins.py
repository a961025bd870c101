"""Monthly bulletins: a unit's list, one bulletin as it will be printed, the acts on it, its files."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from reports.actions.compile_bulletin import compile_bulletin
from reports.actions.decide_tie import decide_tie
from reports.actions.export_bulletin import DOCX, export_document
from reports.actions.publish_bulletin import publish_bulletin
from reports.actions.revise_bulletin import revise_bulletin, withdraw_revision
from reports.bulletin_desk import PaperPage, desk_of, month_lines, ties_of, weeks_span
from reports.bulletin_forms import DecideForm, NoticeForm, PublishForm, ReviseForm
from reports.documents.month_xlsx import attendance_workbook, ranking_workbook
from reports.models import Bulletin, WeeklyScore
from reports.notices import attendance_notice
from reports.papers import paper_of
from townships.access import can
from townships.audit import record
from townships.errors import NotAllowed, OutOfReach, Refused
from townships.periods import Month, today
from townships.request_origin import address_of
from townships.templatetags.office import moment
from townships.views.answer import attempt
from townships.views.scope import month_or_404, unit_view

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@unit_view("view_bulletins")
def bulletins(request, unit):
    rows = Bulletin.objects.reachable_by(request.user, "view_bulletins").filter(unit=unit)
    scores = WeeklyScore.objects.reachable_by(request.user, "view_bulletins").within(unit)
    weeks = scores.filter(final=True).order_by().values_list("week", flat=True).distinct()
    return render(
        request,
        "reports/bulletins.html",
        {
            "unit": unit,
            "lines": month_lines(
                rows.defer("decisions").select_related("published_by", "published_for"), weeks, today()
            ),
            "last_month": Month.of(today()).shifted(-1),
            "may_draft": can(request.user, "draft_bulletin", unit),
            "notice_form": NoticeForm(),
        },
    )


@require_POST
@unit_view("draft_bulletin")
def compile_(request, unit, month: str):
    """Draft the month, or bring its draft up to date, and show it."""
    chosen = month_or_404(month)
    try:
        bulletin = compile_bulletin(unit=unit, month=chosen, actor=request.user, now=timezone.now())
    except (OutOfReach, NotAllowed):
        raise
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("reports:bulletins", unit.division_code)
    if bulletin.status == Bulletin.Status.DRAFT:
        messages.success(request, f"{chosen.label}通报草稿已按现有得分更新。")
    return redirect("reports:bulletin", bulletin.pk)


def _reachable(request, pk: int) -> Bulletin:
    rows = Bulletin.objects.reachable_by(request.user, "view_bulletins").filter(pk=pk)
    found = rows.select_related("unit__parent", "revises", "compiled_by", "published_by", "published_for").first()
    if found is None:
        raise OutOfReach
    request.unit = found.unit
    return found


def bulletin(request, pk: int):
    """The paper on the left; facts, decisions and, last, publication on the right."""
    found = _reachable(request, pk)
    draft = found.status == Bulletin.Status.DRAFT
    may_publish = can(request.user, "publish_bulletin", found)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    forms = _forms(request, found, act)
    if act:
        target = _acted(request, found, act, forms)
        if target is not None:
            return redirect("reports:bulletin", target.pk)
        found = _reachable(request, pk)
    paper = paper_of(found)
    others = Bulletin.objects.reachable_by(request.user, "view_bulletins").filter(unit=found.unit, month=found.month)
    return render(
        request,
        "reports/bulletin.html",
        {
            "bulletin": found,
            "month": Month.parse(found.month),
            "paper": paper,
            "sheet": PaperPage(paper),
            "is_draft": draft,
            "desk": desk_of(found, timezone.now()) if draft else None,
            "weeks": weeks_span(found.content["weeks"]),
            "ties": [(tie, forms.get(tie.board)) for tie in ties_of(found)],
            "decisions": found.decisions if may_publish else [],
            "may_draft": can(request.user, "draft_bulletin", found),
            "may_publish": may_publish,
            "may_see_attendance": can(request.user, "view_attendance", found),
            "next_revision": found.revision + 1,
            "publish_form": forms["publish"],
            "revise_form": forms["revise"],
            "revisions": others.exclude(pk=found.pk).defer("content").order_by("-revision"),
        },
    )


def _forms(request, found: Bulletin, act: str) -> dict:
    """The page's forms; the one that was sent keeps what was typed."""
    data = request.POST
    forms = {
        "publish": PublishForm(data) if act == "publish" else PublishForm(initial={"number": found.number}),
        "revise": ReviseForm(data) if act == "revise" else ReviseForm(),
    }
    for tie in ties_of(found):
        sent = act == "decide" and data.get("board") == tie.board
        initial = {"chosen": [str(key) for key in tie.chosen]}
        forms[tie.board] = DecideForm(
            data if sent else None, people=tie.people, initial=initial, auto_id=f"{tie.board}_%s"
        )
    return forms


def _acted(request, found: Bulletin, act: str, forms: dict) -> Bulletin | None:
    """Do what was asked; the bulletin to show next, None when it was refused."""
    at = {"actor": request.user, "now": timezone.now()}
    month = {"unit": found.unit, "month": Month.parse(found.month)}
    done: list[Bulletin] = []
    label = Month.parse(found.month).label

    def run(said: str, action, **fields) -> Bulletin | None:
        return done[-1] if attempt(request, lambda: done.append(action(**fields)), said) else None

    if act == "publish" and forms["publish"].is_valid():
        return run(
            f"{label}通报已发布，各周得分已锁定。", publish_bulletin, **month, **at, **forms["publish"].cleaned_data
        )
    if act == "revise" and forms["revise"].is_valid():
        return run(
            "更正草稿已按现有材料起草，请核对后发布。", revise_bulletin, **month, **at, **forms["revise"].cleaned_data
        )
    if act == "withdraw":
        return run("更正已撤销，原通报照旧有效。", withdraw_revision, bulletin=found, actor=request.user)
    board = request.POST.get("board", "")
    if act == "decide" and board in forms and forms[board].is_valid():
        return run("并列人员已确定。", decide_tie, bulletin=found, board=board, **at, **forms[board].cleaned_data)
    return None


@require_GET
def document(request, pk: int):
    """The Word file."""
    found = _reachable(request, pk)
    name, content = export_document(bulletin=found, actor=request.user, address=address_of(request))
    return _answer(name, DOCX, content)


@require_GET
def ranking(request, pk: int):
    """The ranking as a workbook."""
    found = _reachable(request, pk)
    paper = paper_of(found)
    return _file(request, found, f"{paper.attachment_title}.xlsx", XLSX, ranking_workbook(paper, _trace(request)))


@require_GET
@unit_view("view_attendance")
def notice(request, unit, month: str):
    """The month's attendance for the notice board."""
    chosen = month_or_404(month)
    form = NoticeForm(request.GET)
    if not form.is_valid():
        messages.error(request, "公示日期不对，请写成 2026-11-02 这样。")
        return redirect("reports:bulletins", unit.division_code)
    paper = attendance_notice(unit=unit, month=chosen, today=today(), **form.cleaned_data)
    content = attendance_workbook(paper, _trace(request))
    _record(request, unit, f"{paper.title}.xlsx", len(paper.rows))
    return _answer(f"{paper.title}.xlsx", XLSX, content)


def _file(request, found: Bulletin, name: str, kind: str, content: bytes) -> HttpResponse:
    _record(request, found.unit, name, len(found.content["people"]))
    return _answer(name, kind, content)


def _answer(name: str, kind: str, content: bytes) -> HttpResponse:
    disposition = content_disposition_header(as_attachment=True, filename=name)
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": disposition})


def _record(request, unit, name: str, people: int) -> None:
    record(
        actor=request.user,
        act="bulletin.exported",
        unit=unit,
        subject=name,
        details={"people": people},
    )


def _trace(request) -> str:
    return f"{request.user} {moment(timezone.now())}导出"
