"""Data entry of the ground floor."""

from copy import deepcopy

from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.http import HttpResponseRedirect
from django.urls import reverse
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice
from guardian.models import GroupObjectPermission, UserObjectPermission
from unfold.decorators import display

from townships import (
    admin_accounts,  # noqa: F401 - these four register their pages
    admin_beat,  # noqa: F401
    admin_jobs,  # noqa: F401
    admin_tokens,  # noqa: F401
    periods,
)
from townships.actions.appoint import appoint, change_appointment, end_appointment
from townships.actions.create_unit import create_unit
from townships.actions.delegate import withdraw_delegation
from townships.admin_base import HistoryAdmin, ReadOnlyAdmin, ScopedTabularInline, UnitFilter
from townships.admin_forms import AppointmentForm, UnitForm
from townships.admin_roles import RoleFilter
from townships.audit_acts import ACTS, act_label
from townships.errors import Refused
from townships.models import AdministrativeUnit, Appointment, AuditEntry, Facility, Institution
from townships.role_book import role_choices_for

# Rights come from appointments: groups and guardian's generic rows would be second doors. Nor does anybody look at
# the secrets of second factors.
for model in (Group, UserObjectPermission, GroupObjectPermission, TOTPDevice, StaticDevice):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


class FacilityInline(ScopedTabularInline):
    model = Facility
    fields = ["kind", "quantity", "note"]


@admin.register(AdministrativeUnit)
class UnitAdmin(HistoryAdmin):
    import_kind, import_capability = "units", "manage_units"
    form = UnitForm
    list_display = ["indented_name", "level", "division_code", "parent", "begins", "ends"]
    list_filter = ["level", ("parent", UnitFilter)]
    list_select_related = ["parent"]
    search_fields = ["name", "division_code", "names__name", "names__division_code"]
    autocomplete_fields = ["parent"]
    ordering = ["path"]
    inlines = [FacilityInline]

    @display(description="名称", ordering="path")
    def indented_name(self, unit: AdministrativeUnit) -> str:
        return "　" * (len(unit.ancestor_paths) - 1) + unit.name

    def get_inlines(self, request, obj):
        return self.inlines if obj is not None and obj.is_village else []

    def get_readonly_fields(self, request, obj=None):
        # A unit moves, changes its code and ends in the wizard, which carries its people along (reports:unit_changes).
        return ["parent", "level", "division_code", "ends"] if obj else []

    def save_model(self, request, obj, form, change) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        made = create_unit(
            parent=obj.parent,
            code=obj.division_code,
            level=obj.level,
            name=obj.name,
            begins=obj.begins,
            actor=request.user,
        )
        obj.pk, obj.path = made.pk, made.path

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Refused as refusal:
            self.refuse(request, refusal)
            return HttpResponseRedirect(request.get_full_path())


@admin.register(Institution)
class InstitutionAdmin(HistoryAdmin):
    import_kind, import_capability = "institutions", "manage_institutions"
    list_display = ["name", "unit", "contact", "phone"]
    list_filter = [("unit", UnitFilter)]
    list_select_related = ["unit"]
    search_fields = ["name"]
    autocomplete_fields = ["unit"]

    def get_search_results(self, request, queryset, search_term):
        """A form's choice also offers the directory of the units above; the list here does not."""
        if request.resolver_match.url_name == "autocomplete":
            queryset = self.model.objects.offered_to(request.user, "manage_roster")
        return super().get_search_results(request, queryset, search_term)


@admin.register(Facility)
class FacilityAdmin(HistoryAdmin):
    list_display = ["unit", "kind", "quantity", "note"]
    list_filter = ["kind", ("unit", UnitFilter)]
    list_select_related = ["unit"]
    search_fields = ["kind", "unit__name"]
    autocomplete_fields = ["unit"]


