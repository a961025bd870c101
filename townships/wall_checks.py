"""System checks: a wall that does not fit the tables, or that the role of the web passes by."""

from django.conf import settings
from django.core.checks import Tags, Warning, register
from django.db import connections

from townships import wall_build


@register(Tags.database)
def wall_and_tables_agree(app_configs, databases=None, **kwargs) -> list[Warning]:
    """For `check --database default`, which migrate asks too: before it has changed anything."""
    connection = connections["default"]
    if "default" not in (databases or ()) or connection.vendor != "postgresql":
        return []
    found = []
    if not wall_build.stands(connection):
        found.append(Warning("数据库里的隔离和程序的表不一致。", hint="运行 manage.py migrate。", id="townships.W001"))
    if settings.WALL_ROLE and wall_build.passes_by(connection, settings.WALL_ROLE):
        found.append(
            Warning(
                f"角色 {settings.WALL_ROLE} 能绕过数据库里的隔离。",
                hint="DATABASE_URL 要用不拥有表、不是超级用户、没有 BYPASSRLS 的角色。",
                id="townships.W002",
            )
        )
    return found
