"""When the scheduled tasks run, and running one at once."""

from celery import current_app
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django_celery_beat.models import CrontabSchedule, PeriodicTask
from kombu.exceptions import OperationalError

from townships import audit
from townships.errors import NotAllowed, Refused
from townships.models import AdministrativeUnit, User
from townships.querysets import in_ranges


class BadTimes(Refused):
    code = "schedule.bad_times"
    message = "时间写法不对：分钟 0-59，小时 0-23，星期 0-6（1 为周一，0 为周日），日 1-31；不限写 *，多个用逗号。"


class QueueAway(Refused):
    code = "schedule.queue_away"
    message = "队列没有应答，没有运行：请检查 Redis 是否启动后再试。"


def may_change_schedule(user: User) -> bool:
    """Times hold for the whole installation: only who sets policy for every unit of it may change them."""
    if user.is_superuser:
        return True
    paths = user.paths("manage_policy")
    roots = AdministrativeUnit.objects.filter(parent__isnull=True)
    return bool(paths) and not roots.exclude(in_ranges("path", paths)).exists()


@transaction.atomic
def change_schedule(
    *,
    task: PeriodicTask,
    minute: str,
    hour: str,
    day_of_week: str,
    day_of_month: str,
    enabled: bool,
    actor: User,
) -> PeriodicTask:
    """Let a task run at other times (Asia/Shanghai), or not at all."""
    _require(actor)
    times = {"minute": minute, "hour": hour, "day_of_week": day_of_week, "day_of_month": day_of_month}
    wanted = CrontabSchedule(**times, month_of_year="*", timezone=settings.TIME_ZONE)
    try:
        wanted.clean_fields()
    except ValidationError as error:
        raise BadTimes from error
    before = str(task.crontab)
    crontab = CrontabSchedule.objects.filter(**times, month_of_year="*", timezone=settings.TIME_ZONE).first()
    if crontab is None:
        wanted.save()
        crontab = wanted
    task.crontab, task.enabled = crontab, enabled
    task.save()
    audit.record(
        actor=actor,
        act="schedule.changed",
        subject=task.name,
        details={"before": before, "after": str(crontab), "enabled": enabled},
    )
    return task


def run_now(*, task: PeriodicTask, actor: User) -> None:
    """Send a scheduled task to the workers at once; its own times stay."""
    _require(actor)
    try:
        current_app.send_task(task.task)
    except OperationalError as problem:
        raise QueueAway from problem
    audit.record(actor=actor, act="schedule.run", subject=task.name, details={"at": timezone.now().isoformat()})


def _require(actor: User) -> None:
    if not may_change_schedule(actor):
        raise NotAllowed("定时任务对所有单位生效，只有管理全部单位的组织部门能改。")
