"""What the scheduler calls for people."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from cadres.actions.clear_imports import clear_imports
from cadres.actions.clear_proofs import clear_proofs
from cadres.actions.close_accounts import close_accounts
from townships import periods
from townships.actions.clear_expired import clear_expired


@shared_task(name="cadres.close_accounts")
def close_accounts_of_the_gone() -> dict[str, int]:
    closed = close_accounts(day=periods.today(), keep_days=settings.ACCOUNT_KEEP_DAYS)
    return {"appointments": closed.appointments, "accounts": closed.accounts}


@shared_task(name="cadres.clear_expired")
def clear_what_expired() -> dict[str, int]:
    now = timezone.now()
    cleared = clear_imports(before=now - timedelta(days=settings.IMPORT_KEEP_DAYS), at=now)
    proofs = clear_proofs(before=now - timedelta(days=settings.PROOF_KEEP_DAYS))
    return {**cleared, **proofs, **clear_expired(at=now)}
