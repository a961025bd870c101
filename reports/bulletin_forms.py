"""What a person writes on a bulletin's page: a number, a decision about a tie, the reason of a correction."""

from django import forms


class PublishForm(forms.Form):
    """Publishing: the document number, which the office may change."""

    number = forms.CharField(
        label="发文字号",
        max_length=60,
        help_text="年份用六角括号，如 大同驻通〔2026〕3号。",
        error_messages={"required": "请填写发文字号。"},
    )


class DecideForm(forms.Form):
    """Which of the equals go on a list, and why."""

    chosen = forms.MultipleChoiceField(
        label="列入名单的人",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "并列名单已有变化，请刷新页面后重新选择。"},
    )
    reason = forms.CharField(
        label="确定的原因",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="只留存备查，不在通报中印出。",
        error_messages={"required": "请写明原因。"},
    )

    def __init__(self, *args, people: list[tuple[int, str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["chosen"].choices = [(str(key), words) for key, words in people]

    def clean_chosen(self) -> list[int]:
        return [int(key) for key in self.cleaned_data["chosen"]]


class ReviseForm(forms.Form):
    """Why a published bulletin is corrected; printed in the correction."""

    reason = forms.CharField(
        label="更正原因",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="会印在更正通报的正文里。",
        error_messages={"required": "请写明更正原因。"},
    )


class NoticeForm(forms.Form):
    """The foot of the attendance notice."""

    telephone = forms.CharField(label="监督电话", max_length=40, required=False)
    posted_from = forms.DateField(
        label="公示开始", required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    posted_until = forms.DateField(
        label="公示结束", required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
