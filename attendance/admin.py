"""Attendance in the admin. Evidence is in files of its own; here are the calendar, places, meetings and rules."""

import json

from django.contrib import admin
from django.utils.html import format_html
from unfold.decorators import display

from attendance import admin_checks, admin_days, admin_leave
from attendance.forms import FenceForm
from attendance.models import (
    AttendancePolicy,
    CalendarDay,
    ExemptDay,
    Fence,
    LeavePolicy,
    Meeting,
    MeetingAbsence,
)
from townships.admin_base import HistoryAdmin, ReadOnlyAdmin, ScopedTabularInline, UnitFilter

#: Registered by being imported.
EVIDENCE = (admin_checks, admin_days, admin_leave)


@admin.register(CalendarDay)
class CalendarDayAdmin(HistoryAdmin):
    """Public holidays and make-up workdays; one calendar for all, kept by those who manage policies."""

    list_display = ["day", "kind", "name", "source"]
    list_filter = ["kind"]
    search_fields = ["name", "source"]
    date_hierarchy = "day"

    def _may(self, request, action: str, obj=None) -> bool:
        capability = "view_attendance" if action == "view" else "manage_policy"
        return bool(request.user.is_superuser or request.user.paths(capability))

    def capability(self, action: str) -> str:
        return "view_attendance" if action == "view" else "manage_policy"

    def save_model(self, request, obj, form, change) -> None:
        # Everybody's calendar has no unit to ask the right at; has_add/change_permission asked it already.
        if not obj.source:
            obj.source = f"{request.user} 更正"
        obj.save()


@admin.register(ExemptDay)
class ExemptDayAdmin(HistoryAdmin):
    list_display = ["unit", "day", "reason"]
    list_filter = [("unit", UnitFilter)]
    list_select_related = ["unit"]
    search_fields = ["unit__name", "reason"]
    autocomplete_fields = ["unit"]
    date_hierarchy = "day"


@admin.register(Fence)
class FenceAdmin(HistoryAdmin):
    form = FenceForm
    list_display = ["unit", "name", "latitude", "longitude", "radius_m", "begins", "ends"]
    list_filter = [("unit", UnitFilter)]
    list_select_related = ["unit"]
    search_fields = ["unit__name", "name"]
    autocomplete_fields = ["unit"]


class AbsenceInline(ScopedTabularInline):
    model = MeetingAbsence
    fields = ["posting", "excused", "note"]
    autocomplete_fields = ["posting"]


@admin.register(Meeting)
class MeetingAdmin(HistoryAdmin):
    list_display = ["day", "unit", "name", "absent_count"]
    list_filter = [("unit", UnitFilter)]
    list_select_related = ["unit"]
    search_fields = ["name", "unit__name"]
    autocomplete_fields = ["unit"]
    date_hierarchy = "day"
    inlines = [AbsenceInline]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("absences")

    @display(description="缺席人数")
    def absent_count(self, meeting) -> int:
        return len(meeting.absences.all())


class PolicyAdmin(ReadOnlyAdmin):
    """Versions of the rules; a new one is set by a policy file."""

    list_display = ["unit_name", "effective_from", "revision", "set_by", "set_at"]
    list_filter = [("unit", UnitFilter)]
    list_select_related = ["unit", "set_by"]
    search_fields = ["unit__name"]
    fields = ["unit_name", "effective_from", "revision", "set_by", "set_at", "rules"]
    date_hierarchy = "effective_from"

    @display(description="单位", ordering="unit__path")
    def unit_name(self, version) -> str:
        return version.unit.name if version.unit else "通用"

    @display(description="内容")
    def rules(self, version) -> str:
        return format_html("<pre>{}</pre>", json.dumps(version.document, ensure_ascii=False, indent=2))


admin.site.register([AttendancePolicy, LeavePolicy], PolicyAdmin)
