"""What offices type into the admin about evidence. The rules are in the actions."""

from django import forms
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from attendance.geofence import GCJ02, WGS84, gcj02_to_wgs84
from attendance.models import (
    CheckIn,
    Fence,
    LeaveRequest,
    OfficialTrip,
    SheetMark,
    SpotCheck,
    SpotCheckResult,
    WeeklySheet,
)
from townships.periods import BadPeriod, Week

BAD_WEEK = "周的写法不对，请写成 2026-W45。"
DATUMS = [(GCJ02, "GCJ-02（高德、腾讯地图，手机常用）"), (WGS84, "WGS-84（GPS、天地图）")]


class CheckInForm(forms.ModelForm):
    datum = forms.ChoiceField(label="坐标系", choices=DATUMS, widget=UnfoldAdminSelectWidget)

    class Meta:
        model = CheckIn
        fields = ["posting", "made_at", "place", "datum", "latitude", "longitude"]
        labels = {"latitude": "纬度", "longitude": "经度"}


class LeaveForm(forms.ModelForm):
    """A request for somebody, or a leave already approved on paper."""

    class Meta:
        model = LeaveRequest
        fields = [
            "posting",
            "kind",
            "begins_on",
            "begins_half",
            "ends_on",
            "ends_half",
            "reason",
            "destination",
            "contact",
            "handover",
            "on_paper",
            "approver_name",
            "returned_on",
        ]
        labels = {"on_paper": "已在纸上批准"}
        help_texts = {
            "on_paper": "勾选后直接记为已批准；不勾选就送给该审批的人。",
            "approver_name": "在纸上批准的人，勾选上一项时填写。",
            "returned_on": "已经回村的填写，没有的留空。",
        }


class SheetForm(forms.ModelForm):
    """The head of a weekly sheet; its marks are lines below."""

    reason = forms.CharField(
        label="更改原因",
        required=False,
        max_length=200,
        widget=UnfoldAdminTextInputWidget,
        help_text="更改队长已签字的考勤表时填写。",
    )

    class Meta:
        model = WeeklySheet
        fields = ["unit", "week", "attested_by", "note"]
        help_texts = {"attested_by": "村党组织书记在纸质考勤表上签字后，填写其姓名。"}

    def clean_week(self) -> str:
        try:
            return str(Week.parse(self.cleaned_data["week"].strip().upper()))
        except BadPeriod:
            raise forms.ValidationError(BAD_WEEK) from None


class MarkForm(forms.ModelForm):
    """One day's marks as the hand wrote them; what look alike are the same."""

    class Meta:
        model = SheetMark
        fields = ["posting", "day", "am", "pm"]


class TripForm(forms.ModelForm):
    whole_team = forms.BooleanField(
        label="全队一起",
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        help_text="勾选后，同村当天在驻的队员都记这次公差。",
    )

    class Meta:
        model = OfficialTrip
        fields = [
            "posting",
            "whole_team",
            "begins_on",
            "begins_half",
            "ends_on",
            "ends_half",
            "reason",
            "destination",
            "ordered_by",
        ]


class DrawForm(forms.ModelForm):
    count = forms.IntegerField(
        label="抽几个村", min_value=1, max_value=500, initial=3, widget=UnfoldAdminIntegerFieldWidget
    )
    seed = forms.CharField(
        label="随机种子",
        required=False,
        max_length=64,
        widget=UnfoldAdminTextInputWidget,
        help_text="留空由系统随机取。同一种子、同样的派驻，抽到的总是一样。",
    )

    class Meta:
        model = SpotCheck
        fields = ["unit", "day", "count", "method", "seed"]


class FindingForm(forms.ModelForm):
    class Meta:
        model = SpotCheckResult
        fields = ["posting", "checked_at", "method", "finding", "checker", "note", "supersede_reason"]
        labels = {"supersede_reason": "更正原因"}
        help_texts = {"supersede_reason": "同一时间已有结果、这次要更正时填写。"}


class FenceForm(forms.ModelForm):
    """Points are picked on a map; what Chinese maps show is shifted and kept as WGS-84."""

    datum = forms.ChoiceField(label="填写的坐标系", choices=DATUMS, initial=WGS84, widget=UnfoldAdminSelectWidget)

    class Meta:
        model = Fence
        fields = ["unit", "name", "datum", "latitude", "longitude", "radius_m", "begins", "ends"]
        labels = {"latitude": "纬度", "longitude": "经度"}

    def clean(self) -> dict:
        cleaned = super().clean()
        latitude, longitude = cleaned.get("latitude"), cleaned.get("longitude")
        if cleaned.get("datum") == GCJ02 and latitude is not None and longitude is not None:
            cleaned["latitude"], cleaned["longitude"] = gcj02_to_wgs84(latitude, longitude)
        return cleaned
