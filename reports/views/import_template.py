"""The template to fill in, with the unit's own names."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from cadres.roster_template import template_for
from townships.periods import today
from townships.views.scope import unit_view

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
@unit_view("manage_roster")
def import_template(request, unit):
    """The roster template with drop-down lists of the unit's villages and institutions."""
    disposition = content_disposition_header(as_attachment=True, filename=f"{unit.name}花名册导入模板.xlsx")
    headers = {"Content-Disposition": disposition}
    return HttpResponse(template_for(unit, today()), content_type=XLSX, headers=headers)
