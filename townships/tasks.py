"""What the scheduler calls on the ground floor."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from townships.actions.archive_audit import archive_audit
from townships.checks import LEAST_AUDIT_DAYS


@shared_task(name="townships.archive_audit")
def archive_old_entries() -> str | None:
    sheet = archive_audit(before=timezone.now() - timedelta(days=max(LEAST_AUDIT_DAYS, settings.AUDIT_KEEP_DAYS)))
    return sheet.name if sheet else None
