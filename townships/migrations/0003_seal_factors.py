"""Secrets of second factors were stored as they are: seal them, and keep of recovery codes their marks only."""

from django.conf import settings
from django.db import migrations

from townships.sealing import marks_of, seal, unseal


def owner_of(user_id):
    return f"account {user_id}"


def seal_all(apps, schema_editor):
    for device in apps.get_model("otp_totp", "TOTPDevice").objects.iterator():
        device.key = seal(bytes.fromhex(device.key), owner=owner_of(device.user_id), keys=settings.SEALING_KEYS)
        device.save(update_fields=["key"])
    for token in apps.get_model("otp_static", "StaticToken").objects.select_related("device").iterator():
        token.token = marks_of(token.token, owner=owner_of(token.device.user_id), keys=settings.SEALING_KEYS)[0]
        token.save(update_fields=["token"])


def unseal_all(apps, schema_editor):
    """The way back: the secrets as they were; recovery codes cannot be had back and are taken away."""
    for device in apps.get_model("otp_totp", "TOTPDevice").objects.iterator():
        device.key = unseal(device.key, owner=owner_of(device.user_id), keys=settings.SEALING_KEYS).hex()
        device.save(update_fields=["key"])
    apps.get_model("otp_static", "StaticToken").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("otp_static", "0003_add_timestamps"),
        ("otp_totp", "0003_add_timestamps"),
        ("townships", "0002_audit_guard"),
    ]

    operations = [
        migrations.CreateModel(
            name="PhoneFactor",
            fields=[],
            options={
                "verbose_name": "手机验证器",
                "verbose_name_plural": "手机验证器",
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("otp_totp.totpdevice",),
        ),
        migrations.RunPython(seal_all, unseal_all),
    ]
