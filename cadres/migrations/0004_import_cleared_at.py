from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cadres", "0003_correction_request")]

    operations = [
        migrations.AddField(
            model_name="importrun",
            name="cleared_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="清除内容的时间"),
        ),
    ]
