"""What every admin of ours is made of: rows, choices and rights limited to what the user reaches."""

from django.contrib import messages
from django.contrib.admin.utils import NestedObjects, unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DEFAULT_DB_ALIAS, models
from django.http import HttpRequest
from simple_history.admin import SimpleHistoryAdmin
from unfold.admin import ModelAdmin, TabularInline
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.contrib.filters.forms import AutocompleteDropdownForm

from townships import wall
from townships.access import sees
from townships.acting import is_own, require_writing
from townships.admin_export import ListExportMixin
from townships.admin_import_link import ImportLinkMixin
from townships.checks import SHARED
from townships.errors import OutOfReach, Refused
from townships.models import AdministrativeUnit, Institution
from townships.querysets import with_words


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
        return self._may(request, "change", obj) and not is_own(request.user, obj)

    def has_delete_permission(self, request, obj=None) -> bool:
        return self._may(request, "delete", obj) and not is_own(request.user, obj)

    def has_module_permission(self, request) -> bool:
        return self.has_view_permission(request)

    def get_queryset(self, request: HttpRequest):
        """With what a row's name is made of: choices of a form are read by this too, and would ask for it row by row."""
        related = self.get_list_select_related(request) if hasattr(self, "get_list_select_related") else ()
        queryset = self.rows(request)
        queryset = queryset.select_related(*related) if related else queryset
        ordering = self.get_ordering(request)
        return queryset.order_by(*ordering) if ordering else queryset

    def rows(self, request: HttpRequest):
        return reachable(self.model, request.user, self.capability("view"))

    def related_capability(self, related: type[models.Model]) -> str:
        """Which capability a choice of `related` asks for: the act itself at a unit, seeing it elsewhere."""
        own = self.capability("add") or self.capability("change") or self.capability("view")
        return own if related.__name__ == "AdministrativeUnit" else related.capabilities["view"]

    def lookup_allowed(self, lookup, value, request=None) -> bool:
        """Only what the page offers as a filter: else ?id_number__startswith=4599… tells a masked number digit by digit."""
        offered = {self.date_hierarchy, "id", "pk"}
        for one in self.get_list_filter(request) if request is not None else self.list_filter:
            offered.add(getattr(one, "parameter_name", one[0] if isinstance(one, tuple) else one))
        head = lookup.split("__")[0]
        known = any(name and name.split("__")[0] == head for name in offered)
        return known and super().lookup_allowed(lookup, value, request)

    def get_deleted_objects(self, objs, request):
        """What stands in the way and is out of reach is not named."""
        with wall.beyond("what refers to a row stands in the way of deleting it wherever it is"):
            to_delete, counts, needed, protected = super().get_deleted_objects(objs, request)
            if not protected:
                return to_delete, counts, needed, protected
            collector = NestedObjects(using=DEFAULT_DB_ALIAS, origin=objs)
            collector.collect(objs)
            shown = [one for one in collector.protected if sees(request.user, one)]
            lines = [f"{one._meta.verbose_name}：{one}" for one in shown]
        if len(shown) < len(collector.protected):
            lines.append("管理范围以外的记录")
        return (
            to_delete,
            counts,
            set(),
            lines,
        )  # nothing will be deleted: which rights are missing for it tells too much

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

    def get_search_results(self, request, queryset, search_term):
        """Every word in some column; each table is looked through by itself (Django's one condition reads all of them)."""
        return with_words(queryset, self.get_search_fields(request), search_term.split()), False

    def save_model(self, request, obj, form, change) -> None:
        require_writing(request.user, self.capability("change" if change else "add"), obj)
        super().save_model(request, obj, form, change)

    def save_formset(self, request, form, formset, change) -> None:
        """Lines below a form obey the rule of the form: the right is asked at each one's own unit."""
        wanted, rows = formset.model.capabilities, formset.model._base_manager
        for line in formset.forms:
            stored = rows.filter(pk=line.instance.pk).first() if line.instance.pk else None
            if line in formset.deleted_forms:
                require_writing(request.user, wanted["delete"], stored or form.instance)
            elif line.has_changed():
                setattr(line.instance, formset.fk.name, form.instance)
                for row in filter(None, (stored, line.instance)):
                    require_writing(request.user, wanted["change" if stored else "add"], row)
        super().save_formset(request, form, formset, change)

    def refuse(self, request: HttpRequest, refusal: Refused) -> None:
        """Show a refusal as the page's error."""
        messages.error(request, refusal.message)


class HistoryAdmin(SimpleHistoryAdmin, ScopedModelAdmin):
    """A scoped admin page whose every change is kept with who, when, before and after."""

    history_list_display = ["changed_fields"]

    def history_view(self, request, object_id, extra_context=None):
        return self._within_reach(request, object_id, super().history_view, extra_context)

    def history_form_view(self, request, object_id, version_id, extra_context=None):
        return self._within_reach(request, object_id, super().history_form_view, version_id, extra_context)

    def _within_reach(self, request, object_id, view, *rest):
        """Refused is for what is in reach; what is not does not exist, and neither does its history."""
        try:
            for number in (unquote(object_id), *(one for one in rest if isinstance(one, str))):
                self.opts.pk.to_python(number)
        except ValidationError:
            raise OutOfReach from None
        try:
            return view(request, object_id, *rest)
        except PermissionDenied:
            if self.get_object(request, unquote(object_id)) is None:
                raise OutOfReach from None
            raise

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


def _units_seen_by(request: HttpRequest):
    return AdministrativeUnit.objects.reachable_by(request.user, AdministrativeUnit.capabilities["view"])


class UnitChoiceForm(AutocompleteDropdownForm):
    """The chosen unit by its name, if it is in reach: the name of any number would otherwise stand in the box."""

    def __init__(self, request, name, *args, data, **kwargs) -> None:
        data = {key: value for key, value in data.items() if str(value).isdecimal()}
        super().__init__(request, name, *args, data=data, **kwargs)
        self.fields[name].queryset = _units_seen_by(request)


class UnitFilter(AutocompleteSelectFilter):
    """Choose any unit within reach; the list shows its whole subtree."""

    form_class = UnitChoiceForm

    def queryset(self, request, queryset):
        value = self.used_parameters.get(self.lookup_kwarg) if hasattr(self, "lookup_kwarg") else None
        value = value[0] if isinstance(value, list) else value
        if not value:
            return queryset
        unit = _units_seen_by(request).filter(pk=value).first() if str(value).isdecimal() else None
        return queryset.within(unit) if unit else queryset.none()
