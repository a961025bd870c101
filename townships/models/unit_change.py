"""A change of the tree: who ordered what, on which paper, from which day."""

from django.conf import settings
from django.db import models

from townships.models.unit import AdministrativeUnit
from townships.querysets import UnitQuerySet


class UnitChange(models.Model):
    """A renaming, move, merger, split or abolition of units. Never edited; one that was wrong is withdrawn.

    `unit` is the unit above everything it touches, where it was ordered; who sees only one side of it reads his side
    in the successions of his own units.
    """

    unit_path = "unit__path"
    # Each side of it reads the day and the paper.
    read_from_below = True
    capabilities = {"view": "view_members", "add": "manage_units"}

    class Kind(models.TextChoices):
        RENAME = "rename", "更名"
        MOVE = "move", "划归"
        MERGE = "merge", "合并"
        SPLIT = "split", "拆分"
        ABOLISH = "abolish", "撤销"

    unit = models.ForeignKey(
        AdministrativeUnit, verbose_name="办理单位", null=True, on_delete=models.PROTECT, related_name="changes_ordered"
    )
    kind = models.CharField("变更", max_length=8, choices=Kind.choices)
    day = models.DateField("生效日期")
    document_number = models.CharField("批准文号", max_length=60, blank=True)
    reason = models.CharField("原因", max_length=200, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="办理人", null=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField("办理时间")
    choices = models.JSONField("选择", default=dict)
    counts = models.JSONField("数目", default=dict)
    # What it made and changed, so that it can be taken back (townships.receipts).
    receipts = models.JSONField("凭据", default=dict)
    withdrawn_at = models.DateTimeField("撤回时间", null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="撤回人", null=True, on_delete=models.PROTECT, related_name="+"
    )
    withdraw_reason = models.CharField("撤回原因", max_length=200, blank=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = "单位变更"
        verbose_name_plural = "单位变更"
        ordering = ["-day", "-pk"]

    def __str__(self) -> str:
        return f"{self.day} {self.get_kind_display()}"
