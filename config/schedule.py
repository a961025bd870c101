"""What runs by itself, and when it runs until somebody edits the time in admin."""

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django_celery_beat.models import CrontabSchedule, PeriodicTask, PeriodicTasks


@dataclass(frozen=True)
class Entry:
    """One scheduled task: its name in admin, the Celery task, and the first times (Asia/Shanghai)."""

    name: str
    task: str
    description: str
    minute: str
    hour: str = "*"
    day_of_week: str = "*"
    day_of_month: str = "*"


SCHEDULE = (
    Entry(
        name="每周计分",
        task="reports.score_last_week",
        description="每周一凌晨为所有有考评办法的乡镇计算上一周的得分。",
        minute="30",
        hour="1",
        day_of_week="1",
    ),
    Entry(
        name="每月起草通报",
        task="reports.draft_last_month_bulletins",
        description="每月1日清晨为所有有考评办法的乡镇起草上一个月的通报。",
        minute="0",
        hour="3",
        day_of_month="1",
    ),
    Entry(
        name="接手中断的后台任务",
        task="reports.sweep_jobs",
        description="每5分钟检查一次：没有动静的后台任务重新排队，没有人接的任务再叫一次。",
        minute="*/5",
    ),
    Entry(
        name="更名生效",
        task="townships.take_up_names",
        description="每天零点过后把到日的新名称、新区划代码写到单位上。",
        minute="2",
        hour="0",
    ),
    Entry(
        name="停用离任人员账号",
        task="cadres.close_accounts",
        description="每天凌晨结束不再驻村人员的队员、队长身份；离任满期的账号停用。",
        minute="10",
        hour="0",
    ),
    Entry(
        name="清理过期数据",
        task="cadres.clear_expired",
        description="每天凌晨清除满期导入的逐行内容和上传的文件、满期的更正证明，删除过期的会话、令牌和登录失败计数。",
        minute="40",
        hour="0",
    ),
    Entry(
        name="归档审计记录",
        task="townships.archive_audit",
        description="每月2日清晨把保存期满的审计记录写成归档文件，复核无误后才移出数据库。",
        minute="30",
        hour="2",
        day_of_month="2",
    ),
    Entry(
        name="清理队列运行记录",
        task="celery.backend_cleanup",
        description="每天清晨删除30天以前的队列运行记录；后台任务本身的记录不删除。",
        minute="20",
        hour="4",
    ),
)


@transaction.atomic
def sync_schedules() -> None:
    """Make the schedule in the database name exactly what the code names; times edited in admin stay.

    Entries that the code no longer names keep firing for ever unless they are deleted here.
    """
    known = {entry.name: entry for entry in SCHEDULE}
    PeriodicTask.objects.exclude(name__in=known).delete()
    kept = {row.name: row for row in PeriodicTask.objects.filter(name__in=known)}
    for entry in SCHEDULE:
        row = kept.get(entry.name)
        if row is None:
            PeriodicTask.objects.create(
                name=entry.name, task=entry.task, description=entry.description, crontab=_crontab(entry)
            )
        elif (row.task, row.description) != (entry.task, entry.description):
            row.task, row.description = entry.task, entry.description
            row.save(update_fields=["task", "description"])
    PeriodicTasks.update_changed()


def _crontab(entry: Entry) -> CrontabSchedule:
    crontab, _ = CrontabSchedule.objects.get_or_create(
        minute=entry.minute,
        hour=entry.hour,
        day_of_week=entry.day_of_week,
        day_of_month=entry.day_of_month,
        month_of_year="*",
        timezone=settings.TIME_ZONE,
    )
    return crontab
