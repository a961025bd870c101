"""The scheduled tasks in admin: what runs by itself, when, and times that can be edited."""

import django_celery_beat.admin  # noqa: F401
import django_celery_results.admin  # noqa: F401 - both register their pages first, which ours replace
from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django_celery_beat.models import (
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
    SolarSchedule,
)
from django_celery_results.models import GroupResult, TaskResult
from unfold.admin import ModelAdmin
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminTextInputWidget

from townships.access import may_use_admin
from townships.actions.change_schedule import change_schedule, may_change_schedule, run_now
from townships.admin_export import ListExportMixin
from townships.errors import Refused
from townships.schedule_words import in_words

# Which tasks there are is code; only their times are data. What a run did is the record of 运行记录.
for model in (PeriodicTask, CrontabSchedule, IntervalSchedule, SolarSchedule, ClockedSchedule, TaskResult, GroupResult):
    if admin.site.is_registered(model):
        admin.site.unregister(model)

TIMES = {
    "minute": ("分钟", "0-59；*/5 表示每 5 分钟"),
    "hour": ("小时", "0-23；* 表示每小时"),
    "day_of_week": ("星期", "1 为周一，0 为周日；* 表示不限"),
    "day_of_month": ("日", "1-31；* 表示不限"),
}


class CalledByName:
    """A task as a page calls it: its own words for itself end in a crontab and a time zone."""

    def __init__(self, task: PeriodicTask) -> None:
        self._task = task

    def __getattr__(self, name: str):
        return getattr(self._task, name)

    def __str__(self) -> str:
        return self._task.name


class TimesForm(forms.ModelForm):
    minute = forms.CharField(label="分钟", widget=UnfoldAdminTextInputWidget)
    hour = forms.CharField(label="小时", widget=UnfoldAdminTextInputWidget)
    day_of_week = forms.CharField(label="星期", widget=UnfoldAdminTextInputWidget)
    day_of_month = forms.CharField(label="日", widget=UnfoldAdminTextInputWidget)

    class Meta:
        model = PeriodicTask
        fields = ["enabled"]
        labels = {"enabled": "启用"}
        help_texts = {"enabled": "停用后不再自动运行，可以在列表里立即运行。"}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for name, (label, help_text) in TIMES.items():
            self.fields[name].label, self.fields[name].help_text = label, help_text
            if self.instance.crontab is not None:
                self.fields[name].initial = getattr(self.instance.crontab, name)

    def _post_clean(self) -> None:
        """The action writes the row; the model's own checks know nothing of the four times."""


@admin.register(PeriodicTask)
class PeriodicTaskAdmin(ListExportMixin, ModelAdmin):
    form = TimesForm
    list_display = ["name", "when", "description", "enabled", "last_run"]
    list_select_related = ["crontab"]
    ordering = ["name"]
    actions = ["run"]
    fields = ["task_name", "purpose", "enabled", "minute", "hour", "day_of_week", "day_of_month", "last_run"]
    readonly_fields = ["task_name", "purpose", "when", "last_run"]

    @display(description="时间")
    def when(self, task: PeriodicTask) -> str:
        return in_words(task.crontab) if task.crontab else ""

    @display(description="任务")
    def task_name(self, task: PeriodicTask) -> str:
        return task.name

    @display(description="做什么")
    def purpose(self, task: PeriodicTask) -> str:
        return task.description

    @display(description="上次运行", ordering="last_run_at")
    def last_run(self, task: PeriodicTask):
        return task.last_run_at

    def get_fields(self, request: HttpRequest, obj=None):
        """Who may only look sees the times in words."""
        if self.has_change_permission(request, obj):
            return self.fields
        return ["task_name", "purpose", "enabled", "when", "last_run"]

    def render_change_form(self, request: HttpRequest, context: dict, *args, obj=None, **kwargs):
        named = {**context, "original": CalledByName(obj), "subtitle": obj.name}
        return super().render_change_form(request, named, *args, obj=obj, **kwargs)

    def response_change(self, request: HttpRequest, obj: PeriodicTask):
        return super().response_change(request, CalledByName(obj))

    def history_view(self, request: HttpRequest, object_id: str, extra_context=None):
        task = self.get_object(request, object_id)
        named = {"object": CalledByName(task), "title": f"变更历史： {task.name}"} if task else {}
        return super().history_view(request, object_id, {**(extra_context or {}), **named})

    def save_model(self, request: HttpRequest, obj: PeriodicTask, form: TimesForm, change: bool) -> None:  # noqa: FBT001 - Django's signature
        times = {name: form.cleaned_data[name] for name in TIMES}
        try:
            change_schedule(task=obj, **times, enabled=form.cleaned_data["enabled"], actor=request.user)
        except Refused as refusal:
            messages.error(request, refusal.message)

    @action(description="立即运行")
    def run(self, request: HttpRequest, queryset) -> None:
        for task in queryset:
            try:
                run_now(task=task, actor=request.user)
                messages.success(request, f"“{task.name}”已交给后台，稍后在运行记录里查看。")
            except Refused as refusal:
                messages.error(request, refusal.message)

    def has_view_permission(self, request: HttpRequest, obj=None) -> bool:
        return may_use_admin(request.user)

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return may_change_schedule(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_use_admin(request.user)
