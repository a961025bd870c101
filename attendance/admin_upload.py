"""Bringing a file of evidence in from the admin: choose, see what would happen, confirm."""

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from import_export.tmp_storages import MediaStorage
from unfold.decorators import action

from attendance.forms import UploadForm
from cadres.roster.report import ImportReport
from townships.errors import Refused
from townships.models import AdministrativeUnit
from townships.periods import Week, today

SALT = "attendance.upload"
#: A file that nobody confirmed within a day has to be chosen again.
KEPT_FOR_SECONDS = 24 * 60 * 60
#: A report on paper ends somewhere: the page shows so many problems and counts them all.
SHOWN = 200


class UploadMixin:
    """A changelist with a button that imports a file. `bring_in` is the same action the command calls."""

    actions_list = ["upload"]
    upload_form = UploadForm
    upload_title = ""
    upload_columns = ""

    def bring_in(self, **given) -> ImportReport:
        raise NotImplementedError

    def has_upload_permission(self, request: HttpRequest) -> bool:
        return self._units(request).exists()

    @staticmethod
    def _units(request: HttpRequest):
        units = AdministrativeUnit.objects.reachable_by(request.user, "manage_evidence").active_on(today())
        return units.exclude(level=AdministrativeUnit.Level.VILLAGE)

    @action(description="导入文件", url_path="upload", permissions=["upload"], icon="upload_file")
    def upload(self, request: HttpRequest) -> HttpResponse:
        if "token" in request.POST:
            return self._decide(request)
        form = self.upload_form(request.POST or None, request.FILES or None, units=self._units(request))
        report, token = None, ""
        if form.is_valid():
            report, token = self._try_out(request, form)
        return self._page(request, form, report, token)

    def _page(self, request: HttpRequest, form, report: ImportReport | None, token: str = "") -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": self.upload_title,
            "columns": self.upload_columns,
            "form": form,
            "report": report,
            "errors": report.errors[:SHOWN] if report else [],
            "warnings": report.warnings[:SHOWN] if report else [],
            "token": token,
            "changelist_url": self._changelist(),
        }
        return render(request, "admin/attendance/upload.html", context)

    def _changelist(self) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")

    def _try_out(self, request: HttpRequest, form) -> tuple[ImportReport | None, str]:
        """What the file would do, and a token to do it; the file waits in the storage meanwhile."""
        file = form.cleaned_data["file"]
        content = file.read()
        given = {"unit": form.cleaned_data["unit"], "filename": file.name, **form.arguments()}
        try:
            report = self.bring_in(**given, content=content, actor=request.user, dry_run=True)
        except Refused as refusal:
            form.add_error(None, refusal.message)
            return None, ""
        if report.errors or not (report.created or report.updated):
            return report, ""
        storage = MediaStorage()
        storage.save(content)
        kept = {
            "file": storage.name,
            "filename": file.name,
            "unit": given["unit"].division_code,
            "week": str(given.get("week", "")),
            "user": request.user.pk,
            "kind": self.opts.model_name,
        }
        return report, signing.dumps(kept, salt=SALT)

    def _decide(self, request: HttpRequest) -> HttpResponse:
        try:
            kept = signing.loads(request.POST["token"], salt=SALT, max_age=KEPT_FOR_SECONDS)
        except signing.BadSignature:
            kept = {}
        if (kept.get("user"), kept.get("kind")) != (request.user.pk, self.opts.model_name):
            messages.error(request, "文件已过期，请重新选择文件。")
            return redirect(request.path)
        storage = MediaStorage(name=kept["file"])
        if "discard" in request.POST:
            storage.remove()
            return redirect(request.path)
        return self._bring_in_kept(request, kept, storage)

    def _bring_in_kept(self, request: HttpRequest, kept: dict, storage: MediaStorage) -> HttpResponse:
        unit = self._units(request).filter(division_code=kept["unit"]).first()
        try:
            content = storage.read()
        except FileNotFoundError:
            unit = None
        if unit is None:
            messages.error(request, "文件已过期或单位不在您的管理范围内，请重新选择文件。")
            return redirect(request.path)
        week = {"week": Week.parse(kept["week"])} if kept["week"] else {}
        report = self.bring_in(unit=unit, content=content, filename=kept["filename"], actor=request.user, **week)
        storage.remove()
        if not report.committed:
            return self._page(request, self.upload_form(units=self._units(request)), report)
        messages.success(
            request,
            f"已导入：新增 {report.created}，更新 {report.updated}，未变 {report.unchanged}，共 {report.rows} 行。",
        )
        return redirect(self._changelist())
