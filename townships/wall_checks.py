"""System checks: an open wall is said aloud, and one that does not fit the tables."""

from django.conf import settings
from django.core.checks import Tags, Warning, register
from django.db import connections

from townships import wall_build


@register(Tags.security)
def the_web_has_a_role_of_its_own(app_configs, **kwargs) -> list[Warning]:
    """An installation with one role goes on working, with the application's own filter alone."""
    if connections["default"].vendor != "postgresql" or settings.OWNER_DATABASE_URL:
        return []
    return [
        Warning(
            "数据库里的第二道隔离没有起作用：网站用表的所有者连接数据库。",
            hint="给网站另建一个普通角色，写在 DATABASE_URL；表的所有者写在 OWNER_DATABASE_URL。见 docs/operations.md。",
            id="townships.W001",
        )
    ]


@register(Tags.database)
def wall_and_tables_agree(app_configs, databases=None, **kwargs) -> list[Warning]:
    """For `check --database default`, which migrate asks too: before it has changed anything."""
    connection = connections["default"]
    if "default" not in (databases or ()) or connection.vendor != "postgresql":
        return []
    found = []
    if not wall_build.stands(connection):
        found.append(Warning("数据库里的隔离和程序的表不一致。", hint="运行 manage.py migrate。", id="townships.W002"))
    if settings.WALL_ROLE and wall_build.passes_by(connection, settings.WALL_ROLE):
        found.append(
            Warning(
                f"角色 {settings.WALL_ROLE} 能绕过数据库里的隔离。",
                hint="DATABASE_URL 要用不拥有表、不是超级用户、没有 BYPASSRLS 的角色。",
                id="townships.W003",
            )
        )
    return found
