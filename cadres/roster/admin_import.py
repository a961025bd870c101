"""The roster's import and export in the admin: what will change first, in counts and row by row, then one confirmation.

Mix into an admin of postings: `class PostingAdmin(RosterImportMixin, RosterExportMixin, HistoryAdmin)`.
"""

from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from import_export.admin import ExportMixin, ImportMixin

from cadres.actions.export_roster import roster_file
from cadres.roster.forms import RosterConfirmForm, RosterExportForm, RosterImportForm
from cadres.roster.resource import RosterFormat, RosterResource, RosterResult
from cadres.roster.uploads import RosterUploads
from cadres.roster_template import template_for
from townships import periods
from townships.models import AdministrativeUnit

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS_SHOWN = 1_000
"""Rows of one kind the preview lists; the counts above them are of all rows."""

_SECTIONS = (
    ("refused", "要改正", "danger"),
    ("changed", "有变动", "info"),
    ("new", "新增", "success"),
    ("same", "没有变化", ""),
)


def _units(request: HttpRequest, capability: str):
    """Units to choose from, villages left out unless the user has nothing above them."""
    units = (
        AdministrativeUnit.objects.reachable_by(request.user, capability).active_on(periods.today()).order_by("path")
    )
    above = units.exclude(level=AdministrativeUnit.Level.VILLAGE)
    return above if above.exists() else units


def _download(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response


def preview(result: RosterResult) -> dict:
    """What the page shows of a report: counts, problems of the file, rows by kind."""
    report = result.report
    sections = []
    for kind, title, variant in _SECTIONS:
        rows = [outcome for outcome in report.outcomes if outcome.kind == kind]
        if kind == "refused" or rows:
            shown = rows[:ROWS_SHOWN]
            hidden = len(rows) - len(shown)
            sections.append(
                {"kind": kind, "title": title, "variant": variant, "rows": shown, "count": len(rows), "hidden": hidden}
            )
    return {
        "report": report,
        "sections": sections,
        "file_errors": report.file_errors,
        "warnings": report.general_warnings,
        "noted": sum(bool(outcome.warnings) for outcome in report.outcomes),
    }


class RosterImportMixin(ImportMixin):
    """Import through `import_roster`; the actor is the user, the unit is chosen in the form."""

    resource_classes = [RosterResource]
    import_formats = [RosterFormat]
    import_form_class = RosterImportForm
    confirm_form_class = RosterConfirmForm
    tmp_storage_class = RosterUploads
    import_export_change_list_template = "admin/cadres/posting/change_list.html"
    import_template_name = "admin/cadres/posting/import.html"
    skip_admin_log = True

    def has_import_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("townships.manage_roster")

    def get_urls(self) -> list:
        view = self.admin_site.admin_view(self.template_view)
        name = "{}_{}_import_template".format(*self.get_model_info())
        return [path("import/template/", view, name=name), *super().get_urls()]

    def template_view(self, request: HttpRequest) -> HttpResponse:
        """The template with the drop-down lists of a unit (`?unit=CODE`, else the topmost)."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        units = _units(request, "manage_roster")
        unit = units.filter(division_code=request.GET.get("unit", "")).first() or units.first()
        content = template_for(unit, periods.today())
        return _download(content, f"{unit.name}花名册导入模板.xlsx")

    def get_import_form_kwargs(self, request: HttpRequest) -> dict:
        return {**super().get_import_form_kwargs(request), "units": _units(request, "manage_roster")}

    def get_confirm_form_kwargs(self, request: HttpRequest, import_form=None) -> dict:
        kwargs = super().get_confirm_form_kwargs(request, import_form)
        return {**kwargs, "units": _units(request, "manage_roster")}

    def get_confirm_form_initial(self, request: HttpRequest, import_form) -> dict:
        initial = super().get_confirm_form_initial(request, import_form)
        return {**initial, "unit": import_form.cleaned_data["unit"].pk} if import_form else initial

    def get_import_data_kwargs(self, **kwargs) -> dict:
        return {**super().get_import_data_kwargs(**kwargs), "unit": kwargs["form"].cleaned_data["unit"]}

    def import_action(self, request: HttpRequest, **kwargs) -> HttpResponse:
        response = super().import_action(request, **kwargs)
        if isinstance(response, TemplateResponse):
            self._describe(request, response.context_data)
        return response

    def _describe(self, request: HttpRequest, context: dict) -> None:
        context["title"] = "导入花名册"
        unit = _units(request, "manage_roster").first()
        context["workbench_url"] = reverse("reports:imports", args=[unit.division_code]) if unit else ""
        result, form = context.get("result"), context.get("form")
        if result is not None:
            context["preview"] = preview(result)
            context["chosen_unit"] = form.cleaned_data["unit"]
            context["filename"] = form.cleaned_data["import_file"].name
            if "confirm_form" not in context:
                RosterUploads(name=form.cleaned_data["import_file"].tmp_storage_name).remove()

    def process_import(self, request: HttpRequest, **kwargs) -> HttpResponse:
        try:
            return super().process_import(request, **kwargs)
        except FileNotFoundError:
            messages.error(request, "上传的文件已经过期，请重新选择文件。")
            return HttpResponseRedirect(reverse("admin:{}_{}_import".format(*self.get_model_info())))

    def process_result(self, result: RosterResult, request: HttpRequest) -> HttpResponse:
        """Back to the list; when something changed since the preview, the page again with what is wrong now."""
        report = result.report
        if report.errors:
            context = {
                **self.admin_site.each_context(request),
                "title": "导入花名册",
                "opts": self.opts,
                "form": self.get_import_form_class(request)(
                    self.get_import_formats(), self.resource_classes, units=_units(request, "manage_roster")
                ),
                "result": result,
                "preview": preview(result),
            }
            return TemplateResponse(request, self.import_template_name, context)
        messages.success(
            request,
            f"花名册已导入：新增 {report.created} 人，更新 {report.updated} 人，{report.unchanged} 人没有变化。",
        )
        return HttpResponseRedirect(reverse("admin:{}_{}_changelist".format(*self.get_model_info())))


class RosterExportMixin(ExportMixin):
    """Export of the people posted in a unit on a day, as a workbook that can be imported again."""

    import_export_change_list_template = "admin/cadres/posting/change_list.html"
    export_template_name = "admin/cadres/posting/export.html"

    def has_export_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("townships.view_members")

    def export_action(self, request: HttpRequest) -> HttpResponse:
        if not self.has_export_permission(request):
            raise PermissionDenied
        form = RosterExportForm(request.POST or None, units=_units(request, "view_members"))
        if form.is_valid():
            return self._workbook(request, form.cleaned_data["unit"], form.cleaned_data["day"])
        context = {**self.admin_site.each_context(request), "title": "导出花名册", "opts": self.opts, "form": form}
        return TemplateResponse(request, self.export_template_name, context)

    def _workbook(self, request: HttpRequest, unit: AdministrativeUnit, day) -> HttpResponse:
        title = f"{unit.name}驻村工作队员花名册({periods.chinese_date(day)}在驻)"
        made = timezone.localtime().strftime("%Y-%m-%d %H:%M")
        footer = f"导出人 {request.user} {made}，仅供工作使用"
        content = roster_file(unit=unit, day=day, title=title, footer=footer, actor=request.user)
        return _download(content, f"{unit.name}花名册{day:%Y%m%d}.xlsx")
