"""How a spot check is made."""

from django.db import models


class CheckMethod(models.TextChoices):
    ONSITE = "onsite", "实地"
    PHONE = "phone", "电话"
    VIDEO = "video", "视频"
