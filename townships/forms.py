"""Forms of the accounts' own pages."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm

from townships.roles import CAPABILITIES


class LoginForm(AuthenticationForm):
    error_messages = {
        "invalid_login": "用户名或密码不对，请重新输入，注意大小写。",
        "inactive": "这个账号已停用，请联系本单位管理员。",
    }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "用户名"
        self.fields["username"].error_messages["required"] = "请填写用户名。"
        self.fields["password"].error_messages["required"] = "请填写密码。"


class NewPasswordForm(PasswordChangeForm):
    error_messages = {
        "password_incorrect": "原密码不对，请重新输入。",
        "password_mismatch": "两次输入的新密码不一样，请重新输入。",
    }
    old_password = forms.CharField(
        label="原密码",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
        error_messages={"required": "请填写原密码。"},
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields[
            "new_password1"
        ].help_text = "至少 10 位，小写字母、大写字母、数字、符号至少 3 种；不能有本人的用户名、姓名（拼音也算）、生日、身份证号、手机号码，不能是最近 5 次用过的。"
        self.fields["new_password2"].label = "再输一次新密码"
        self.fields["new_password2"].help_text = ""
        for name in ("new_password1", "new_password2"):
            self.fields[name].error_messages["required"] = "请填写新密码。"

    def save(self, *, commit: bool = True):
        self.user.must_change_password = False
        return super().save(commit)


_DATE = {"required": "请选择日期。", "invalid": "日期要写成 2026-11-02 这样。"}


def _day(label: str) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, error_messages=_DATE)


class DelegationForm(forms.Form):
    """Whom to leave one's office to, for which days (both included), and why."""

    delegate = forms.TypedChoiceField(
        label="代理人",
        coerce=int,
        error_messages={"required": "请选择代理人。", "invalid_choice": "请在列出的人员中选择。"},
    )
    begins = _day("从哪天")
    last_day = _day("到哪天（含当天）")
    reason = forms.CharField(
        label="原因", max_length=200, error_messages={"required": "请写明原因，例如外出开会、请假。"}
    )

    def __init__(self, *args, people: list[tuple[int, str]], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["delegate"].choices = [("", "请选择"), *people]

    def clean(self) -> dict:
        asked = super().clean()
        begins, last = asked.get("begins"), asked.get("last_day")
        if begins and last and last < begins:
            self.add_error("last_day", "结束日期早于开始日期，请重新选择。")
        return asked


class CodeForm(forms.Form):
    """The second factor: six digits of the phone, or a recovery code."""

    code = forms.CharField(
        label="验证码",
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": True, "inputmode": "text"}),
        error_messages={"required": "请填写验证码。"},
    )

    def clean_code(self) -> str:
        return self.cleaned_data["code"].replace(" ", "").lower()


class RoleForm(forms.Form):
    """A role's name and what it holds; a new one also says which standard role it counts as."""

    name = forms.CharField(
        label="名称",
        max_length=30,
        error_messages={"required": "请填写名称。", "max_length": "名称最多 30 个字，请缩短。"},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    acts_as = forms.ChoiceField(
        label="按哪个标准角色对待",
        help_text="决定登录后的首页、能否进数据管理、审批请假算哪一级、是否要二次验证。建好后不能改。",
        error_messages={"required": "请选择按哪个标准角色对待。", "invalid_choice": "请从列出的角色里选择。"},
    )
    capabilities = forms.MultipleChoiceField(
        choices=list(CAPABILITIES.items()),
        required=False,
        error_messages={"invalid_choice": "权限里有不认识的项目，请刷新页面后重新勾选。"},
    )

    def __init__(self, *args, kinds: list[tuple[str, str]] | None = None, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if kinds is None:
            del self.fields["acts_as"]
        else:
            self.fields["acts_as"].choices = [("", "请选择"), *kinds]
