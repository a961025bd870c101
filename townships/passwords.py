"""What a password must be: long, of several kinds, nothing about the person, none of the last ones (等保 2–3)."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError

#: How many earlier passwords are remembered (as hashes) and refused.
REMEMBERED = 5
#: A shorter piece of a name or number occurs in honest passwords by chance.
SHORTEST_PIECE = 4
#: So many days before the end of a password its owner is told.
NOTICE_DAYS = 7
LAST_DIGITS = 6


def days_left(user, *, at_desk: bool, now: datetime) -> int | None:
    """Whole days until the password must be changed, 0 when it must be now; None: it has no end."""
    longest = settings.PASSWORD_DAYS if at_desk else settings.PASSWORD_PHONE_DAYS
    if not longest or user.password_set_at is None:
        return None
    return max(0, longest - (now - user.password_set_at).days)


def kinds_in(password: str) -> int:
    """How many of the four kinds occur: small letters, capitals, digits, other signs."""
    return len({_kind(sign) for sign in password})


def _kind(sign: str) -> str:
    if sign.isdigit():
        return "digit"
    # A Chinese character has no case and counts as a sign.
    return "small" if sign.islower() else "capital" if sign.isupper() else "sign"


class Composition:
    """At least `min_length` signs of at least `kinds` of the four kinds."""

    def __init__(self, *, min_length: int = 10, kinds: int = 3) -> None:
        self.min_length, self.kinds = min_length, kinds

    def validate(self, password: str, user=None) -> None:
        if len(password) < self.min_length:
            raise ValidationError(f"密码至少 {self.min_length} 位，请再长一些。", code="password_too_short")
        if kinds_in(password) < self.kinds:
            raise ValidationError(
                f"密码要包含小写字母、大写字母、数字、符号里的至少 {self.kinds} 种。", code="password_too_plain"
            )

    def get_help_text(self) -> str:
        return f"至少 {self.min_length} 位，小写字母、大写字母、数字、符号至少 {self.kinds} 种。"


class NotAboutOneself:
    """Neither the username, the name, the phone number nor its end may stand in the password."""

    def validate(self, password: str, user=None) -> None:
        if user is None:
            return
        phone = user.phone or ""
        pieces = {user.username, phone, phone[-LAST_DIGITS:]} if phone else {user.username}
        found = any(len(piece) >= SHORTEST_PIECE and piece.lower() in password.lower() for piece in pieces)
        if found or (user.display_name and user.display_name in password):
            raise ValidationError("密码里不能有本人的用户名、姓名或手机号码。", code="password_about_oneself")

    def get_help_text(self) -> str:
        return "不能有本人的用户名、姓名或手机号码。"


class NotUsedRecently:
    """None of the last passwords, the present one among them."""

    def validate(self, password: str, user=None) -> None:
        if user is None or user.pk is None:
            return
        if any(check_password(password, one) for one in {user.password, *user.recent_passwords[:REMEMBERED]}):
            raise ValidationError(f"最近 {REMEMBERED} 次用过的密码不能再用，请换一个。", code="password_used_before")

    def get_help_text(self) -> str:
        return f"不能与最近 {REMEMBERED} 次用过的密码相同。"
