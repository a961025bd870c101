"""Celery's options: Redis when REDIS_URL names one, else message files under the data directory.

Correctness never rests on the broker (a killed worker forgets what it had fetched):
a job is a row, the message only wakes a worker, and a sweep takes up what has gone quiet.
"""

from datetime import timedelta

from django.conf import settings

broker_connection_retry_on_startup = True
if settings.REDIS_URL:
    broker_url = settings.REDIS_URL
    broker_transport_options = {"visibility_timeout": 3600}
else:
    queue = settings.DATA_DIR / "queue"
    (queue / "messages").mkdir(parents=True, exist_ok=True)
    (queue / "control").mkdir(exist_ok=True)
    broker_url = "filesystem://localhost"
    broker_transport_options = {
        # One folder for both directions: web, worker and beat put in and take out of the same queue.
        "data_folder_in": str(queue / "messages"),
        "data_folder_out": str(queue / "messages"),
        "control_folder": str(queue / "control"),
    }

result_backend = "django-db"
result_expires = timedelta(days=30)
result_extended = True

task_acks_late = True
task_default_queue = "zhucun"
worker_prefetch_multiplier = 1
worker_hijack_root_logger = False
worker_send_task_events = False

timezone = settings.TIME_ZONE
enable_utc = True
beat_scheduler = "config.scheduler:Scheduler"
