"""Paging by cursor: the next page begins after the last row seen, so page 400 costs what page 1 costs."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import Http404


@dataclass(frozen=True)
class Page:
    """Rows of one page, and the cursor of the next ("" on the last page)."""

    rows: list
    next: str


def _encode(values: list) -> str:
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"), default=str)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decode(cursor: str, length: int) -> list:
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error) as error:
        raise Http404 from error
    if not isinstance(values, list) or len(values) != length or not all(_is_plain(value) for value in values):
        raise Http404
    return values


def _is_plain(value) -> bool:
    """A number or a text; PostgreSQL takes no text with a NUL."""
    return not isinstance(value, list | dict) and "\x00" not in str(value)


def _behind(order: Sequence[str], values: list) -> Q:
    """Rows behind `values` in `order`: (a > x) or (a = x and b > y) or …"""
    condition, same = Q(pk__in=[]), Q()
    for name, value in zip(order, values, strict=True):
        field, side = (name[1:], "lt") if name.startswith("-") else (name, "gt")
        condition |= same & Q(**{f"{field}__{side}": value})
        same &= Q(**{field: value})
    return condition


def page_of(queryset: QuerySet, order: Sequence[str], cursor: str, size: int) -> Page:
    """One page of `queryset` ordered by `order` (lookups without nulls, the last one unique).

    A cursor that was not made here answers 404.
    """
    if cursor:
        try:
            queryset = queryset.filter(_behind(order, _decode(cursor, len(order))))
        except (ValueError, TypeError, ValidationError) as error:
            raise Http404 from error
    rows = list(queryset.order_by(*order)[: size + 1])
    if len(rows) <= size:
        return Page(rows, "")
    last = rows[size - 1]
    return Page(rows[:size], _encode([attrgetter(name.lstrip("-").replace("__", "."))(last) for name in order]))
