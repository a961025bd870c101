"""What an office writes down about a change of units."""

from django import forms

from townships.division_codes import CODE_DIGITS
from townships.divisions import ABOLISH, MERGE, MOVE, RENAME, SPLIT
from townships.models import AdministrativeUnit

DATE = {"type": "date"}
BY_CODE_OR_NAME = "填区划代码，或在您管理范围内只有一个的名称。"
END_WORDS = ("结束", "结束派驻", "end")


class ChangeForm(forms.Form):
    """What every change has: its day, the paper that approved it, why."""

    day = forms.DateField(
        label="生效日期",
        widget=forms.DateInput(format="%Y-%m-%d", attrs=DATE),
        help_text="从这一天起按新的算；这以前的考勤、得分和通报不动。",
        error_messages={"required": "请填写生效日期。", "invalid": "日期写成 2026-12-01 这样。"},
    )
    document_number = forms.CharField(label="批准文号", max_length=60, required=False, help_text="如 民函〔2026〕12号")
    reason = forms.CharField(label="说明", max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args, unit: AdministrativeUnit, user, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.unit, self.user = unit, user

    def clean_day(self):
        day = self.cleaned_data["day"]
        if not 2000 <= day.year <= 2100:
            raise forms.ValidationError("年份不对，请核对。")
        return day

    def find(self, text: str, level: str | None = None) -> AdministrativeUnit:
        """The unit meant, among those that the user manages and that are in use on the day."""
        text = "".join(text.split())
        rows = AdministrativeUnit.objects.reachable_by(self.user, "manage_units").select_related("parent")
        day = self.cleaned_data.get("day")
        rows = rows.active_on(day) if day else rows
        rows = rows.filter(level=level) if level else rows
        by_code = text.isascii() and text.isdigit() and len(text) == CODE_DIGITS
        found = list(rows.filter(division_code=text) if by_code else rows.filter(name=text)[:2])
        if len(found) > 1:
            raise forms.ValidationError(f"有几个单位都叫{text}，请改填 12 位区划代码。")
        if not found:
            raise forms.ValidationError("没有找到，或不在您的管理范围内：请核对代码或名称。")
        return found[0]


class RenameForm(ChangeForm):
    """Another name or code; the unit stays what it is."""

    name = forms.CharField(label="新名称", max_length=60, error_messages={"required": "请填写名称，不变就照原样填。"})
    code = forms.CharField(label="新区划代码", max_length=CODE_DIGITS, required=False, help_text="不变就留空。")
    field_order = ("name", "code", "day", "document_number", "reason")


class MoveForm(ChangeForm):
    """Another parent."""

    target = forms.CharField(label="划归哪个单位", max_length=60, help_text=BY_CODE_OR_NAME,
                             widget=forms.TextInput(attrs={"list": "units", "autocomplete": "off"}),
                             error_messages={"required": "请填写新的上级单位。"})  # fmt: skip
    field_order = ("target", "day", "document_number", "reason")

    def clean(self) -> dict:
        if "target" in self.cleaned_data:
            try:
                self.cleaned_data["target_unit"] = self.find(self.cleaned_data["target"])
            except forms.ValidationError as error:
                self.add_error("target", error)
        return self.cleaned_data


class MergeForm(ChangeForm):
    """Into a unit that goes on, or together with others into a new one."""

    into = forms.CharField(label="并入哪个单位", max_length=60, required=False,
                           help_text=f"合并后继续使用的单位。{BY_CODE_OR_NAME}合并成新单位的，这里留空，填下面的新名称。",
                           widget=forms.TextInput(attrs={"list": "units", "autocomplete": "off"}))  # fmt: skip
    name = forms.CharField(label="新单位名称", max_length=60, required=False)
    code = forms.CharField(
        label="新单位区划代码", max_length=CODE_DIGITS, required=False, help_text="留空按顺序取下一个空号。"
    )
    others = forms.MultipleChoiceField(
        label="一起合并的单位", required=False, widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "所选的单位已有变化，请刷新页面后重选。"},
    )  # fmt: skip
    field_order = ("into", "name", "code", "others", "day", "document_number", "reason")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        beside = AdministrativeUnit.objects.reachable_by(self.user, "manage_units").filter(
            parent=self.unit.parent_id, level=self.unit.level, ends__isnull=True
        )
        self.units = {str(one.pk): one for one in beside.exclude(pk=self.unit.pk).order_by("path")}
        self.fields["others"].choices = [(key, one.name) for key, one in self.units.items()]

    def clean(self) -> dict:
        data = self.cleaned_data
        data["other_units"] = tuple(self.units[key] for key in data.get("others", ()))
        if data.get("into"):
            try:
                data["into_unit"] = self.find(data["into"], self.unit.level)
            except forms.ValidationError as error:
                self.add_error("into", error)
        elif not data.get("name"):
            self.add_error("name", "请填写新单位名称，或在上面填并入哪个单位。")
        elif not data["other_units"]:
            self.add_error("others", "请选择一起合并的单位。")
        return data


class SplitForm(ChangeForm):
    """Into which parts; one that has the unit's own code goes on."""

    parts = forms.CharField(
        label="分成哪些单位",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="每行一个，先写 12 位区划代码，空一格写名称；代码可以不写，按顺序取空号。原单位继续使用的，照写它的代码和名称。",
        error_messages={"required": "请每行写一个单位。"},
    )
    field_order = ("parts", "day", "document_number", "reason")

    def clean_parts(self) -> str:
        self.cleaned_data["part_list"] = found = []
        for line in self.cleaned_data["parts"].splitlines():
            head, _, rest = line.strip().partition(" ")
            if not head:
                continue
            is_code = head.isascii() and head.isdigit()
            found.append((head, rest.strip()) if is_code else ("", line.strip()))
        if len(found) < 2:
            raise forms.ValidationError("拆分至少要分成两个单位，请每行写一个。")
        if len(found) > 20:
            raise forms.ValidationError("一次最多拆成 20 个单位。")
        return self.cleaned_data["parts"]


class AbolishForm(ChangeForm):
    """Nothing follows; where its people go."""

    rest = forms.CharField(
        label="人员去向",
        max_length=60,
        required=False,
        help_text="都去一个村的填那个村的区划代码或名称；都结束派驻的填“结束”；各有去向的留空，下一步逐人填写。",
        widget=forms.TextInput(attrs={"list": "units", "autocomplete": "off"}),
    )
    field_order = ("rest", "day", "document_number", "reason")

    def clean(self) -> dict:
        rest = self.cleaned_data.get("rest", "")
        self.cleaned_data["rest_to"] = ""
        if rest in END_WORDS:
            self.cleaned_data["rest_to"] = "end"
        elif rest:
            try:
                self.cleaned_data["rest_to"] = self.find(rest, "village").division_code
            except forms.ValidationError as error:
                self.add_error("rest", error)
        return self.cleaned_data


FORMS = {RENAME: RenameForm, MOVE: MoveForm, MERGE: MergeForm, SPLIT: SplitForm, ABOLISH: AbolishForm}
KINDS = (
    (RENAME, "更名", "只改名称或区划代码，上级和人员都不变。"),
    (MOVE, "划归", "换一个上级，下面的单位和人员一起过去。"),
    (MERGE, "合并", "并入另一个单位，或几个单位合成一个新单位。"),
    (SPLIT, "拆分", "分成几个单位，逐人逐村定去向。"),
    (ABOLISH, "撤销", "以后不再有这个单位，先定好人员去向。"),
)
