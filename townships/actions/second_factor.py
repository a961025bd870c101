"""The second factor: a secret shared with the phone, and recovery codes on paper. Neither is stored as it is."""

from django.conf import settings
from django.db import transaction
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken

from townships.account_trail import tell
from townships.appointing import require_account_below
from townships.errors import Refused
from townships.models import PhoneFactor, User
from townships.models.phone_factor import owner_of
from townships.sealing import Unreadable, marks_of

RECOVERY_CODES = 10
#: What an authenticator shows; anything longer is a recovery code.
DIGITS = 6
#: Superusers are named by this word in TOTP_ROLES.
SUPERUSER = "superuser"


class WrongCode(Refused):
    code = "factor.wrong_code"
    message = "验证码不对，或者试得太快。请稍等一会儿，输入手机上新的 6 位数字。"


class KeyLost(Refused):
    code = "factor.key_lost"
    message = "系统换过密钥，原来的二次验证读不出来了。请联系上级管理员取消二次验证，再重新开通。"


class AlreadyEnrolled(Refused):
    code = "factor.enrolled"
    message = "已经开通二次验证。换手机请先由管理员取消，再重新开通。"


def has_factor(user: User) -> bool:
    return PhoneFactor.objects.filter(user=user, confirmed=True).exists()


def must_have_factor(user: User) -> bool:
    """Whether one of his roles in force needs a second factor (TOTP_ROLES)."""
    required = set(settings.TOTP_ROLES)
    if not required:
        return False
    return bool(user.roles_today() & required) or (user.is_superuser and SUPERUSER in required)


def begin_enrolment(*, user: User) -> PhoneFactor:
    """The secret to be put into the phone; the same one until it is confirmed."""
    if has_factor(user):
        raise AlreadyEnrolled
    waiting = PhoneFactor.objects.filter(user=user, confirmed=False).first()
    if waiting is not None and not waiting.is_readable():
        waiting.delete()
        waiting = None
    return waiting or PhoneFactor.made_for(user)


@transaction.atomic
def _accept(device_id: int, code: str) -> PhoneFactor | None:
    device = PhoneFactor.objects.select_for_update().filter(pk=device_id).first()
    return device if device is not None and device.verify_token(code) else None


def confirm_enrolment(*, user: User, code: str) -> tuple[PhoneFactor, list[str]]:
    """The device, now in force, and the recovery codes, which are shown once."""
    device = _accept(begin_enrolment(user=user).pk, code)
    if device is None:
        raise WrongCode
    with transaction.atomic():
        device.confirmed = True
        device.save(update_fields=["confirmed"])
        codes = _new_codes(user)
        tell("account.factor_enrolled", about=user, actor=user)
    return device, codes


def _new_codes(user: User) -> list[str]:
    StaticDevice.objects.filter(user=user).delete()
    paper = StaticDevice.objects.create(user=user, name="恢复码")
    codes = [StaticToken.random_token() for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=paper, token=_marks(user, code)[0]) for code in codes)
    return codes


def _marks(user: User, code: str) -> list[str]:
    return marks_of(code, owner=owner_of(user.pk), keys=settings.SEALING_KEYS)


def verify_factor(*, user: User, code: str) -> Device:
    """The device that accepts the code. A wrong one counts (it slows the next down) and is kept in the trail."""
    verify = _verify_by_phone if len(code) <= DIGITS else _verify_by_paper
    try:
        with transaction.atomic():
            device = verify(user, code)
    except Unreadable as unreadable:
        tell("account.factor_failed", about=user, actor=user, reason=KeyLost.code)
        raise KeyLost from unreadable
    if device is None:
        tell("account.factor_failed", about=user, actor=user)
        raise WrongCode
    return device


def _verify_by_phone(user: User, code: str) -> PhoneFactor | None:
    device = PhoneFactor.objects.select_for_update().filter(user=user, confirmed=True).first()
    if device is None or not device.verify_token(code):
        return None
    device.seal_anew()
    return device


def _verify_by_paper(user: User, code: str) -> StaticDevice | None:
    device = StaticDevice.objects.select_for_update().filter(user=user, confirmed=True).first()
    if device is None:
        return None
    marks = _marks(user, code)
    stored = device.token_set.filter(token__in=marks).values_list("token", flat=True).first()
    return device if device.verify_token(stored or marks[0]) else None


@transaction.atomic
def reset_factor(*, user: User, actor: User | None) -> bool:
    """Take the second factor away (a lost phone). False: there was none."""
    require_account_below(actor, user)
    removed = sum(kind.objects.filter(user=user).delete()[0] for kind in (PhoneFactor, StaticDevice))
    if removed:
        tell("account.factor_reset", about=user, actor=actor)
    return bool(removed)


def seal_all_anew() -> dict[str, int]:
    """After a new key was put first: seal every secret with it. What no key opens is counted and left as it is.

    Recovery codes are only compared and cannot be sealed anew: they work as long as the old key stays in the list.
    """
    counts = {"sealed": 0, "current": 0, "unreadable": 0}
    for device in PhoneFactor.objects.order_by("pk").iterator():
        try:
            counts["sealed" if device.seal_anew() else "current"] += 1
        except Unreadable:
            counts["unreadable"] += 1
    return counts
