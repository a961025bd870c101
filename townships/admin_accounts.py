"""Accounts in admin: opening, changing, resetting the password, unlocking."""

from copy import deepcopy
from dataclasses import asdict
from http import HTTPStatus

from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelect
from django.contrib.auth.admin import UserAdmin
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from townships import periods
from townships.account_trail import tell
from townships.actions.first_passwords import give_first_passwords
from townships.actions.open_account import open_account
from townships.actions.second_factor import reset_factor
from townships.admin_base import ScopedModelAdmin
from townships.admin_forms import AccountChangeForm, AccountOpenForm, PasswordResetForm
from townships.admin_roles import RoleFilter
from townships.appointing import may_handle
from townships.errors import Refused
from townships.lockout import unlock
from townships.models import AdministrativeUnit, Appointment, Institution, User
from townships.role_book import role_choices_for


class AccountRoleFilter(RoleFilter):
    """Accounts by a role they hold within one's own reach: what they hold elsewhere is not told."""

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        held = Appointment.objects.reachable_by(request.user, "manage_appointments").filter(role=self.value())
        return queryset.filter(pk__in=held.order_by().values("user"))


@admin.register(User)
class AccountAdmin(ScopedModelAdmin, UserAdmin):
    import_kind, import_capability = "accounts", "manage_appointments"
    form = AccountChangeForm
    add_form = AccountOpenForm
    change_password_form = PasswordResetForm
    list_display = ["username", "display_name", "phone", "is_active", "last_login"]
    list_filter = ["is_active", AccountRoleFilter]
    search_fields = ["username", "display_name"]
    ordering = ["username"]
    actions = ["print_first_passwords", "unlock", "reset_second_factor"]
    filter_horizontal = []
    fieldsets = [(None, {"fields": ["username", "display_name", "phone", "is_active", "password"]})]
    add_fieldsets = [
        ("账号", {"fields": ["username", "display_name", "phone"]}),
        ("首个任职", {"fields": ["role", "unit", "institution", "begins", "ends"]}),
    ]

    @admin.action(description="为所选账号生成初始密码", permissions=["change"])
    def print_first_passwords(self, request, queryset):
        """A sheet to print: accounts that were brought in by a file have no password yet."""
        try:
            given = give_first_passwords(accounts=queryset, actor=request.user)
        except Refused as refusal:
            self.refuse(request, refusal)
            return None
        accounts = [{**asdict(one), "village": one.place, "role_label": one.title} for one in given]
        context = {"accounts": accounts, "back": request.get_full_path()}
        return render(request, "cadres/first_passwords.html", context)

    def has_delete_permission(self, request, obj=None) -> bool:
        return False  # deactivated, never deleted: his name stands in histories

    def has_change_permission(self, request, obj=None) -> bool:
        """Only where all he holds, now or later, is below one's own: else a reset password would be a way up."""
        if obj is not None and obj.pk == request.user.pk:
            return False  # his own password and second factor have pages of their own
        if obj is None or request.user.is_superuser:
            return super().has_change_permission(request, obj)
        return super().has_change_permission(request, obj) and may_handle(request.user, obj)

    def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)
        if obj is None:
            # Copies: the fields of the form's class are everybody's.
            form.base_fields = deepcopy(form.base_fields)
            form.base_fields["unit"].queryset = AdministrativeUnit.objects.reachable_by(
                request.user, "manage_appointments"
            )
            form.base_fields["institution"].queryset = Institution.objects.reachable_by(request.user, "view_members")
            form.base_fields["role"].choices = role_choices_for(request.user)
            for name in ("unit", "institution"):
                # A province has tens of thousands of either.
                chosen = Appointment._meta.get_field(name)
                form.base_fields[name].widget = AutocompleteSelect(chosen, self.admin_site)
            form.base_fields["begins"].initial = periods.today()
        return form

    def save_model(self, request, obj, form, change) -> None:
        if change:
            super().save_model(request, obj, form, change)
            before = {name: form.initial.get(name) for name in form.changed_data}
            after = {name: form.cleaned_data.get(name) for name in form.changed_data}
            tell("account.changed", about=obj, actor=request.user, before=before, after=after)
            return
        user, password = open_account(**form.cleaned_data, actor=request.user)
        obj.pk = user.pk
        messages.warning(request, f"账号 {user.username} 的初始密码是 {password}，只显示这一次，请当面交给本人。")

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Refused as refusal:
            self.refuse(request, refusal)
            return HttpResponseRedirect(request.get_full_path())

    def user_change_password(self, request, id, form_url=""):
        answer = super().user_change_password(request, id, form_url)
        if request.method == "POST" and answer.status_code == HTTPStatus.FOUND:
            tell("account.password_reset", about=self.get_object(request, id), actor=request.user)
        return answer

    @admin.action(description="解除登录锁定", permissions=["change"])
    def unlock(self, request, queryset) -> None:
        for user in self._below(request, queryset):
            if unlock(user.username):
                tell("account.unlocked", about=user, actor=request.user)
        messages.success(request, "已解除所选账号的登录锁定，现在可以重新登录。")

    @admin.action(description="取消二次验证（手机丢失）", permissions=["change"])
    def reset_second_factor(self, request, queryset) -> None:
        done = sum(reset_factor(user=user, actor=request.user) for user in self._below(request, queryset))
        messages.success(request, f"已取消 {done} 个账号的二次验证，本人下次登录可重新开通。")

    def _below(self, request, queryset) -> list[User]:
        """Of the chosen accounts those whose password he might reset too."""
        return [user for user in queryset if self.has_change_permission(request, user)]

    def response_add(self, request, obj, post_url_continue=None):
        return HttpResponseRedirect(reverse("admin:townships_user_change", args=[obj.pk]))
