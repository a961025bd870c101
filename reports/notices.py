"""The month's attendance notice of a unit, from the ledger (handbook, Forms, 月考勤公示)."""

from datetime import date
from decimal import Decimal

from attendance.ledgers import MemberLedger, ledger_for
from reports.documents.notice import AttendanceNotice, NoticeRow
from townships.models import AdministrativeUnit
from townships.periods import Month
from townships.unit_names import other_names_on

HALF = Decimal("0.5")
NARROW_LEVELS = (AdministrativeUnit.Level.VILLAGE, AdministrativeUnit.Level.TOWNSHIP)


def attendance_notice(
    *,
    unit: AdministrativeUnit,
    month: Month,
    today: date,
    telephone: str = "",
    posted_from: date | None = None,
    posted_until: date | None = None,
) -> AttendanceNotice:
    """Everyone posted in the unit in the calendar month, by village and name; a running month up to `today`."""
    until = min(month.last, today)
    members = ledger_for(unit=unit, first=month.first, last=until, today=today).members if until >= month.first else ()
    names = {} if unit.level in NARROW_LEVELS else _township_names(unit)
    # A paper about a month calls every place what it was called then.
    then = other_names_on(AdministrativeUnit.objects.within(unit), until)
    names = {key: then.get(key, name) for key, name in names.items()}
    rows = [_row(each, month, names, then) for each in sorted(members, key=lambda m: (m.service.path, m.service.name))]
    return AttendanceNotice(
        unit=then.get(unit.pk, unit.name),
        year=month.year,
        month=month.number,
        first=month.first,
        until=until,
        rows=tuple(rows),
        telephone=telephone,
        posted_from=posted_from,
        posted_until=posted_until,
    )


def _row(member: MemberLedger, month: Month, names: dict[int, str], then: dict[int, str]) -> NoticeRow:
    """`names` are those of townships to put before the village's, `then` those of places called otherwise now."""
    service = member.service
    judged = [week for _, week in member.weeks]
    counts_nights = any(week.rules.wants_check_in for week in member.member.weeks)
    return NoticeRow(
        village=names.get(service.parent_id, "") + then.get(service.village_id, service.village),
        name=service.name,
        team_role=service.team_role,
        required=Decimal(sum(week.required.bit_count() for week in judged)),
        present=member.count("present") * HALF,
        official_trip=member.count("official_trip") * HALF,
        leave=member.count("leave") * HALF,
        absent=member.count("absent") * HALF,
        nights=member.nights_kept if counts_nights else None,
        overdue_returns=sum(week.overdue.bit_count() for week in judged),
        spot_check_absences=sum(len(week.found_absent) for week in judged),
        note=_note(member, month),
    )


def _note(member: MemberLedger, month: Month) -> str:
    """Who came or went in the month: 10月12日到村，10月20日离村."""
    first, last = member.member.services[0].begins, member.service.ends
    parts = []
    if month.first < first <= month.last:
        parts.append(f"{first.month}月{first.day}日到村")
    if last is not None and month.first < last <= month.last:
        parts.append(f"{last.month}月{last.day}日起不再驻村")
    return "，".join(parts)


def _township_names(unit: AdministrativeUnit) -> dict[int, str]:
    return dict(AdministrativeUnit.objects.townships().within(unit).values_list("pk", "name"))
