"""The form that takes files to bring in."""

import json

from django import forms

from cadres.roster.workbook import MAX_BYTES
from reports.imports import ASKS, ImportKind

MOST_FILES = 20


class SeveralFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """One file or several; the cleaned value is a list."""

    widget = SeveralFilesInput

    def clean(self, data, initial=None) -> list:
        files = data if isinstance(data, list | tuple) else [data]
        if len(files) > MOST_FILES:
            raise forms.ValidationError(f"一次最多 {MOST_FILES} 个文件，请分几次上传。")
        return [super(SeveralFilesField, self).clean(one, initial) for one in files]


class UploadFilesForm(forms.Form):
    """Files, which table they are, and what the kinds ask besides."""

    files = SeveralFilesField(
        label="文件",
        help_text=f"可一次选几个 .xlsx、.xls、.et 或 .csv 文件，每个不超过 {MAX_BYTES // 1048576} MB。标题行、合计行、签字行不用删。",
        error_messages={"required": "请选择要导入的文件。", "empty": "文件是空的，请确认选对了文件。"},
    )
    kind = forms.ChoiceField(label="是什么表", required=False)

    def __init__(self, *args, kinds: list[ImportKind], **kwargs) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.kinds = kinds
        self.fields["kind"].choices = [("", "看表头判断"), *((kind.key, kind.label) for kind in kinds)]
        self.fields["files"].widget.attrs |= {"accept": ".xlsx,.xlsm,.xls,.et,.csv", "data-files": ""}
        asked = {kind.key: [*kind.asks, *kind.may_ask] for kind in kinds}
        self.fields["kind"].widget.attrs["data-asks"] = json.dumps(asked)
        for ask in dict.fromkeys(ask for kind in kinds for ask in (*kind.asks, *kind.may_ask)):
            label, kind_of_input = ASKS[ask]
            self.fields[ask] = forms.CharField(
                label=label, required=False, max_length=20, widget=forms.TextInput(attrs={"type": kind_of_input})
            )

    def clean(self) -> dict:
        cleaned = super().clean()
        for kind in self.kinds:
            if kind.key == cleaned.get("kind"):
                for ask in kind.asks:
                    if not cleaned.get(ask):
                        self.add_error(ask, f"导入{kind.label}要填这一项。")
        return cleaned

    @property
    def options(self) -> dict[str, str]:
        return {name: value for name, value in self.cleaned_data.items() if name in ASKS and value}
