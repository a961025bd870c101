"""Scoring schemes in the admin: every version readable; a new one is a document that is checked before it counts."""

import json

from django import forms
from django.contrib import admin
from django.utils.html import format_html, format_html_join
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget

from attendance.admin_acts import ActingAdmin
from attendance.policies import reference_policy
from reports.actions.set_policy import set_policy
from reports.models import ScoringScheme
from reports.scheme_document import TRIGGERS
from townships.admin_base import UnitFilter

PER = {"occurrence": "每次", "half_day": "每半天"}


class IndentedJSONField(forms.JSONField):
    """JSON laid out for people to edit."""

    def prepare_value(self, value):
        if isinstance(value, dict):
            return json.dumps(value, ensure_ascii=False, indent=2)
        return super().prepare_value(value)


class SchemeForm(forms.ModelForm):
    """A new version: for whom, from when, and the scheme itself as it stands in a policy file."""

    document = IndentedJSONField(
        label="内容",
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 28}),
        initial=lambda: reference_policy()["scoring"],
        help_text="与办法文件中 scoring 部分的写法相同；在这里改好后保存即为新版本，旧版本仍留存。",
        error_messages={"invalid": "内容不是正确的 JSON，请检查引号、逗号和括号。"},
    )

    class Meta:
        model = ScoringScheme
        fields = ["unit", "effective_from", "document"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].required = True


@admin.register(ScoringScheme)
class ScoringSchemeAdmin(ActingAdmin):
    form = SchemeForm
    list_display = ["name", "version", "unit_name", "effective_from", "revision", "set_by"]
    list_filter = [("unit", UnitFilter)]
    list_select_related = ["unit", "set_by"]
    search_fields = ["name", "unit__name"]
    autocomplete_fields = ["unit"]
    date_hierarchy = "effective_from"

    def get_fields(self, request, obj=None):
        if obj is None:
            return ["unit", "effective_from", "document"]
        return [
            "name",
            "version",
            "unit_name",
            "effective_from",
            "revision",
            "set_by",
            "set_at",
            "dimensions",
            "rules",
            "ranking",
        ]

    def get_readonly_fields(self, request, obj=None):
        return [] if obj is None else self.get_fields(request, obj)

    def perform(self, request, form) -> ScoringScheme:
        unit, since = form.cleaned_data["unit"], form.cleaned_data["effective_from"]
        document = {"effective_from": since.isoformat(), "scoring": form.cleaned_data["document"]}
        set_policy(unit=unit, document=document, actor=request.user)
        versions = ScoringScheme.objects.reachable_by(request.user, "view_scores")
        return versions.filter(unit=unit, effective_from=since).order_by("-revision").first()

    @display(description="单位", ordering="unit__path")
    def unit_name(self, version) -> str:
        return version.unit.name if version.unit else "通用"

    @display(description="考评项目")
    def dimensions(self, version) -> str:
        parts = version.document.get("dimensions", [])
        return format_html_join("", "<p>{}：{} 分</p>", ((each["label"], each["base"]) for each in parts))

    @display(description="扣分项")
    def rules(self, version) -> str:
        labels = {each["key"]: each["label"] for each in version.document.get("dimensions", [])}
        lines = (
            (
                labels.get(rule["dimension"], rule["dimension"]),
                rule["label"],
                TRIGGERS.get(rule["trigger"], rule["trigger"]),
                PER.get(rule["per"], rule["per"]),
                rule["points"],
                f"，每周最多扣 {rule['cap']} 分" if rule.get("cap") else "",
            )
            for rule in version.document.get("rules", [])
        )
        return format_html_join("", "<p>{} · {}（{}）：{}扣 {} 分{}</p>", lines)

    @display(description="排名")
    def ranking(self, version) -> str:
        labels = {each["key"]: each["label"] for each in version.document.get("dimensions", [])}
        order = "、".join(labels.get(key, key) for key in version.document.get("tie_breakers", [])) or "不再比较"
        return format_html("总分相同时依次比较：{}；红榜、黑榜各 {} 名", order, version.document.get("list_size", 3))
