"""The Celery application. Its options are read from config.broker when first used, not at import."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("zhucun")
app.config_from_object("config.broker")
app.autodiscover_tasks()
