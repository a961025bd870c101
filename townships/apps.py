"""The ground floor: units, accounts, who may do what."""

from django.apps import AppConfig
from django.conf import settings


class TownshipsConfig(AppConfig):
    name = "townships"
    verbose_name = "单位与账号"

    def ready(self) -> None:
        from townships import checks, wall_checks  # noqa: F401 - register the system checks

    def demo_logins_allowed(self) -> bool:
        return settings.DEMO_LOGINS