@admin.register(Appointment)
class AppointmentAdmin(HistoryAdmin):
    import_kind, import_capability = "accounts", "manage_appointments"
    form = AppointmentForm
    list_display = [
        "username", "person", "title", "acting_for", "unit", "unit_code", "institution", "begins", "ends", "in_force",
    ]  # fmt: skip
    list_filter = [RoleFilter, ("delegated_from", admin.EmptyFieldListFilter), ("unit", UnitFilter)]
    list_select_related = ["user", "unit", "institution", "delegated_from__user"]
    search_fields = ["user__username", "user__display_name", "unit__name"]
    autocomplete_fields = ["user", "unit", "institution"]
    actions = ["end_today", "delegate"]

    @display(description="用户名", ordering="user__username")
    def username(self, appointment: Appointment) -> str:
        return appointment.user.username

    @display(description="姓名", ordering="user__display_name")
    def person(self, appointment: Appointment) -> str:
        return appointment.user.display_name

    @display(description="受谁委托")
    def acting_for(self, appointment: Appointment) -> str:
        return str(appointment.delegated_from.user) if appointment.is_delegation else ""

    @display(description="区划代码", ordering="unit__division_code")
    def unit_code(self, appointment: Appointment) -> str:
        return appointment.unit.division_code

    @display(description="现任", boolean=True)
    def in_force(self, appointment: Appointment) -> bool:
        return appointment.acts_today

    def rows(self, request):
        return super().rows(request).with_acting(periods.today())

    def has_change_permission(self, request, obj=None) -> bool:
        """A delegation is given and taken back, never edited."""
        return super().has_change_permission(request, obj) and not (obj is not None and obj.is_delegation)

    def has_delete_permission(self, request, obj=None) -> bool:
        return False  # ended, never deleted: who could decide what, and when, must stay readable

    def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)
        choices = dict(role_choices_for(request.user))
        if obj is not None:
            choices.setdefault(obj.role, obj.title)
        if "role" in form.base_fields:
            # A copy: the field of the form's class is everybody's.
            form.base_fields["role"] = deepcopy(form.base_fields["role"])
            form.base_fields["role"].choices = list(choices.items())
        return form

    def save_model(self, request, obj, form, change) -> None:
        if change:
            change_appointment(appointment=obj, actor=request.user)
            return
        fields = {name: getattr(obj, name) for name in self.form.Meta.fields}
        obj.pk = appoint(**fields, actor=request.user).pk

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Refused as refusal:
            self.refuse(request, refusal)
            return HttpResponseRedirect(request.get_full_path())

    def _end(self, appointment: Appointment, actor) -> None:
        if appointment.is_delegation:
            withdraw_delegation(delegations=[appointment], actor=actor, today=periods.today())
        else:
            end_appointment(appointment=appointment, ends=periods.today(), actor=actor)

    @admin.action(description="从今天起结束所选任职", permissions=["change"])
    def end_today(self, request, queryset) -> None:
        ended = 0
        for appointment in queryset.select_related("user", "unit", "institution"):
            try:
                self._end(appointment, request.user)
                ended += 1
            except Refused as refusal:
                self.refuse(request, refusal)
        if ended:
            messages.success(request, f"已结束 {ended} 项任职，即刻生效。")

    @admin.action(description="替本人办理委托代理", permissions=["change"])
    def delegate(self, request, queryset):
        """One at a time, on the page that says who can be asked."""
        chosen = [one for one in queryset if not one.is_delegation]
        if len(chosen) != 1:
            messages.error(request, "请只选一项本人的任职，再办理委托代理。")
            return None
        return HttpResponseRedirect(f"{reverse('townships:delegations')}?for={chosen[0].pk}")


class ActFilter(admin.SimpleListFilter):
    title = "事项"
    parameter_name = "act"

    def lookups(self, request, model_admin):
        return list(ACTS.items())

    def queryset(self, request, queryset):
        return queryset.filter(act=self.value()) if self.value() else queryset


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ["at", "actor", "what", "unit", "subject"]
    list_filter = [ActFilter, ("unit", UnitFilter)]
    readonly_fields = ["number", "what"]
    fields = ["number", "at", "actor", "what", "unit", "subject", "details", "address"]
    list_select_related = ["actor", "unit"]
    search_fields = ["subject", "actor__display_name", "actor__username", "address"]
    search_help_text = "按对象、操作人姓名或用户名、来源地址查找"
    date_hierarchy = "at"

    @display(description="事项", ordering="act")
    def what(self, entry: AuditEntry) -> str:
        return act_label(entry.act)
