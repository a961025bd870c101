"""Spot checks in the admin: draws and what was found."""

from django.contrib import admin
from django.utils import timezone
from unfold.decorators import display

from attendance.actions.draw_spot_check import draw_spot_check
from attendance.actions.record_spot_check import record_spot_check, supersede
from attendance.admin_acts import ActingAdmin
from attendance.admin_days import OfPostingMixin
from attendance.forms import DrawForm, FindingForm
from attendance.models import DayReview, SpotCheck, SpotCheckResult
from townships.admin_base import ReadOnlyAdmin, ScopedTabularInline, UnitFilter
from townships.periods import today


class FindingInline(ScopedTabularInline):
    model = SpotCheckResult
    fields = ["posting", "checked_at", "method", "finding", "checker", "note", "superseded_at"]
    readonly_fields = fields
    can_delete = False
    hide_title = True
    verbose_name_plural = "查到的情况"

    def has_add_permission(self, request, obj=None) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False


@admin.register(SpotCheck)
class SpotCheckAdmin(ActingAdmin):
    form = DrawForm
    list_display = ["unit", "day", "method", "village_names", "people_count", "drawn_by", "on_behalf_of", "drawn_at"]
    list_filter = [("unit", UnitFilter), "method"]
    list_select_related = ["unit", "drawn_by", "on_behalf_of"]
    search_fields = ["unit__name", "seed"]
    autocomplete_fields = ["unit"]
    date_hierarchy = "day"
    inlines = [FindingInline]
    fields = [
        "unit",
        "day",
        "method",
        "village_names",
        "people_names",
        "seed",
        "commitment",
        "drawn_by",
        "on_behalf_of",
        "drawn_at",
    ]

    def get_fields(self, request, obj=None):
        return self.fields if obj else DrawForm.Meta.fields

    def get_readonly_fields(self, request, obj=None):
        return self.fields if obj else []

    def get_inlines(self, request, obj):
        return self.inlines if obj else []

    def get_changeform_initial_data(self, request) -> dict:
        return {"day": today(), **super().get_changeform_initial_data(request)}

    @display(description="抽中的村")
    def village_names(self, check) -> str:
        return "、".join(village["name"] for village in check.villages)

    @display(description="抽中的人")
    def people_names(self, check) -> str:
        return "、".join(f"{person['name']}（{person['village']}）" for person in check.people)

    @display(description="人数")
    def people_count(self, check) -> int:
        return len(check.people)

    def perform(self, request, form) -> SpotCheck:
        given = form.cleaned_data
        return draw_spot_check(
            unit=given["unit"],
            villages=given["count"],
            day=given["day"],
            method=given["method"],
            seed=given["seed"],
            actor=request.user,
        )


@admin.register(SpotCheckResult)
class SpotCheckResultAdmin(OfPostingMixin, ActingAdmin):
    import_kind, import_capability = "spot_checks", "manage_evidence"
    form = FindingForm
    list_display = ["person", "village", "checked_at", "method", "finding", "checker", "note", "remark"]
    list_filter = [
        ("posting__village", UnitFilter),
        "method",
        "finding",
        ("superseded_at", admin.EmptyFieldListFilter),
    ]
    date_hierarchy = "day"
    actions = ["take_back"]

    @display(description="说明", label={"已被取代": "danger"})
    def remark(self, result) -> str:
        return "已被取代" if result.superseded_at else ""

    def perform(self, request, form) -> SpotCheckResult:
        given = dict(form.cleaned_data)
        reason = given.pop("supersede_reason")
        return record_spot_check(**given, reason=reason, actor=request.user, at=timezone.now())

    @admin.action(description="撤销所选结果", permissions=["add"])
    def take_back(self, request, queryset):
        return self.with_reason(
            request,
            queryset,
            name="take_back",
            title="撤销抽查结果",
            button=f"撤销 {queryset.count()} 条抽查结果",
            act=lambda row, reason: supersede(result=row, reason=reason, actor=request.user, at=timezone.now()),
            done="已撤销 {} 条抽查结果。",
        )


@admin.register(DayReview)
class DayReviewAdmin(ReadOnlyAdmin):
    """Conclusions are reached on the page of contradictions, where the evidence stands beside them."""

    list_display = ["posting", "day", "conclusion", "note", "reviewed_by", "on_behalf_of", "at"]
    list_filter = ["conclusion", ("posting__village", UnitFilter)]
    list_select_related = ["posting__cadre", "posting__village", "reviewed_by", "on_behalf_of"]
    search_fields = ["posting__cadre__name", "note"]
    date_hierarchy = "day"
