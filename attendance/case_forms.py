"""What is written down when a contradiction is looked into: a conclusion, or a reminder talk."""

from django import forms

from attendance.models import DayReview


class ReviewForm(forms.Form):
    conclusion = forms.ChoiceField(label="核查结论", choices=DayReview.Conclusion.choices)
    note = forms.CharField(
        label="情况说明",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "请写明核查的情况。"},
    )


class TalkForm(forms.Form):
    """谈话提醒记录表; the person and the day come from the address."""

    held_on = forms.DateField(
        label="谈话日期",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "请选择谈话日期。", "invalid": "日期要写成 2026-11-02 这样。"},
    )
    place = forms.CharField(label="地点", max_length=100, required=False)
    talker = forms.CharField(label="谈话人", max_length=60, error_messages={"required": "请填写谈话人。"})
    recorder = forms.CharField(label="记录人", max_length=60, required=False)
    reason = forms.CharField(label="事由", max_length=200, error_messages={"required": "请填写事由。"})
    content = forms.CharField(label="谈话内容", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    statement = forms.CharField(label="本人表态", required=False, widget=forms.Textarea(attrs={"rows": 2}))
