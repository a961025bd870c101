"""Puts our own admin site where Django expects the default one."""

from django.contrib.admin.apps import AdminConfig


class ZhucunAdminConfig(AdminConfig):
    default_site = "config.admin_site.ZhucunAdminSite"

    def ready(self) -> None:
        from config import deployment  # noqa: F401 - registers the system checks

        super().ready()
