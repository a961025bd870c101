"""Check-ins, weekly sheets and official trips in the admin."""

from uuid import uuid4

from django.contrib import admin
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from unfold.decorators import display

from attendance import sheets
from attendance.actions.check_in import check_in, void_check_in
from attendance.actions.mark_sheet import NewMark, mark_days, sheets_for
from attendance.actions.record_trip import record_trip, revoke_trip
from attendance.actions.sign_sheet import attest
from attendance.admin_acts import ActingAdmin, ActingMixin, RefusalMixin
from attendance.forms import CheckInForm, MarkForm, SheetForm, TripForm
from attendance.marks import UnknownMark, parse_marks
from attendance.models import CheckIn, OfficialTrip, SheetMark, WeeklySheet
from attendance.policies import attendance_rules
from attendance.refusals import MarkNotKnown
from cadres.models import Posting
from townships.access import require
from townships.admin_base import HistoryAdmin, ReadOnlyAdmin, ScopedTabularInline, UnitFilter
from townships.periods import WEEKDAYS, Week, chinese_date

#: From when to when, on two lines of a form.
WHEN_ROWS = [("begins_on", "begins_half"), ("ends_on", "ends_half")]


class OfPostingMixin:
    """Columns and search of rows that belong to one person's posting."""

    list_select_related = ["posting__cadre", "posting__village"]
    search_fields = ["posting__cadre__name", "posting__village__name"]
    autocomplete_fields = ["posting"]

    @display(description="姓名", ordering="posting__cadre__name")
    def person(self, row) -> str:
        return row.posting.cadre.name

    @display(description="村(社区)", ordering="posting__village__path")
    def village(self, row) -> str:
        return row.posting.village.name

    @display(description="起止", ordering="begins_on")
    def when(self, row) -> str:
        """2026年11月2日上午 至 11月4日下午, one day only once."""
        begins, ends = chinese_date(row.begins_on), chinese_date(row.ends_on)
        if row.begins_on == row.ends_on:
            return begins if row.begins_half != row.ends_half else begins + row.get_begins_half_display()
        if row.begins_on.year == row.ends_on.year:
            ends = ends.partition("年")[2]
        return f"{begins}{row.get_begins_half_display()} 至 {ends}{row.get_ends_half_display()}"


@admin.register(CheckIn)
class CheckInAdmin(OfPostingMixin, ActingAdmin):
    import_kind, import_capability = "check_ins", "manage_evidence"
    form = CheckInForm
    list_display = ["person", "village", "made_at", "day", "place", "source", "remark"]
    list_filter = [("posting__village", UnitFilter), "source", "late_upload", ("voided_at", admin.EmptyFieldListFilter)]
    date_hierarchy = "day"
    actions = ["void"]

    @display(description="说明", label={"补传": "info", "已作废": "danger"})
    def remark(self, row) -> str:
        if row.voided_at is not None:
            return "已作废"
        return "补传" if row.late_upload else ""

    def perform(self, request, form) -> CheckIn:
        now = timezone.now()
        return check_in(
            **form.cleaned_data,
            client_id=f"office:{uuid4()}",
            received_at=now,
            actor=request.user,
            source=CheckIn.Source.OFFICE,
        )

    @admin.action(description="作废所选打卡", permissions=["add"])
    def void(self, request, queryset):
        return self.with_reason(
            request,
            queryset,
            name="void",
            title="作废打卡",
            button=f"作废 {queryset.count()} 条打卡",
            act=lambda row, reason: void_check_in(check_in=row, reason=reason, actor=request.user, at=timezone.now()),
            done="已作废 {} 条打卡。",
        )


class MarkInline(ScopedTabularInline):
    """New marks of a sheet; those in force are in the table above, and a new line for a day supersedes them."""

    model = SheetMark
    form = MarkForm
    autocomplete_fields = ["posting"]
    verbose_name = "登记"
    verbose_name_plural = "登记或更正"
    extra = 1

    def get_queryset(self, request):
        return super().get_queryset(request).none()

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


