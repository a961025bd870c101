"""What a site that others reach must have set: `check --deploy` says it, and so does the log at every start."""

import logging

from django.conf import settings
from django.core.checks import Tags, Warning, register

log = logging.getLogger(__name__)


def missing() -> list[Warning]:
    """Our own settings that are not fit for a site others reach; Django's checks look after Django's."""
    found = []
    if settings.SECRET_KEY_IS_OURS:
        found.append(("W001", "没有写 SECRET_KEY，用的是自动生成的：请写进 .env，多台机器要相同，并另外备份。"))
    if settings.DEMO_LOGINS:
        found.append(("W002", "演示账号能登录，口令是公开的：请去掉 ZHUCUN_DEMO 和 DEBUG。"))
    if not settings.HTTPS:
        found.append(("W003", "没有写 HTTPS=1：密码和会话会以明文经过网络。"))
    if "*" in settings.ALLOWED_HOSTS:
        found.append(("W004", "ALLOWED_HOSTS 是 *：请写对外的域名，否则任何域名都能冒充本站。"))
    if not settings.OWNER_DATABASE_URL and settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        words = (
            "没有写 OWNER_DATABASE_URL：网站用表的所有者连接，数据库里的第二道隔离没有起作用，见 docs/operations.md。"
        )
        found.append(("W005", words))
    return [Warning(words, id=f"config.{number}") for number, words in found]


@register(Tags.security, deploy=True)
def fit_for_others(app_configs, **kwargs) -> list[Warning]:
    return missing()


def warn_of_what_is_missing() -> None:
    """One line each in the log. A demonstration says nothing: its address is the machine's own."""
    if not settings.DEMO_LOGINS:
        for one in missing():
            log.warning("%s %s", one.id, one.msg)
