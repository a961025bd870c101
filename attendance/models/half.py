"""Halves of a day."""

from django.db import models


class Half(models.TextChoices):
    AM = "am", "上午"
    PM = "pm", "下午"
