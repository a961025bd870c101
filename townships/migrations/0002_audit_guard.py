from django.db import migrations

from townships import audit_guard


class Migration(migrations.Migration):
    dependencies = [("townships", "0001_initial")]

    operations = [migrations.RunPython(audit_guard.install, audit_guard.remove)]
