"""What every admin of ours is made of: rows, choices and rights limited to what the user reaches."""

from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest
from simple_history.admin import SimpleHistoryAdmin
from unfold.admin import ModelAdmin, StackedInline, TabularInline
from unfold.contrib.filters.admin import AutocompleteSelectFilter

from townships.access import require
from townships.admin_export import ListExportMixin
from townships.admin_import_link import ImportLinkMixin
from townships.checks import SHARED
from townships.errors import Refused
from townships.models import Institution


def reachable(model: type[models.Model], user, capability: str):
    """A model's rows for a user; a shared model (it holds nothing about anybody) gives all."""
    if model._meta.label in SHARED:
        return model._default_manager.all()
    return model._default_manager.reachable_by(user, capability)


class ScopedMixin:
    """Rights by capability at the object's unit; foreign-key choices within reach."""

    def capability(self, action: str) -> str | None:
        return self.model.capabilities.get(action)

    def _may(self, request: HttpRequest, action: str, obj=None) -> bool:
        if self.capability(action) is None:
            return False
        return request.user.has_perm(f"{self.opts.app_label}.{action}_{self.opts.model_name}", obj)

    def has_view_permission(self, request, obj=None) -> bool:
        return self._may(request, "view", obj) or self._may(request, "change", obj)

    def has_add_permission(self, request, obj=None) -> bool:
        return self._may(request, "add")

    def has_change_permission(self, request, obj=None) -> bool:
        return self._may(request, "change", obj)

    def has_delete_permission(self, request, obj=None) -> bool:
        return self._may(request, "delete", obj)

    def has_module_permission(self, request) -> bool:
        return self.has_view_permission(request)

    def get_queryset(self, request: HttpRequest):
        queryset = reachable(self.model, request.user, self.capability("view"))
        ordering = self.get_ordering(request)
        return queryset.order_by(*ordering) if ordering else queryset

    def related_capability(self, related: type[models.Model]) -> str:
        """Which capability a choice of `related` asks for: the act itself at a unit, seeing it elsewhere."""
        own = self.capability("add") or self.capability("change") or self.capability("view")
        return own if related.__name__ == "AdministrativeUnit" else related.capabilities["view"]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        related = db_field.related_model
        capability = self.related_capability(related) if hasattr(related, "capabilities") else ""
        if related is Institution:
            kwargs.setdefault("queryset", Institution.objects.offered_to(request.user, self.capability("add")))
        elif capability or related._meta.label in SHARED:
            kwargs.setdefault("queryset", reachable(related, request.user, capability))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class ScopedModelAdmin(ImportLinkMixin, ListExportMixin, ScopedMixin, ModelAdmin):
    """An admin page of a scoped model."""

    list_per_page = 50
    list_filter_submit = True
    compressed_fields = True
    warn_unsaved_form = True
    show_full_result_count = False

    def save_model(self, request, obj, form, change) -> None:
        require(request.user, self.capability("change" if change else "add"), obj)
        super().save_model(request, obj, form, change)

    def refuse(self, request: HttpRequest, refusal: Refused) -> None:
        """Show a refusal as the page's error."""
        messages.error(request, refusal.message)


class HistoryAdmin(SimpleHistoryAdmin, ScopedModelAdmin):
    """A scoped admin page whose every change is kept with who, when, before and after."""

    history_list_display = ["changed_fields"]

    def changed_fields(self, record) -> str:
        """The fields a change touched, in words."""
        before = record.prev_record
        if before is None:
            return ""
        delta = record.diff_against(before, foreign_keys_are_objs=False)
        labels = {field.name: str(field.verbose_name) for field in self.opts.fields}
        return "、".join(labels.get(name, name) for name in delta.changed_fields)

    changed_fields.short_description = "改动的栏目"


class ReadOnlyAdmin(ScopedModelAdmin):
    """A scoped page to look at: what it shows is made by actions only."""

    def has_add_permission(self, request, obj=None) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False

    def has_view_permission(self, request, obj=None) -> bool:
        return self._may(request, "view", obj)


class ScopedTabularInline(ScopedMixin, TabularInline):
    extra = 0
    tab = False


class ScopedStackedInline(ScopedMixin, StackedInline):
    extra = 0


class UnitFilter(AutocompleteSelectFilter):
    """Choose any unit within reach; the list shows its whole subtree."""

    def queryset(self, request, queryset):
        value = self.used_parameters.get(self.lookup_kwarg) if hasattr(self, "lookup_kwarg") else None
        value = value[0] if isinstance(value, list) else value
        if not value:
            return queryset
        related = self.field.related_model
        unit = (
            related._default_manager.reachable_by(request.user, related.capabilities["view"]).filter(pk=value).first()
        )
        return queryset.within(unit) if unit else queryset.none()


class ReachableRelatedFilter(admin.RelatedFieldListFilter):
    """A filter by a related object that offers only what the user reaches."""

    def field_choices(self, field, request, model_admin):
        related = field.related_model
        rows = reachable(related, request.user, related.capabilities["view"])
        return [(row.pk, str(row)) for row in rows]
