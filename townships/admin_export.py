"""Every list of the admin as a file: what it shows, filtered and sorted as shown, within the same reach.

Masked columns stay masked, for a row is written by the same functions that show it. An export is kept in the trail and
says in the file who made it and when.
"""

from collections.abc import Iterator
from datetime import date, datetime, time
from urllib.parse import quote

from django.contrib import messages
from django.contrib.admin.utils import label_for_field, lookup_field
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from unfold.enums import ActionVariant

from townships import audit
from townships.list_files import NUMBERS, Cell, list_csv, list_xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 100_000
"""A longer list has to be filtered first: no office reads more, and our own import takes no more either."""
CHUNK = 2_000
_KINDS = {"xlsx": ("Excel 表格", "table"), "csv": ("CSV 文件", "description")}


def cell_of(value: object) -> Cell:
    """A shown value as a cell: numbers stay numbers, dates are ISO (Excel sorts them), markup is left out."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, NUMBERS):
        return value
    if isinstance(value, datetime):
        local = timezone.localtime(value)
        return local.strftime("%Y-%m-%d %H:%M:%S" if local.second else "%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.strftime("%H:%M")
    text = strip_tags(value) if isinstance(value, SafeString) else str(value)
    return text.strip()


class ListExportMixin:
    """A changelist with a button 导出 that gives the list back as .xlsx or .csv."""

    def _list_route(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_list_export"

    def get_urls(self) -> list:
        view = self.admin_site.admin_view(self.list_export_view)
        return [path("list.<str:kind>", view, name=self._list_route()), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        response = super().changelist_view(request, extra_context)
        context = getattr(response, "context_data", None)
        if context is not None and "cl" in context and not context["cl"].is_popup:
            context["actions_list"] = [*context.get("actions_list", ()), self._button(request)]
        return response

    def _button(self, request: HttpRequest) -> dict:
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        items = [
            {"title": title, "icon": icon, "path": self._list_url(kind) + query}
            for kind, (title, icon) in _KINDS.items()
        ]
        button = {"title": "导出列表", "icon": "download", "variant": ActionVariant.DEFAULT, "items": items}
        return {**button, "method_name": "ListExport"}

    def _list_url(self, kind: str) -> str:
        return reverse(f"{self.admin_site.name}:{self._list_route()}", args=[kind])

    def list_export_view(self, request: HttpRequest, kind: str) -> HttpResponse:
        """The list of the query string, all its pages, as a file."""
        if kind not in _KINDS or not self.has_view_permission(request):
            raise PermissionDenied
        shown = self.get_changelist_instance(request)
        if shown.result_count > MOST_ROWS:
            messages.error(request, f"列表有 {shown.result_count:,} 行，最多导出 {MOST_ROWS:,} 行，请先筛选再导出。")
            return HttpResponseRedirect(self._changelist_url(request))
        columns = [name for name in shown.list_display if name != "action_checkbox"]
        header = [str(label_for_field(name, self.model, self)) for name in columns]
        rows = self._list_rows(shown.queryset, columns)
        made = f"{timezone.localtime():%Y-%m-%d %H:%M}"
        watermark = f"导出人：{request.user}，{made}，共 {shown.result_count} 行，仅供工作使用"
        title = str(self.opts.verbose_name_plural)
        if kind == "csv":
            lines = list_csv(header=header, rows=rows, watermark=watermark)
            response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        else:
            content = list_xlsx(title=title, header=header, rows=rows, watermark=watermark)
            response = HttpResponse(content, content_type=XLSX)
        self._keep_in_trail(request, shown.result_count, kind)
        name = quote(f"{title}{timezone.localdate():%Y%m%d}.{kind}")
        response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
        return response

    def _changelist_url(self, request: HttpRequest) -> str:
        name = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_changelist"
        return f"{reverse(name)}?{request.GET.urlencode()}"

    def _keep_in_trail(self, request: HttpRequest, rows: int, kind: str) -> None:
        """The entry in the trail, at the unit the person works for."""
        posts = request.user.appointments_today()
        details = {"rows": rows, "format": kind, "filters": request.GET.urlencode()[:500]}
        audit.record(
            actor=request.user,
            act="list.exported",
            unit=posts[0].unit if posts else None,
            subject=str(self.opts.verbose_name_plural),
            details=details,
            address=request.META.get("REMOTE_ADDR"),
        )

    def _list_rows(self, queryset, columns: list[str]) -> Iterator[list[Cell]]:
        for row in queryset.iterator(chunk_size=CHUNK):
            yield [cell_of(self._shown(row, name)) for name in columns]

    def _shown(self, row: Model, name: str) -> object:
        """What the list shows in a column, before it is made into markup."""
        try:
            field, _, value = lookup_field(name, row, self)
        except ObjectDoesNotExist:
            return None
        if field is None or field.auto_created:
            # A label is (state, words), a header (words, words below).
            if isinstance(value, tuple):
                return value[-1]
            return " ".join(map(str, value)) if isinstance(value, list) else value
        if field.remote_field is not None:
            return getattr(row, field.name)
        return dict(field.flatchoices).get(value, value) if field.flatchoices else value
