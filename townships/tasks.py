"""What the scheduler calls on the ground floor."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from townships.actions.archive_audit import archive_audit
from townships.actions.rename_unit import take_up_names
from townships.checks import LEAST_AUDIT_DAYS
from townships.periods import today


@shared_task(name="townships.archive_audit")
def archive_old_entries() -> str | None:
    sheet = archive_audit(before=timezone.now() - timedelta(days=max(LEAST_AUDIT_DAYS, settings.AUDIT_KEEP_DAYS)))
    return sheet.name if sheet else None


@shared_task(name="townships.take_up_names")
def take_up_names_of_today() -> int:
    return take_up_names(day=today())
