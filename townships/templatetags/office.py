"""How an office writes dates, spans, times and numbers."""

from datetime import date, datetime
from decimal import Decimal

from django import template
from django.utils import timezone

from townships.delegation import in_place_of
from townships.periods import WEEKDAYS, chinese_date

register = template.Library()
HALVES = {"am": "上午", "pm": "下午"}


@register.filter
def day(value: date | datetime) -> str:
    """2026年11月2日(周一)"""
    return chinese_date(_date(value), weekday=True)


@register.filter
def short_day(value: date | datetime) -> str:
    """11月2日(周一)"""
    value = _date(value)
    return f"{value.month}月{value.day}日({WEEKDAYS[value.weekday()]})"


@register.filter
def moment(value: datetime) -> str:
    """11月2日 08:12"""
    local = timezone.localtime(value)
    return f"{local.month}月{local.day}日 {local:%H:%M}"


@register.filter
def clock(value: datetime) -> str:
    """08:12"""
    return f"{timezone.localtime(value):%H:%M}"


@register.filter
def number(value: Decimal | float | str) -> str:
    """2.0 → 2, 95.50 → 95.5"""
    return f"{Decimal(str(value)).normalize():f}"


@register.filter
def points(value: Decimal | str) -> str:
    """Points always with two decimals, as the contracts print them."""
    return f"{Decimal(str(value)):.2f}"


@register.filter
def span(leave) -> str:
    """11月2日上午至11月4日下午, of anything with begins_on, begins_half, ends_on, ends_half."""
    begins, ends = leave.begins_on, leave.ends_on
    head = f"{begins.month}月{begins.day}日{HALVES[leave.begins_half]}"
    if begins == ends:
        if leave.begins_half == leave.ends_half:
            return head
        return f"{begins.month}月{begins.day}日全天"
    return f"{head}至{ends.month}月{ends.day}日{HALVES[leave.ends_half]}"


@register.filter
def acting_for(actor, principal) -> str:
    """王某代李某: who did it, and in whose place."""
    return in_place_of(actor, principal)


def _date(value: date | datetime) -> date:
    return timezone.localtime(value).date() if isinstance(value, datetime) else value
