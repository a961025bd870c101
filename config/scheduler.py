"""Beat reads its times from the database, where admin edits them."""

from django_celery_beat.schedulers import DatabaseScheduler

from config.schedule import sync_schedules


class Scheduler(DatabaseScheduler):
    def setup_schedule(self) -> None:
        sync_schedules()
        super().setup_schedule()

    def enabled_models_qs(self):
        """All of them: the package leaves out tasks whose hour is not near, and with them those that are overdue.

        A computer that was off on Monday morning makes up for the run as soon as it is on.
        """
        return self.Model.objects.enabled()

    def install_default_entries(self, data: dict) -> None:
        """Celery's own clean-up entry is ours, under a Chinese name (config.schedule)."""
