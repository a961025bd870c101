"""When a password was set. Those there are begin to count now: nobody is sent to change his on the day of the upgrade."""

from django.db import migrations, models
from django.utils import timezone


def begin_now(apps, schema_editor):
    apps.get_model("townships", "User").objects.update(password_set_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [("townships", "0003_seal_factors")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="password_set_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="设密码的时间"),
        ),
        migrations.RunPython(begin_now, migrations.RunPython.noop),
    ]
