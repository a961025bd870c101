"""What one row of an uploaded table would do, or did."""

from django.db import models

from cadres.models.import_run import ImportRun
from townships.querysets import UnitQuerySet


class ImportRow(models.Model):
    """A row as the preview shows it. `position` counts the rows of a run from 1: the cursor of the pages.

    `cells` are [label, text] pairs, `changes` [label, old, new], `problems` and `warnings` the contract's problems.
    `receipts` say what the row changed (townships.receipts), for taking it back; what was created stands beside the run.
    """

    unit_path = "run__unit__path"
    capabilities = {"view": "view_members"}

    class Kind(models.TextChoices):
        NEW = "new", "新增"
        CHANGED = "changed", "有变动"
        SAME = "same", "没有变化"
        REFUSED = "refused", "要改正"
        LEFT_OUT = "left_out", "没有读入"

    run = models.ForeignKey(ImportRun, verbose_name="导入", on_delete=models.CASCADE, related_name="rows")
    position = models.PositiveIntegerField("次序")
    sheet = models.CharField("工作表", max_length=100, blank=True)
    row = models.PositiveIntegerField("行号", null=True)
    kind = models.CharField("类别", max_length=10, choices=Kind.choices)
    hidden = models.BooleanField("在表里是隐藏的", default=False)
    cells = models.JSONField("内容", default=list)
    changes = models.JSONField("变动", default=list)
    problems = models.JSONField("问题", default=list)
    warnings = models.JSONField("提醒", default=list)
    receipts = models.JSONField("写入记录", default=list)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = "导入的行"
        verbose_name_plural = "导入的行"
        ordering = ["run", "position"]
        indexes = [models.Index(fields=["run", "kind", "position"])]
        constraints = [models.UniqueConstraint(fields=["run", "position"], name="import_row_has_its_place")]

    def __str__(self) -> str:
        return f"{self.run} 第 {self.row} 行"
