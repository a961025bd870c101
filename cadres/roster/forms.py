"""Forms of the roster's import and export pages."""

from django import forms
from import_export.forms import ConfirmImportForm
from unfold.contrib.import_export.forms import ImportForm
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelect2Widget, UnfoldAdminSingleDateWidget

from cadres.roster.workbook import MAX_BYTES
from townships import periods
from townships.models import AdministrativeUnit

#: A county's villages are listed, a province's are not: its rosters are for its counties.
MOST_OFFERED = 2_000


class UnitChoice(forms.ModelChoiceField):
    """Units as an indented tree, so that towns of one name are told apart by what stands above them."""

    widget = UnfoldAdminSelect2Widget

    def label_from_instance(self, unit: AdministrativeUnit) -> str:
        depth = len(unit.ancestor_paths) - self.top
        return f"{'　' * max(depth, 0)}{unit.name}"

    def offer(self, units) -> None:
        """Offer these units, as deep as a list can be read; the topmost is chosen beforehand."""
        for level in ("village", "township"):
            if units[MOST_OFFERED : MOST_OFFERED + 1].exists():
                units = units.exclude(level=level)
        first = units.first()
        self.top = len(first.ancestor_paths) if first else 0
        self.queryset = units
        self.initial = first.pk if first else None


class RosterImportForm(ImportForm):
    unit = UnitChoice(
        label="导入到", queryset=AdministrativeUnit.objects.none(), help_text="只在这个单位范围内找驻村名称。"
    )

    field_order = ["resource", "unit", "import_file", "format"]

    def __init__(self, formats, resources, *, units, **kwargs) -> None:
        super().__init__(formats, resources, **kwargs)
        self.fields["unit"].offer(units)
        self.fields["format"].widget = forms.HiddenInput()
        self.fields["format"].initial = 0
        upload = self.fields["import_file"]
        upload.label = "花名册文件"
        upload.help_text = f".xlsx、.xls、.et(WPS)、.csv 都可以，不超过 {MAX_BYTES // 1048576} MB。"
        upload.error_messages = {"required": "请选择花名册文件。", "empty": "文件是空的，请确认选对了文件。"}
        upload.widget = UnfoldAdminFileFieldWidget(attrs={"accept": ".xlsx,.xlsm,.xls,.et,.csv,.txt"})

    def clean_import_file(self):
        """A file over the limit is refused before anybody reads it into memory."""
        upload = self.cleaned_data["import_file"]
        if upload.size > MAX_BYTES:
            raise forms.ValidationError(
                f"文件超过 {MAX_BYTES // 1048576} MB，请只保留需要的表和列，或分成几个文件上传。"
            )
        return upload


class RosterConfirmForm(ConfirmImportForm):
    unit = forms.ModelChoiceField(queryset=AdministrativeUnit.objects.none(), widget=forms.HiddenInput())

    def __init__(self, *args, units, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units


class RosterExportForm(forms.Form):
    unit = UnitChoice(label="单位", queryset=AdministrativeUnit.objects.none(), help_text="导出这个单位范围内的人员。")
    day = forms.DateField(label="哪一天在驻", initial=periods.today, widget=UnfoldAdminSingleDateWidget())

    def __init__(self, *args, units, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].offer(units)
