"""Data entry of people, postings, teams and talks."""

from dataclasses import asdict

from django.contrib import admin
from django.shortcuts import render
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from unfold.decorators import display

from cadres.actions.open_member_accounts import open_member_accounts
from cadres.admin_corrections import CorrectionRequestAdmin  # noqa: F401 - registers itself
from cadres.models import Batch, Cadre, Posting, Talk, WorkTeam
from cadres.roster.admin_import import RosterExportMixin, RosterImportMixin
from townships import audit, periods
from townships.access import can
from townships.acting import principal_of
from townships.admin_base import HistoryAdmin, ScopedTabularInline, UnitFilter
from townships.errors import Refused


class PostingInline(ScopedTabularInline):
    model = Posting
    fields = ["village", "dispatching_institution", "dispatch_level", "team_role", "begins", "ends", "lodging"]
    autocomplete_fields = ["village", "dispatching_institution"]
    show_change_link = True


@admin.register(Cadre)
class CadreAdmin(HistoryAdmin):
    """Identity and phone are masked for those who may not see them; who opened them unmasked is recorded."""

    list_display = ["name", "masked_id", "sex", "ethnicity", "political_status", "education", "masked_tel"]
    list_filter = ["sex", "political_status", "education"]
    search_fields = ["name"]
    autocomplete_fields = ["user"]
    inlines = [PostingInline]
    actions = ["open_accounts"]
    fieldsets = [
        (None, {"fields": [("name", "sex"), ("id_number", "birth_month"), ("ethnicity", "political_status")]}),
        ("学历与联系", {"fields": [("education", "major"), ("phone", "user")]}),
    ]

    def rows(self, request):
        """Those who belong here now; who left is found by his posting, on his page."""
        return self.model.objects.kept_by(request.user, self.capability("view"))

    @display(description="身份证号")
    def masked_id(self, cadre: Cadre) -> str:
        return cadre.masked_id_number

    @display(description="联系电话")
    def masked_tel(self, cadre: Cadre) -> str:
        return cadre.masked_phone

    @admin.action(description="为所选人员开通账号")
    def open_accounts(self, request, queryset):
        try:
            opened = open_member_accounts(cadres=queryset, day=periods.today(), actor=request.user)
        except Refused as refusal:
            self.refuse(request, refusal)
            return None
        accounts = [{**asdict(account), "role_label": account.title} for account in opened]
        return render(request, "cadres/first_passwords.html", {"accounts": accounts})

    def _sees_identity(self, request, obj) -> bool:
        return obj is None or can(request.user, "view_identity", obj)

    def get_fieldsets(self, request, obj=None):
        if self._sees_identity(request, obj):
            return self.fieldsets
        masked = {"id_number": "masked_id", "phone": "masked_tel"}
        return [
            (title, {"fields": [tuple(masked.get(name, name) for name in row) for row in options["fields"]]})
            for title, options in self.fieldsets
        ]

    def get_readonly_fields(self, request, obj=None):
        return [] if self._sees_identity(request, obj) else ["masked_id", "masked_tel"]

    def has_view_history_or_change_history_permission(self, request, obj=None) -> bool:
        """Old versions show the number in full, so they are for those who may see it."""
        return super().has_view_history_or_change_history_permission(request, obj) and self._sees_identity(request, obj)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        response = super().change_view(request, object_id, form_url, extra_context)
        cadre = self.get_object(request, object_id)
        if cadre is not None and request.method == "GET" and self._sees_identity(request, cadre):
            latest = cadre.postings.select_related("village").order_by("-begins").first()
            audit.record(
                actor=request.user,
                act="identity.viewed",
                unit=latest and latest.village,
                subject=cadre.name,
                details={"cadre": cadre.pk, "own": cadre.user_id == request.user.pk},
            )
        return response


@admin.register(Posting)
class PostingAdmin(RosterImportMixin, RosterExportMixin, HistoryAdmin):
    list_display = [
        "cadre",
        "village",
        "team_role",
        "dispatching_institution",
        "dispatch_level",
        "begins",
        "ends",
        "state",
    ]
    list_filter = [("village", UnitFilter), "state", "dispatch_level", "team_role", "lodging"]
    list_select_related = ["cadre", "village", "dispatching_institution"]
    search_fields = ["cadre__name", "village__name", "dispatching_institution__name"]
    autocomplete_fields = ["cadre", "village", "dispatching_institution", "batch"]
    exclude = ["extra"]

    @display(description="花名册其他栏")
    def other_columns(self, posting: Posting) -> str:
        """What the roster said in columns that are not ours, one line a column."""
        lines = [(header, text) for header, text in posting.extra.items() if text]
        return format_html_join(SafeString("<br>"), "{}：{}", lines) or "没有"

    def get_readonly_fields(self, request, obj=None):
        # Another person or another village is another posting: this one is ended and a new one begun.
        return ["cadre", "village", "other_columns"] if obj else []


@admin.register(WorkTeam)
class WorkTeamAdmin(HistoryAdmin):
    list_display = ["name", "village", "sponsoring_institution", "begins", "ends"]
    list_filter = [("village", UnitFilter)]
    list_select_related = ["village", "sponsoring_institution"]
    search_fields = ["name", "village__name"]
    autocomplete_fields = ["village", "sponsoring_institution"]


@admin.register(Batch)
class BatchAdmin(HistoryAdmin):
    list_display = ["name", "unit", "begins"]
    list_filter = [("unit", UnitFilter)]
    list_select_related = ["unit"]
    search_fields = ["name"]
    autocomplete_fields = ["unit"]


@admin.register(Talk)
class TalkAdmin(HistoryAdmin):
    import_kind, import_capability = "talks", "record_talk"
    list_display = ["person", "village", "kind", "held_on", "talker", "reason"]
    list_filter = ["kind", "held_on"]
    list_select_related = ["posting__cadre", "posting__village"]
    search_fields = ["posting__cadre__name", "reason"]
    autocomplete_fields = ["posting"]
    date_hierarchy = "held_on"

    @display(description="谈话对象", ordering="posting__cadre__name")
    def person(self, talk: Talk) -> str:
        return talk.posting.cadre.name

    @display(description="村(社区)", ordering="posting__village__path")
    def village(self, talk: Talk) -> str:
        return talk.posting.village.name

    def save_model(self, request, obj, form, change) -> None:
        if not change:
            obj.recorded_by = request.user
            obj.on_behalf_of = principal_of(request.user, "record_talk", obj)
        super().save_model(request, obj, form, change)

    def get_changeform_initial_data(self, request):
        return {
            "held_on": periods.today(),
            "talker": request.user.display_name,
            **super().get_changeform_initial_data(request),
        }
