"""Scores, points by hand and bulletins in the admin. Scores and bulletins are made by actions and only looked at here."""

from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from unfold.decorators import display
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminSelectWidget

from attendance.admin_acts import ActingAdmin
from attendance.admin_days import OfPostingMixin
from reports import admin_schemes
from reports.actions.add_manual_item import add_manual_item, void_manual_item
from reports.models import Bulletin, ManualItem, ScoreChange, ScoringScheme, WeeklyScore
from townships.admin_base import ReadOnlyAdmin, ScopedTabularInline, UnitFilter
from townships.templatetags.office import number

#: Registered by being imported.
SCHEMES = admin_schemes


class ChangeInline(ScopedTabularInline):
    """How a score changed after it was final."""

    model = ScoreChange
    fields = ["at", "by", "reason", "before_total", "after_total"]
    readonly_fields = fields
    can_delete = False
    ordering = ["-at"]

    def has_add_permission(self, request, obj=None) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    @display(description="变更前")
    def before_total(self, change) -> str:
        return change.before.get("total", "—")

    @display(description="变更后")
    def after_total(self, change) -> str:
        return change.after.get("total", "—")


@admin.register(WeeklyScore)
class WeeklyScoreAdmin(ReadOnlyAdmin):
    list_display = ["person", "village", "week", "total", "lost", "is_final"]
    list_filter = [("village", UnitFilter), "week", "final"]
    list_select_related = ["cadre", "village", "scheme"]
    search_fields = ["cadre__name", "village__name"]
    fields = ["person", "village", "week", "total", "is_final", "scheme", "computed_at", "dimension_lines", "reasons"]
    inlines = [ChangeInline]

    @display(description="姓名", ordering="cadre__name")
    def person(self, score) -> str:
        return score.cadre.name

    @display(description="扣分")
    def lost(self, score) -> str:
        return "；".join(f"{cut['label']} {number(cut['points'])} 分" for cut in _cuts(score)) or "—"

    @display(description="状态", label={"已满周": "success", "未满周": "warning"})
    def is_final(self, score) -> str:
        return "已满周" if score.final else "未满周"

    @display(description="各项得分")
    def dimension_lines(self, score) -> str:
        labels = {each["key"]: each["label"] for each in score.scheme.document.get("dimensions", [])}
        lines = (
            (labels.get(key, key), number(part["score"]), number(part["base"]))
            for key, part in score.dimensions.items()
        )
        return format_html_join("", "<p>{}：{} / {} 分</p>", lines)

    @display(description="扣分事由")
    def reasons(self, score) -> str:
        lines = (
            (cut["label"], cut["count"], number(cut["points"]), _when(cut), f"，{cut['note']}" if cut["note"] else "")
            for cut in _cuts(score)
        )
        return format_html_join("", "<p>{} {} 次，扣 {} 分{}{}</p>", lines) or "没有扣分"


def _cuts(score: WeeklyScore) -> list[dict]:
    return [cut for part in score.dimensions.values() for cut in part["deductions"]]


def _when(cut: dict) -> str:
    return f"（{'、'.join(cut['dates'])}）" if cut["dates"] else ""


class ManualItemForm(forms.ModelForm):
    """Points by hand; which rules there are is said by the scheme in force at the posting, asked when saving."""

    rule = forms.ChoiceField(label="扣分项", widget=UnfoldAdminSelectWidget)
    points = forms.DecimalField(
        label="扣分", min_value=0, max_digits=6, decimal_places=2, widget=UnfoldAdminDecimalFieldWidget
    )

    class Meta:
        model = ManualItem
        fields = ["posting", "day", "rule", "points", "reason"]


@admin.register(ManualItem)
class ManualItemAdmin(OfPostingMixin, ActingAdmin):
    form = ManualItemForm
    list_display = ["person", "village", "day", "points", "reason", "entered_by", "on_behalf_of", "status"]
    list_filter = [("posting__village", UnitFilter), ("voided_at", admin.EmptyFieldListFilter)]
    list_select_related = [*OfPostingMixin.list_select_related, "entered_by", "on_behalf_of"]
    date_hierarchy = "day"
    actions = ["void"]

    def get_form(self, request, obj=None, change=False, **kwargs):  # noqa: FBT002 - Django's signature
        form = super().get_form(request, obj, change=change, **kwargs)
        if obj is None:
            form.base_fields["rule"].choices = _manual_rules(request.user)
        return form

    @display(description="状态", label={"有效": "success", "已作废": "danger"})
    def status(self, item) -> str:
        return "已作废" if item.voided_at else "有效"

    def perform(self, request, form) -> ManualItem:
        return add_manual_item(**form.cleaned_data, actor=request.user, now=timezone.now())

    @admin.action(description="作废所选扣分", permissions=["add"])
    def void(self, request, queryset):
        return self.with_reason(
            request,
            queryset,
            name="void",
            title="作废手工扣分",
            button=f"作废 {queryset.count()} 条扣分",
            act=lambda row, reason: void_manual_item(item=row, reason=reason, actor=request.user, now=timezone.now()),
            done="已作废 {} 条扣分，相关各周得分已重新计算。",
        )


def _manual_rules(user) -> list[tuple[str, str]]:
    """The manual rules of every scheme the user reaches, each key once, and of the packaged one."""
    documents = [admin_schemes.reference_policy()["scoring"]]
    rows = ScoringScheme.objects.reachable_by(user, "view_scores").order_by("effective_from", "revision")
    documents += rows.values_list("document", flat=True)
    found = {}
    for document in documents:
        for rule in document.get("rules", ()):
            if rule["trigger"] == "manual":
                found[rule["key"]] = f"{rule['label']}（{rule['points']} 分）"
    return list(found.items())


@admin.register(Bulletin)
class BulletinAdmin(ReadOnlyAdmin):
    list_display = [
        "unit",
        "month",
        "revision",
        "status_label",
        "number",
        "published_at",
        "published_by",
        "published_for",
    ]
    list_filter = [("unit", UnitFilter), "status", "month"]
    list_select_related = ["unit", "published_by", "published_for"]
    search_fields = ["unit__name", "number", "month"]
    fields = [
        "unit", "month", "revision", "status_label", "number", "compiled_at", "compiled_by", "published_at",
        "published_by", "published_for", "change_reason", "people", "links",
    ]  # fmt: skip

    @display(description="状态", label={"草稿": "warning", "已发布": "success", "已被更正": "info"})
    def status_label(self, bulletin) -> str:
        return bulletin.get_status_display()

    @display(description="人数")
    def people(self, bulletin) -> str:
        content = bulletin.content
        counts = [len(content.get(key, ())) for key in ("people", "red", "black")]
        return "共 {} 人，红榜 {} 人，黑榜 {} 人".format(*counts)

    @display(description="查看和下载")
    def links(self, bulletin) -> str:
        routes = (("bulletin", "查看通报"), ("bulletin_document", "Word 文件"), ("bulletin_ranking", "排名表"))
        return format_html_join(
            "　",
            '<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>',
            ((reverse(f"reports:{route}", args=[bulletin.pk]), words) for route, words in routes),
        )
