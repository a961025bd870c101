from django.db import migrations

from townships import audit_guard


class Migration(migrations.Migration):
    dependencies = [("townships", "0002_audit_chain")]

    operations = [migrations.RunPython(audit_guard.install, audit_guard.remove)]