@admin.register(WeeklySheet)
class WeeklySheetAdmin(RefusalMixin, HistoryAdmin):
    import_kind, import_capability = "weekly_sheet", "manage_evidence"
    form = SheetForm
    list_display = ["unit", "week", "people_marked", "leader_signed_by", "leader_signed_for", "attested_by"]
    list_filter = [("unit", UnitFilter), "week", ("leader_signed_at", admin.EmptyFieldListFilter)]
    list_select_related = ["unit", "leader_signed_by", "leader_signed_for"]
    search_fields = ["unit__name", "week"]
    autocomplete_fields = ["unit"]
    inlines = [MarkInline]

    def get_queryset(self, request):
        return sheets.with_people_marked(super().get_queryset(request))

    @display(description="已登记人数")
    def people_marked(self, sheet) -> int:
        return sheet.people_marked

    def get_fields(self, request, obj=None):
        place, foot = ["unit", "week"], ["attested_by", "note", "reason"]
        return (
            [*place, "grid", "leader_signed_by", "leader_signed_for", "leader_signed_at", *foot]
            if obj
            else [*place, *foot]
        )

    def get_readonly_fields(self, request, obj=None):
        return ["grid", "unit", "week", "leader_signed_by", "leader_signed_for", "leader_signed_at"] if obj else []

    @display(description="本周登记")
    def grid(self, sheet) -> str:
        """The paper's table: people down, days across."""
        week = Week.parse(sheet.week)
        rows = sheets.village_table(sheet.unit, week)
        head = format_html_join(
            "",
            '<th scope="col" class="px-3 py-1">{}<br>{}</th>',
            ((WEEKDAYS[d.weekday()], f"{d:%m-%d}") for d in week.days),
        )
        body = format_html_join("", "<tr>{}{}</tr>", ((_name_cell(row), _day_cells(row)) for row in rows))
        return format_html(
            '<table class="text-center"><caption class="sr-only">{}</caption><thead><tr><th scope="col">姓名</th>{}</tr>'
            "</thead><tbody>{}</tbody></table>",
            f"{sheet.unit}{week.label}考勤",
            head,
            body,
        )

    def save_model(self, request, obj, form, change) -> None:
        require(request.user, "manage_evidence", obj)
        if not change:
            made = sheets_for([(obj.unit, Week.parse(obj.week))])[obj.unit_id, obj.week]
            typed = obj.note
            obj.__dict__.update(made.__dict__)
            obj.note = typed
        if "note" in form.changed_data:
            obj.save(update_fields=["note"])
        # The signature follows the marks it is for: see save_related.
        form.signature = form.cleaned_data["attested_by"] if "attested_by" in form.changed_data else ""

    def save_formset(self, request, form, formset, change) -> None:
        sheet = form.instance
        lines = [line.cleaned_data for line in formset.forms if line.has_changed() and line.cleaned_data]
        signs = attendance_rules(sheet.unit, Week.parse(sheet.week).monday).marks
        marks = [_new_mark(line, sheet, signs) for line in lines]
        mark_days(
            marks=marks, actor=request.user, at=timezone.now(), reason=form.cleaned_data["reason"] or "办公室登记"
        )
        formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []

    def save_related(self, request, form, formsets, change) -> None:
        super().save_related(request, form, formsets, change)
        if form.signature:
            attest(sheet=form.instance, name=form.signature, actor=request.user, at=timezone.now())


def _name_cell(row: dict) -> str:
    return format_html('<th scope="row" class="px-3 py-1 text-left">{}</th>', row["posting"].cadre.name)


def _day_cells(row: dict) -> str:
    cells = ((day["shown"] or "·",) if day else ("",) for day in row["days"])
    return format_html_join("", '<td class="px-3 py-1">{}</td>', cells)


def _new_mark(line: dict, sheet: WeeklySheet, signs) -> NewMark:
    """A line's marks in the policy's own signs; it must belong to the sheet."""
    posting, day = line["posting"], line["day"]
    week = Week.parse(sheet.week)
    if posting.village_id != sheet.unit_id or day not in week.days:
        raise MarkNotKnown(
            f"{posting.cadre.name} {chinese_date(day)}不在{sheet.unit}{week.label}，请到那一张考勤表登记。"
        )
    try:
        am, pm = (parse_marks(line[half], signs) for half in ("am", "pm"))
    except UnknownMark as unknown:
        raise MarkNotKnown(f"{unknown}。") from None
    return NewMark(posting, day, am.am, pm.pm)


@admin.register(SheetMark)
class SheetMarkAdmin(OfPostingMixin, ReadOnlyAdmin):
    """Every mark ever made, also those superseded."""

    list_display = ["person", "village", "day", "am", "pm", "made_by", "made_at", "reason", "superseded_at"]
    list_filter = [("posting__village", UnitFilter), ("superseded_at", admin.EmptyFieldListFilter)]
    list_select_related = [*OfPostingMixin.list_select_related, "made_by"]
    date_hierarchy = "day"


@admin.register(OfficialTrip)
class OfficialTripAdmin(OfPostingMixin, ActingMixin, HistoryAdmin):
    form = TripForm
    list_display = ["person", "village", "when", "reason", "destination", "ordered_by", "state"]
    list_filter = [("posting__village", UnitFilter), "state", "begins_on"]
    date_hierarchy = "begins_on"
    actions = ["revoke"]
    fields = [("posting", "whole_team"), *WHEN_ROWS, "reason", ("destination", "ordered_by")]

    def get_fields(self, request, obj=None):
        return (
            ["posting", *WHEN_ROWS, "reason", "destination", "ordered_by", "state", "recorded_by", "on_behalf_of"]
            if obj
            else self.fields
        )

    def get_readonly_fields(self, request, obj=None):
        return ["recorded_by", "on_behalf_of"] if obj else []

    def perform(self, request, form) -> OfficialTrip:
        given = dict(form.cleaned_data)
        first, whole_team = given.pop("posting"), given.pop("whole_team")
        postings = [first]
        if whole_team:
            team = Posting.objects.reachable_by(request.user, "manage_evidence").filter(village=first.village_id)
            others = team.active_on(given["begins_on"]).exclude(pk=first.pk).select_related("cadre__user", "village")
            postings += [posting for posting in others if posting.cadre.user_id != request.user.pk]
        return record_trip(postings=postings, actor=request.user, **given)[0]

    @admin.action(description="收回所选公差", permissions=["add"])
    def revoke(self, request, queryset):
        return self.with_reason(
            request,
            queryset,
            name="revoke",
            title="收回公差",
            button=f"收回 {queryset.count()} 条公差",
            act=lambda row, reason: revoke_trip(trip=row, reason=reason, actor=request.user),
            done="已收回 {} 条公差。",
        )
