"""The second factor: a secret shared with the phone, and recovery codes on paper."""

from django.db import transaction
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from townships.account_trail import tell
from townships.errors import Refused
from townships.models import User

RECOVERY_CODES = 10
#: What an authenticator shows; anything longer is a recovery code.
DIGITS = 6


class WrongCode(Refused):
    code = "factor.wrong_code"
    message = "验证码不对，或者试得太快。请稍等一会儿，输入手机上新的 6 位数字。"


class AlreadyEnrolled(Refused):
    code = "factor.enrolled"
    message = "已经开通二次验证。换手机请先由管理员取消，再重新开通。"


def has_factor(user: User) -> bool:
    return TOTPDevice.objects.filter(user=user, confirmed=True).exists()


def begin_enrolment(*, user: User) -> TOTPDevice:
    """The secret to be put into the phone; the same one until it is confirmed."""
    if has_factor(user):
        raise AlreadyEnrolled
    waiting = TOTPDevice.objects.filter(user=user, confirmed=False).first()
    return waiting or TOTPDevice.objects.create(user=user, name="手机", confirmed=False)


@transaction.atomic
def _accept(device_id: int, code: str) -> TOTPDevice | None:
    device = TOTPDevice.objects.select_for_update().filter(pk=device_id).first()
    return device if device is not None and device.verify_token(code) else None


def confirm_enrolment(*, user: User, code: str) -> tuple[TOTPDevice, list[str]]:
    """The device, now in force, and the recovery codes, which are shown once."""
    device = _accept(begin_enrolment(user=user).pk, code)
    if device is None:
        raise WrongCode
    with transaction.atomic():
        device.confirmed = True
        device.save(update_fields=["confirmed"])
        StaticDevice.objects.filter(user=user).delete()
        paper = StaticDevice.objects.create(user=user, name="恢复码")
        codes = [StaticToken.random_token() for _ in range(RECOVERY_CODES)]
        StaticToken.objects.bulk_create(StaticToken(device=paper, token=code) for code in codes)
        tell("account.factor_enrolled", about=user, actor=user)
    return device, codes


def verify_factor(*, user: User, code: str) -> Device:
    """The device that accepts the code. A wrong one counts (it slows the next down) and is kept in the trail."""
    kind = TOTPDevice if len(code) <= DIGITS else StaticDevice
    with transaction.atomic():
        device = kind.objects.select_for_update().filter(user=user, confirmed=True).first()
        accepted = device is not None and device.verify_token(code)
    if not accepted:
        tell("account.factor_failed", about=user, actor=user)
        raise WrongCode
    return device


@transaction.atomic
def reset_factor(*, user: User, actor: User | None) -> bool:
    """Take the second factor away (a lost phone). False: there was none. The right is the caller's to have asked."""
    removed = sum(kind.objects.filter(user=user).delete()[0] for kind in (TOTPDevice, StaticDevice))
    if removed:
        tell("account.factor_reset", about=user, actor=actor)
    return bool(removed)
