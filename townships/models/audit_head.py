"""The head of the trail's chain: one row, locked while entries are sealed."""

from django.db import models

from townships.chain import BEGINNING


class AuditHead(models.Model):
    """Number and hash of the last sealed entry, and of the last one that went to an archive file.

    Entries up to `archived_number` may leave the table (a trigger asks this row), none after it.
    """

    number = models.PositiveBigIntegerField("末条序号", default=0)
    hash = models.CharField("末条校验值", max_length=64, default=BEGINNING)
    archived_number = models.PositiveBigIntegerField("已归档到", default=0)
    archived_hash = models.CharField("归档末条校验值", max_length=64, default=BEGINNING)

    class Meta:
        verbose_name = "审计链"
        verbose_name_plural = "审计链"

    def __str__(self) -> str:
        return f"{self.number} {self.hash[:12]}"
