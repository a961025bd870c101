"""What the scheduler calls for people."""

from celery import shared_task
from django.conf import settings

from cadres.actions.close_accounts import close_accounts
from townships import periods


@shared_task(name="cadres.close_accounts")
def close_accounts_of_the_gone() -> dict[str, int]:
    closed = close_accounts(day=periods.today(), keep_days=settings.ACCOUNT_KEEP_DAYS)
    return {"appointments": closed.appointments, "accounts": closed.accounts}
