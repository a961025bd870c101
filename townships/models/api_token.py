"""Keys by which a program acts as an account."""

from django.conf import settings
from django.db import models

from townships.querysets import UnitQuerySet


class ApiTokenQuerySet(UnitQuerySet):
    def reachable_by(self, user, capability: str) -> "ApiTokenQuerySet":
        """Tokens of the accounts one looks after; they go along with the account."""
        if user.is_superuser and user.is_active:
            return self.all()
        accounts = self.model._meta.get_field("user").related_model
        return self.filter(user__in=accounts.objects.reachable_by(user, capability))


class ApiToken(models.Model):
    """A bearer token of an account (接口令牌). Only its digest is kept: the token itself is shown once.

    It dies on its date, when it is revoked, and when the account's password changes (`password_mark`).
    """

    unit_path = "user__appointments__unit__path"
    capabilities = {"view": "manage_appointments", "change": "manage_appointments"}

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="账号", on_delete=models.CASCADE, related_name="api_tokens"
    )
    name = models.CharField("名称", max_length=60, help_text="用在哪里，如“手机打卡”。")
    digest = models.CharField("摘要", max_length=64, unique=True, editable=False)
    password_mark = models.CharField("密码标记", max_length=128, editable=False)
    created_at = models.DateTimeField("建立时间")
    expires_at = models.DateTimeField("到期时间")
    last_used_on = models.DateField("最近使用", null=True, blank=True)
    revoked_at = models.DateTimeField("作废时间", null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = "接口令牌"
        verbose_name_plural = "接口令牌"
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.user} {self.name}"

    def is_in_force(self, at) -> bool:
        return self.revoked_at is None and at < self.expires_at
