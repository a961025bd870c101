"""Long work is a row: the queue only wakes a worker."""

from django.conf import settings
from django.db import models

from townships.models.unit import AdministrativeUnit
from townships.querysets import UnitQuerySet

#: What the offices call each kind.
KIND_LABELS = {
    "score_last_week": "每周计分",
    "score_week": "计算周得分",
    "draft_last_month": "每月起草通报",
    "draft_bulletin": "起草通报",
    "judge_import": "核对导入的文件",
    "write_import": "写入导入的文件",
}


class Job(models.Model):
    """One piece of long work, or a run that groups several (its children name it as parent).

    A worker that dies leaves a row whose heartbeat has gone quiet; the sweep takes it up again.
    """

    unit_path = "unit__path"
    capabilities = {"view": "view_jobs"}

    class State(models.TextChoices):
        QUEUED = "queued", "等待"
        RUNNING = "running", "进行中"
        DONE = "done", "完成"
        FAILED = "failed", "失败"
        CANCELLED = "cancelled", "取消"

    kind = models.CharField("事项", max_length=40)
    key = models.CharField("唯一键", max_length=200, unique=True)
    unit = models.ForeignKey(
        AdministrativeUnit, verbose_name="单位", null=True, blank=True, on_delete=models.PROTECT, related_name="jobs"
    )
    parent = models.ForeignKey(
        "self", verbose_name="所属批次", null=True, blank=True, on_delete=models.CASCADE, related_name="children"
    )
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.QUEUED)
    progress = models.PositiveIntegerField("已完成", default=0)
    total = models.PositiveIntegerField("总数", default=0)
    people = models.PositiveIntegerField("人数", default=0)
    attempts = models.PositiveSmallIntegerField("尝试次数", default=0)
    not_before = models.DateTimeField("最早开始", null=True, blank=True)
    heartbeat_at = models.DateTimeField("最近心跳", null=True, blank=True)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)
    started_at = models.DateTimeField("开始时间", null=True, blank=True)
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="发起人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    payload = models.JSONField("参数", default=dict, blank=True)
    result = models.JSONField("结果", default=dict, blank=True)
    problems = models.JSONField("问题", default=list, blank=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = "运行记录"
        verbose_name_plural = "运行记录"
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["state", "not_before"]), models.Index(fields=["parent", "state"])]

    def __str__(self) -> str:
        return " ".join(filter(None, [self.kind_label, self.period, str(self.unit or "")]))

    @property
    def kind_label(self) -> str:
        return KIND_LABELS.get(self.kind, self.kind)

    @property
    def period(self) -> str:
        """The week or month it is about."""
        return self.payload.get("week") or self.payload.get("month") or ""
