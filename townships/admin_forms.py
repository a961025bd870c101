"""Forms of the admin: units, accounts, appointments."""

from django import forms
from django.contrib.auth.forms import ReadOnlyPasswordHashField
from unfold.forms import AdminPasswordChangeForm
from unfold.widgets import UnfoldAdminSelectWidget

from townships.models import AdministrativeUnit, Appointment, Institution, User

ROLE_HELP = "各角色能办什么、能改成什么，见“角色与权限”。"


class UnitForm(forms.ModelForm):
    class Meta:
        model = AdministrativeUnit
        fields = ["parent", "level", "division_code", "name", "begins", "ends"]


class AccountChangeForm(forms.ModelForm):
    password = ReadOnlyPasswordHashField(
        label="密码", help_text='密码只存密文。忘记密码时，<a href="../password/">为他设置新密码</a>。'
    )

    class Meta:
        model = User
        fields = ["username", "display_name", "phone", "is_active", "password"]


class PasswordResetForm(AdminPasswordChangeForm):
    """A password somebody else knows: its owner changes it at the next login."""

    def save(self, *, commit: bool = True) -> User:
        self.user.must_change_password = True
        return super().save(commit)


class AccountOpenForm(forms.ModelForm):
    """A new account comes with its first appointment: an account without one reaches nothing and nobody could see it."""

    role = forms.ChoiceField(label="角色", choices=[], help_text=ROLE_HELP)
    unit = forms.ModelChoiceField(label="单位", queryset=AdministrativeUnit.objects.none())
    institution = forms.ModelChoiceField(
        label="派出单位", queryset=Institution.objects.none(), required=False, help_text="只有派出单位联络员要选。"
    )
    begins = forms.DateField(label="开始日期")
    ends = forms.DateField(label="结束日期", required=False, help_text="从这一天起不再任职；留空表示一直有效。")

    class Meta:
        model = User
        fields = ["username", "display_name", "phone"]


class AppointmentForm(forms.ModelForm):
    role = forms.ChoiceField(label="角色", choices=[], widget=UnfoldAdminSelectWidget, help_text=ROLE_HELP)

    class Meta:
        model = Appointment
        fields = ["user", "role", "unit", "institution", "begins", "ends"]
