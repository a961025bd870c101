"""The secret shared with an authenticator, sealed in the database."""

from django.conf import settings
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp.util import random_hex

from townships.sealing import Unreadable, is_sealed_with, seal, unseal


def owner_of(user_id: int) -> str:
    return f"account {user_id}"


class PhoneFactor(TOTPDevice):
    """django-otp's device whose `key` holds the sealed secret instead of the secret. Made with `made_for` only."""

    class Meta:
        proxy = True
        verbose_name = "手机验证器"
        verbose_name_plural = "手机验证器"

    @classmethod
    def made_for(cls, user) -> "PhoneFactor":
        secret = bytes.fromhex(random_hex(20))
        key = seal(secret, owner=owner_of(user.pk), keys=settings.SEALING_KEYS)
        return cls.objects.create(user=user, name="手机", confirmed=False, key=key)

    @property
    def bin_key(self) -> bytes:
        return unseal(self.key, owner=owner_of(self.user_id), keys=settings.SEALING_KEYS)

    def is_readable(self) -> bool:
        try:
            return bool(self.bin_key)
        except Unreadable:
            return False

    def seal_anew(self) -> bool:
        """Seal with the first key what an older one sealed. Whether it was needed."""
        owner, keys = owner_of(self.user_id), settings.SEALING_KEYS
        if is_sealed_with(self.key, owner=owner, key=keys[0]):
            return False
        self.key = seal(self.bin_key, owner=owner, keys=keys)
        self.save(update_fields=["key"])
        return True
