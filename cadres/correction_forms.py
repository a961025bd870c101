"""The form in which a member says what is wrong about him."""

from collections.abc import Mapping

from django import forms

from cadres import proofs
from cadres.corrections import LABELS, NEEDS_PROOF, read_wishes
from cadres.roster.choices import EDUCATIONS, POLITICAL_STATUSES, SEXES

#: Closed lists short enough to choose from; everything else is written.
_CHOICES = {"sex": SEXES, "political_status": POLITICAL_STATUSES, "education": EDUCATIONS}
_DATES = ("start_date", "end_date")
_HELP = {
    "birth_month": "写成 1985-07 这样。",
    "ethnicity": "写全称，如 壮族。",
    "id_number": "不改的留空。",
    "end_date": "在村的最后一天。",
}


class WishForm(forms.Form):
    """A field for each of `now`, filled with what is stored (an identity number stays blank), a reason, a proof."""

    reason = forms.CharField(
        label="理由", max_length=200, error_messages={"required": "请写明理由。"}, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="哪里不对、以什么为准。",
    )  # fmt: skip
    proof = forms.FileField(
        label="证明", required=False, widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,application/pdf"}),
        help_text=f"照片（JPG、PNG）或 PDF，不超过 {proofs.LARGEST // 1024 // 1024} MB。更正身份证号必须附身份证照片。",
        error_messages={"empty": "证明是空文件：请重新选择。"},
    )  # fmt: skip

    def __init__(self, *args, now: Mapping[str, str], first: str = "", **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.now, self.first = now, first if first in now else next(iter(now))
        for key, value in now.items():
            self.fields[key] = _field(key, "" if key in NEEDS_PROOF else value)

    def clean(self) -> dict:
        """What is wrong in the values is told together with the rest; the action asks again."""
        cleaned = super().clean()
        for key, said in read_wishes(self.wanted, self.now).errors.items():
            self.add_error(key, said)
        return cleaned

    @property
    def wanted(self) -> dict[str, str]:
        return {key: self.cleaned_data.get(key, "") for key in self.now}

    def read_proof(self) -> bytes | None:
        """The content, no more of it than may be: a larger one is refused by its length."""
        file = self.cleaned_data.get("proof")
        return file.read(proofs.LARGEST + 1) if file else None

    def main_field(self):
        return self[self.first]

    def other_fields(self) -> list:
        return [self[key] for key in self.now if key != self.first]

    def has_other_errors(self) -> bool:
        return any(key in self.errors for key in self.now if key != self.first)


def _field(key: str, value: str) -> forms.Field:
    common = {"label": LABELS[key], "required": False, "initial": value, "help_text": _HELP.get(key, "")}
    if key in _CHOICES:
        names = [*_CHOICES[key], *([value] if value and value not in _CHOICES[key] else [])]
        return forms.ChoiceField(choices=[("", "没有填写"), *((name, name) for name in names)], **common)
    widget = forms.DateInput(attrs={"type": "date"}) if key in _DATES else forms.TextInput()
    return forms.CharField(max_length=200, widget=widget, **common)
