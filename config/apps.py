"""Puts our own admin site where Django expects the default one."""

from django.contrib.admin.apps import AdminConfig


class ZhucunAdminConfig(AdminConfig):
    default_site = "config.admin_site.ZhucunAdminSite"
