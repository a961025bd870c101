"""Settings, addresses, queue: what ties the four apps together."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
