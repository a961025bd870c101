"""One file that somebody brought in, from the upload to the history."""

from django.conf import settings
from django.db import models

from townships.models import AdministrativeUnit, Job
from townships.querysets import UnitQuerySet


class ImportRun(models.Model):
    """An uploaded table and what became of it. Nothing of it is in the registers before `state` is written.

    `kind` is blank until the headers told which table it is; `stumbles` are the values that many rows cannot use.
    The life: judging → ready → writing → written → undone; `unusable` is a file without a table, `dropped` one that
    nobody wanted after all. After its time the contents are cleared (cadres.actions.clear_imports); the counts stay.
    `fingerprint` is of the preview: what is written must be what was shown.
    """

    unit_path = "unit__path"
    capabilities = {"view": "view_members"}

    class State(models.TextChoices):
        JUDGING = "judging", "核对中"
        READY = "ready", "待写入"
        UNUSABLE = "unusable", "读不了"
        WRITING = "writing", "写入中"
        WRITTEN = "written", "已写入"
        DROPPED = "dropped", "已放弃"
        UNDONE = "undone", "已撤回"

    unit = models.ForeignKey(
        AdministrativeUnit, verbose_name="单位", on_delete=models.PROTECT, related_name="import_runs"
    )
    kind = models.CharField("表的种类", max_length=40, blank=True)
    file_name = models.CharField("文件名", max_length=200)
    digest = models.CharField("文件指纹", max_length=64)
    upload = models.CharField("存放名", max_length=32, blank=True)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.JUDGING)
    counts = models.JSONField("条数", default=dict, blank=True)
    choices = models.JSONField("所作选择", default=dict, blank=True)
    options = models.JSONField("另填的内容", default=dict, blank=True)
    tables = models.JSONField("找到的表", default=list, blank=True)
    notes = models.JSONField("整个文件的问题和提醒", default=list, blank=True)
    stumbles = models.JSONField("反复出现的错误值", default=list, blank=True)
    fingerprint = models.CharField("预览指纹", max_length=64, blank=True)
    only_good = models.BooleanField("只写入没有问题的行", default=False)
    reason = models.CharField("只写入一部分的原因", max_length=200, blank=True)
    failure = models.CharField("没有办成的原因", max_length=300, blank=True)
    receipts = models.JSONField("新建的行", default=list, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="上传人", null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField("上传时间")
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="写入人", null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    written_at = models.DateTimeField("写入时间", null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="撤回人", null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    undone_at = models.DateTimeField("撤回时间", null=True, blank=True)
    cleared_at = models.DateTimeField("清除内容的时间", null=True, blank=True, editable=False)
    job = models.ForeignKey(
        Job, verbose_name="后台任务", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = "导入记录"
        verbose_name_plural = "导入记录"
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["unit", "-at", "-id"])]

    def __str__(self) -> str:
        return f"{self.unit.name} {self.file_name}"
