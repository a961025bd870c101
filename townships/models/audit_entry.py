"""Append-only trail of what people did."""

from django.conf import settings
from django.db import models

from townships.models.unit import AdministrativeUnit
from townships.querysets import UnitQuerySet


class AppendOnly(RuntimeError):
    """An audit entry is never changed or deleted."""


class AuditEntry(models.Model):
    """Who did what, where, when, from which address, with what before and after.

    Triggers in the database refuse to change an entry or to delete one that is not archived.
    """

    unit_path = "unit__path"
    capabilities = {"view": "audit"}

    at = models.DateTimeField("时间", auto_now_add=True, db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="操作人", null=True, on_delete=models.PROTECT, related_name="+"
    )
    act = models.CharField("事项", max_length=60, db_index=True)
    unit = models.ForeignKey(
        AdministrativeUnit, verbose_name="单位", null=True, on_delete=models.PROTECT, related_name="+"
    )
    subject = models.CharField("对象", max_length=200, blank=True)
    details = models.JSONField("内容", default=dict)
    address = models.GenericIPAddressField("来源地址", null=True)
    # Given once, right after the transaction that made the entry (townships.audit_chain): null until then.
    number = models.PositiveBigIntegerField("序号", null=True, unique=True, editable=False)
    previous = models.CharField("前一条校验值", max_length=64, blank=True, editable=False)
    hash = models.CharField("校验值", max_length=64, blank=True, editable=False)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = "审计记录"
        verbose_name_plural = "审计记录"
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.act}"

    def save(self, *args, **kwargs) -> None:
        if self.pk:
            raise AppendOnly
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise AppendOnly
