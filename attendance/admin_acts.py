"""Admin pages whose every change is an action: what is typed is handed over, a refusal comes back to the form."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from townships.admin_base import ScopedModelAdmin
from townships.errors import OutOfReach, Refused


class RefusalMixin:
    """A refusal while saving shows above the form, which keeps what was typed."""

    def get_form(self, request, obj=None, change=False, **kwargs):  # noqa: FBT002 - Django's signature
        form = super().get_form(request, obj, change=change, **kwargs)
        refusal = getattr(request, "refusal", None)
        return form if refusal is None else type(form.__name__, (_RefusedForm, form), {"refusal": refusal})

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except OutOfReach:
            raise
        except Refused as refusal:
            # The transaction is undone; the same form again, now with the reason it was not taken.
            request.refusal = refusal
            return super().changeform_view(request, object_id, form_url, extra_context)


class ActingMixin(RefusalMixin):
    """Adding calls `perform`; what is there is looked at, never edited or deleted (house decision 5)."""

    def perform(self, request: HttpRequest, form) -> models.Model:
        raise NotImplementedError

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_view_permission(self, request, obj=None) -> bool:
        return self._may(request, "view", obj)

    def has_delete_permission(self, request, obj=None) -> bool:
        return False

    def get_form(self, request, obj=None, change=False, **kwargs):  # noqa: FBT002 - Django's signature
        # The form is for adding; a row that is there shows its fields as they are.
        if obj is not None:
            kwargs["form"] = forms.ModelForm
        return super().get_form(request, obj, change=change, **kwargs)

    def save_model(self, request, obj, form, change) -> None:
        made = self.perform(request, form)
        obj.__dict__.update(made.__dict__)

    def act_on_each(self, request: HttpRequest, queryset, act: Callable[[models.Model], object], done: str) -> None:
        """Act on every chosen row; say how many went through, and why each of the others did not."""
        count = 0
        for row in queryset:
            try:
                act(row)
            except Refused as refusal:
                messages.error(request, f"{row}：{refusal.message}")
            else:
                count += 1
        if count:
            messages.success(request, done.format(count))

    def with_reason(
        self, request: HttpRequest, queryset, *, name: str, title: str, button: str, act: Callable, done: str
    ) -> HttpResponse | None:
        """Ask for the reason on a page of its own, then act on every chosen row with it."""
        reason = request.POST.get("reason", "").strip()
        if reason:
            self.act_on_each(request, queryset, lambda row: act(row, reason), done)
            return None
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "rows": queryset,
            "action": name,
            "button": button,
            "missing": "reason" in request.POST,
        }
        return render(request, "admin/attendance/reason.html", context)


class _RefusedForm:
    """A form that was valid, and still was not taken."""

    refusal: Refused

    def clean(self):
        super().clean()
        raise ValidationError(self.refusal.message, code=self.refusal.code)


class ActingAdmin(ActingMixin, ScopedModelAdmin):
    """An acting page without a history table: its rows are never changed but by being superseded or voided."""
