"""Loads the reference town and a second county, once; and counts in the database what came out."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count

from attendance.calendar import WorkCalendar
from attendance.holiday_library import days_of
from attendance.models import CalendarDay
from cadres.models import Posting, Talk
from reports.demo import town
from reports.demo.accounts import open_accounts, reference_accounts, second_accounts
from reports.demo.judgement import judge_draft, judge_published
from reports.demo.places import place, province_and_city
from reports.demo.records import Writer, first_day
from reports.demo.span import Span
from reports.demo.story import Required, tell
from townships.demo_accounts import DEMO_PASSWORD
from townships.errors import Refused
from townships.models import AdministrativeUnit, Appointment, Facility, User
from townships.periods import SHANGHAI


class NotOurs(Refused):
    code = "demo.taken"
    message = (
        "数据库里已有同样区划代码或账号的真实数据，示例数据不能混入：请换一个空数据库（DATA_DIR 或 DATABASE_URL）。"
    )


def load(*, now: datetime) -> bool:
    """Load the demo as of `now`; False when it is there already. All or nothing."""
    if User.objects.filter(is_demo=True).exists():
        return False
    _require_room()
    span = Span(now.astimezone(SHANGHAI).date())
    with transaction.atomic():
        required = _workdays(span)
        city = province_and_city()
        datong = place(town.DATONG, town.COUNTY[1], city, span)
        qinghe = place(town.QINGHE, town.SECOND_COUNTY[1], city, span)
        for where, accounts in ((datong, reference_accounts), (qinghe, second_accounts)):
            opened = open_accounts(where, accounts(where), first_day(span))
            Writer(where, opened, span, now).write(tell(where.people, span, required))
            secretary = next(one.user for one in opened.values() if one.role == "township_secretary")
            judge_published(where.unit, span, secretary=secretary)
        judge_draft([datong.unit, qinghe.unit], span, now=now)
    return True


def _require_room() -> None:
    """Real units of the demo's townships, or real accounts of its names, must never be mixed with it."""
    codes = [town.COUNTY[0], town.SECOND_COUNTY[0], town.DATONG.code, town.QINGHE.code]
    names = ["county", "secretary", "county2", "secretary2"]
    taken = AdministrativeUnit.objects.filter(division_code__in=codes).exists()
    if taken or User.objects.filter(username__in=names).exists():
        raise NotOurs


def _workdays(span: Span) -> Required:
    """Workdays as the ledger will see them: the library's calendar, then what the office corrected."""
    years = {span.arrival.year, span.today.year, (span.today + timedelta(days=30)).year}
    known = [(one.day, one.kind) for year in sorted(years) for one in days_of(year)]
    corrected = list(CalendarDay.objects.order_by("day").values_list("day", "kind"))
    return WorkCalendar.of([*known, *corrected]).is_workday


def summary(*, today) -> dict:
    """What `load_demo --json` prints: codes, accounts, and figures counted in the database."""
    township = AdministrativeUnit.objects.get(division_code=town.TOWNSHIP_CODE)
    postings = Posting.objects.within(township).active_on(today)
    return {
        "units": {
            "province": town.PROVINCE[0],
            "city": town.CITY[0],
            "county": town.COUNTY[0],
            "township": town.TOWNSHIP_CODE,
            "second_county": town.SECOND_COUNTY[0],
        },
        "accounts": accounts(),
        "counts": {
            "members": postings.values("cadre").distinct().count(),
            "villages": AdministrativeUnit.objects.within(township).villages().count(),
            "by_dispatch_level": _tally(postings, "dispatch_level"),
            "lodging": _tally(postings, "lodging"),
            "facilities": _tally(Facility.objects.within(township), "kind"),
            "reminder_talks": Talk.objects.within(township)
            .filter(kind=Talk.Kind.REMINDER, held_on__year=today.year)
            .count(),
        },
    }


def accounts() -> list[dict]:
    """The demo's accounts, one line each: a squad leader of six villages is one account."""
    given = (
        Appointment.objects.filter(user__is_demo=True)
        .select_related("user", "unit")
        .order_by("unit__path", "user__pk", "pk")
    )
    lines: dict[str, dict] = {}
    for one in given:
        line = {
            "username": one.user.username,
            "password": DEMO_PASSWORD,
            "role": one.role,
            "unit": one.unit.division_code,
        }
        lines.setdefault(one.user.username, line)
    return list(lines.values())


def _tally(rows, field: str) -> dict[str, int]:
    return dict(rows.order_by(field).values_list(field).annotate(Count("pk")))
