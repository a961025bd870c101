"""Which bulletin of a unit's month is meant, and the numbers they carry."""

import re
from collections.abc import Iterable

from reports.documents.agency import agency_of
from reports.models import Bulletin
from townships.models import AdministrativeUnit
from townships.periods import Month

SERIAL = re.compile(r"〔(\d{4})〕(\d+)号")


def draft_of(unit: AdministrativeUnit, month: Month) -> Bulletin | None:
    """The draft of the month, if there is one."""
    return _of(unit, month).filter(status=Bulletin.Status.DRAFT).first()


def published_of(unit: AdministrativeUnit, month: Month) -> Bulletin | None:
    """The bulletin in force for the month, if it is published."""
    return _of(unit, month).filter(status=Bulletin.Status.PUBLISHED).first()


def next_number(unit: AdministrativeUnit, year: int) -> str:
    """The document number after the last one the unit used in the year: 大同驻通〔2026〕3号."""
    published = Bulletin.objects.filter(unit=unit, published_at__isnull=False)
    serials = _serials(published.values_list("number", flat=True), year)
    agency = agency_of(unit.level, unit.name)
    return f"{agency.number_prefix}〔{year}〕{max(serials, default=0) + 1}号"


def is_taken(unit: AdministrativeUnit, number: str) -> bool:
    """Whether a published bulletin of the unit carries the number."""
    return Bulletin.objects.filter(unit=unit, number=number, published_at__isnull=False).exists()


def _serials(numbers: Iterable[str], year: int) -> list[int]:
    matches = (SERIAL.search(number) for number in numbers)
    return [int(match[2]) for match in matches if match and int(match[1]) == year]


def _of(unit: AdministrativeUnit, month: Month):
    return Bulletin.objects.filter(unit=unit, month=str(month)).select_related("unit__parent", "revises")
