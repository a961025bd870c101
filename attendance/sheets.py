"""Weekly sheets to read: which villages have signed, and the table of one village."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from attendance.marks import Marks
from attendance.models import SheetMark, WeeklySheet
from cadres.models import Posting
from townships.models import AdministrativeUnit
from townships.periods import Week


@dataclass(frozen=True)
class VillageSheet:
    """One village's sheet of a week: how many people it should have, how many have a mark, who signed."""

    village: AdministrativeUnit
    people: int
    marked: int
    sheet: WeeklySheet | None

    @property
    def signed(self) -> bool:
        return self.sheet is not None and self.sheet.leader_signed_at is not None


def villages_in(user, unit, week: Week) -> list[VillageSheet]:
    """The sheets of a unit's villages with people in a week, in four queries."""
    postings = Posting.objects.reachable_by(user, "view_attendance").within(unit)
    postings = postings.active_between(week.monday, week.sunday)
    people = dict(postings.order_by().values_list("village").annotate(n=Count("cadre", distinct=True)))
    sheets = WeeklySheet.objects.reachable_by(user, "view_attendance").filter(unit__in=people, week=str(week))
    by_village = {sheet.unit_id: sheet for sheet in sheets.select_related("leader_signed_by", "leader_signed_for")}
    marks = SheetMark.objects.filter(sheet__in=[sheet.pk for sheet in by_village.values()], superseded_at__isnull=True)
    marked = dict(marks.order_by().values_list("sheet__unit").annotate(n=Count("posting__cadre", distinct=True)))
    villages = AdministrativeUnit.objects.filter(pk__in=people).order_by("path")
    return [VillageSheet(one, people[one.pk], marked.get(one.pk, 0), by_village.get(one.pk)) for one in villages]


def sheet_of(village: AdministrativeUnit, week: Week) -> WeeklySheet | None:
    """The sheet of a village the reader may see."""
    return (
        WeeklySheet.objects.filter(unit=village, week=str(week))
        .select_related("leader_signed_by", "leader_signed_for")
        .first()
    )


def sheet_or_blank(village: AdministrativeUnit, week: Week) -> WeeklySheet:
    """The sheet of a week, or one that nobody has written on and that is not kept: looking must not make it."""
    return sheet_of(village, week) or WeeklySheet(unit=village, week=str(week))


def table_of(postings, week: Week) -> list[dict]:
    """People × days with the marks in force; a day outside the posting is None."""
    rows = list(postings.active_between(week.monday, week.sunday).select_related("cadre").order_by("begins", "pk"))
    in_force = SheetMark.objects.filter(
        posting__in=rows, day__gte=week.monday, day__lte=week.sunday, superseded_at__isnull=True
    )
    marks = {(mark.posting_id, mark.day): mark for mark in in_force}
    return [{"posting": one, "days": [_day(one, day, marks.get((one.pk, day))) for day in week.days]} for one in rows]


def village_table(village: AdministrativeUnit, week: Week) -> list[dict]:
    """The table of a village whose sheet the reader may see."""
    return table_of(Posting.objects.within(village), week)


def _day(posting, day: date, mark: SheetMark | None) -> dict | None:
    if not posting.is_active_on(day):
        return None
    shown = "" if mark is None else mark.am if mark.am == mark.pm else f"{mark.am or '空'}{mark.pm or '空'}"
    value = f"{mark.am}|{mark.pm}" if mark else "|"
    return {"day": day, "field": field_name(posting.pk, day), "value": value, "shown": shown}


def field_name(posting: int, day: date) -> str:
    return f"m{posting}_{day:%Y%m%d}"


def choices(signs: list[str]) -> list[tuple[str, str]]:
    """What can be written in a day: nothing, one sign for both halves, or two signs."""
    whole = [(f"{sign}|{sign}", sign) for sign in signs]
    split = [(f"{am}|{pm}", f"{am or '空'}{pm or '空'}") for am in ["", *signs] for pm in ["", *signs] if am != pm]
    return [("|", ""), *whole, *split]


def read_value(value: str, signs: list[str]) -> Marks | None:
    """A value of `choices` back as marks; None when it is none of them."""
    return Marks(*value.split("|")) if value in dict(choices(signs)) else None


def with_people_marked(sheets: QuerySet) -> QuerySet:
    """Sheets with `people_marked`: how many people have a mark in force."""
    in_force = Count("marks__posting", filter=Q(marks__superseded_at__isnull=True), distinct=True)
    # Django drops a model's own order once rows are grouped.
    return sheets.annotate(people_marked=in_force).order_by(*sheets.model._meta.ordering)
