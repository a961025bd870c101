"""Points entered by hand on the page of a week."""

from decimal import Decimal

from django import forms

from cadres.models import Posting
from reports.schemes import scheme_at
from townships.models import AdministrativeUnit
from townships.periods import Week


class ManualForm(forms.Form):
    """One entry: who, when, under which manual rule, how many points, why."""

    posting = forms.ModelChoiceField(
        Posting.objects.none(),
        label="干部",
        empty_label="请选择",
        error_messages={"required": "请选择干部。", "invalid_choice": "请在名单中选择。"},
    )
    day = forms.DateField(
        label="日期",
        help_text="事实发生的那一天。",
        error_messages={"required": "请填写日期。"},
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    rule = forms.ChoiceField(label="扣分项", error_messages={"required": "请选择扣分项。"})
    points = forms.DecimalField(
        label="扣分", required=False, min_value=Decimal("0.01"), max_digits=6, decimal_places=2,
        help_text="不填按考评办法规定的分值扣。",
    )  # fmt: skip
    reason = forms.CharField(
        label="事由",
        max_length=200,
        error_messages={"required": "请写明事由。"},
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, user, unit: AdministrativeUnit, week: Week, **kwargs):
        super().__init__(*args, **kwargs)
        rules = scheme_at(unit, week.monday).rules.manual_rules
        self.standard = {key: rule.points for key, rule in rules.items()}
        self.fields["rule"].choices = [(key, f"{rule.label}（{rule.points:f} 分）") for key, rule in rules.items()]
        people = Posting.objects.reachable_by(user, "adjust_score").within(unit)
        people = people.active_between(week.monday, week.sunday).select_related("cadre", "village__parent")
        self.fields["posting"].queryset = people.order_by("village__path", "cadre__name")
        self.fields["day"].widget.attrs.update(min=week.monday.isoformat(), max=week.sunday.isoformat())
        self.week = week

    def clean_day(self):
        day = self.cleaned_data["day"]
        if not self.week.monday <= day <= self.week.sunday:
            raise forms.ValidationError("日期不在这一周，请改正，或换到那一周再录入。")
        return day

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("rule") and not cleaned.get("points") and "points" not in self.errors:
            cleaned["points"] = self.standard[cleaned["rule"]]
        return cleaned
