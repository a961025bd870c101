"""Fields that several models share."""

from django.conf import settings
from django.db import models


def on_behalf_of() -> models.ForeignKey:
    """In whose place a decision was taken, where a delegate took it (house.md decision 3)."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="受谁委托", null=True, blank=True, editable=False,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
