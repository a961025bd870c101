"""The way from a list of the admin to the one page that brings tables in (reports:imports)."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from unfold.enums import ActionVariant

from townships.models import AdministrativeUnit
from townships.periods import today


class ImportLinkMixin:
    """A changelist with a button 导入 for those who may. `import_kind` is a key of reports.imports."""

    import_kind = ""
    import_capability = ""

    def changelist_view(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        response = super().changelist_view(request, extra_context)
        context = getattr(response, "context_data", None)
        if context is not None and "cl" in context and not context["cl"].is_popup and (link := self._link(request)):
            context["actions_list"] = [link, *context.get("actions_list", ())]
        return response

    def _link(self, request: HttpRequest) -> dict | None:
        if not self.import_kind:
            return None
        units = AdministrativeUnit.objects.reachable_by(request.user, self.import_capability).active_on(today())
        unit = units.order_by("path").first()
        if unit is None:
            return None
        address = f"{reverse('reports:imports', args=[unit.division_code])}?kind={self.import_kind}"
        return {"title": "导入文件", "icon": "upload_file", "variant": ActionVariant.DEFAULT, "path": address}
