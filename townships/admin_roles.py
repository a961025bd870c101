"""Roles in lists of the admin."""

from django.contrib import admin

from townships.role_book import role_choices_for


class RoleFilter(admin.SimpleListFilter):
    """By a role: those there are within one's reach, by the names they have there."""

    title = "角色"
    parameter_name = "role"

    def lookups(self, request, model_admin):
        return role_choices_for(request.user)

    def queryset(self, request, queryset):
        return queryset.filter(role=self.value()) if self.value() else queryset
