"""The form a member fills in to ask for leave (请假审批表)."""

from django import forms

from attendance.models import Half, LeaveRequest

_DATE = {"required": "请选择日期。", "invalid": "日期要写成 2026-11-02 这样。"}


class LeaveForm(forms.Form):
    kind = forms.ChoiceField(label="请假类别", choices=LeaveRequest.Kind.choices, initial=LeaveRequest.Kind.PERSONAL)
    begins_on = forms.DateField(
        label="从哪天", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), error_messages=_DATE
    )
    begins_half = forms.ChoiceField(label="上午或下午", choices=Half.choices, initial=Half.AM)
    ends_on = forms.DateField(
        label="到哪天", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), error_messages=_DATE
    )
    ends_half = forms.ChoiceField(label="上午或下午", choices=Half.choices, initial=Half.PM)
    reason = forms.CharField(label="事由", max_length=200, error_messages={"required": "请写明事由。"})
    destination = forms.CharField(label="去向", max_length=100, required=False)
    contact = forms.CharField(label="联系电话", max_length=40, required=False)
    handover = forms.CharField(label="工作交接人", max_length=60, required=False)

    def clean(self) -> dict:
        asked = super().clean()
        begins, ends = asked.get("begins_on"), asked.get("ends_on")
        if begins and ends and ends < begins:
            self.add_error("ends_on", "结束日期早于开始日期，请重新选择。")
        return asked
