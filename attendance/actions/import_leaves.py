"""A leave ledger (请假台账, contracts.md): leave that was approved on paper."""

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.utils.timezone import localdate
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from attendance.columns import LEAVES
from attendance.leave import JOINS, EndsBeforeItBegins, Span, counted_days, judged_days
from attendance.leave_rules import RequiredDays, span_of
from attendance.models import LeaveRequest
from attendance.moments import HalfDay, parse_half_day
from attendance.policies import leave_book
from cadres.actions.table_import import (
    BATCH,
    CHANGED,
    NEW,
    SAME,
    Order,
    PeopleImport,
    field_changes,
    run_import,
)
from cadres.models import Posting
from cadres.people_named import Person
from cadres.roster.errors import Invalid, Problem
from cadres.roster.reader import Row
from cadres.roster.report import ImportReport
from cadres.roster.text import as_text, bare, prose

Kind = LeaveRequest.Kind
KINDS = {
    **{label: value for value, label in Kind.choices},
    "年假": Kind.ANNUAL,
    "公休": Kind.ANNUAL,
    "公休假": Kind.ANNUAL,
    "带薪年休假": Kind.ANNUAL,
    "年休": Kind.ANNUAL,
    "护理假": Kind.PATERNITY,
    "其他假": Kind.OTHER,
    "其它": Kind.OTHER,
    "调休": Kind.OTHER,
    "补休": Kind.OTHER,
    "": Kind.PERSONAL,
}
_NOT_GRANTED = re.compile("待|未|拒|撤|取消|收回|驳回|不同意|作废")
_UNTIL = re.compile(r"\s*(?:至|到|—+|～|~)\s*")
_WITHOUT_YEAR = re.compile(r"\d{1,2}月")
_BLANKS = {"", "-", "--", "—", "——", "/", "无", "未销假", "否"}
UPDATED = [
    "kind",
    "ends_on",
    "ends_half",
    "days",
    "counted_days",
    "approver_name",
    "reason",
    "destination",
    "returned_on",
]


def import_leaves(**order) -> ImportReport:
    """Bring approved leave in (arguments: `Order`). A leave of the same person and beginning is there once; importing
    again fills in what the ledger has learnt since, above all 销假时间."""
    return run_import(
        Order(**order),
        columns=LEAVES,
        capability="manage_evidence",
        act="leaves.imported",
        take=lambda run: _LeaveImport(run).take(),
        make=PeopleImport,
    )


@dataclass
class _Cells:
    """What one row says, judged by itself."""

    kind: str
    span: Span
    returned_on: date | None
    approver: str
    reason: str
    destination: str

    @property
    def days(self) -> tuple[date, date]:
        return self.span.begins_on, self.span.ends_on


@dataclass
class _Line:
    row: Row
    posting: Posting
    cells: _Cells


class _LeaveImport:
    def __init__(self, run: PeopleImport) -> None:
        self.run = run
        self.lines: list[_Line] = []

    def take(self) -> None:
        if not self._has_days():
            return
        begun: set[tuple[int, int]] = set()
        for row, person, cells in self.run.rows(self._cells):
            posting = person.posting_between(cells.span.begins_on, cells.span.ends_on)
            if posting is None:
                advice = f"{person.name}这段时间不在驻村期内，没有导入：请核对请假时间和派驻起止时间"
                self.run.warn(row, "begins", "posting.not_active", advice)
                self.run.leave_out(row, f"{person.name}这段时间不在驻村期内")
                continue
            beginning = person.pk, cells.span.first
            if beginning in begun:
                self._refuse_duplicate(row, person)
                continue
            begun.add(beginning)
            self.lines.append(_Line(row, posting, cells))
        self._write()

    def _has_days(self) -> bool:
        """Beginning and end, or both in one column 起止."""
        for table in self.run.reading.tables:
            for key in ("begins", "ends"):
                if not table.has(key) and not table.has("span"):
                    label, row = table.columns.label(key), table.header.row
                    message = f"第 {row} 行表头缺少必填的“{label}”一列：请补上这一列后重新上传"
                    self.run.report.errors.append(Problem(table.sheet, row, label, "", "required", message))
        return not self.run.report.errors

    def _refuse_duplicate(self, row: Row, person: Person) -> None:
        advice = f"与前面{person.name}同一时间开始的一行重复：请合并成一行"
        self.run.refuse(row, "begins", "duplicate.row", advice)

    # ---- judging

    def _cells(self, row: Row) -> _Cells | None:
        if _NOT_GRANTED.search(bare(as_text(row["state"]))):
            self.run.leave_out(row, "不是已批准的请假")
            return None
        key = "begins" if row.table.has("begins") else "span"
        try:
            if key == "span":
                begins, ends = _both(row)
            else:
                begins = _half_day(row, key)
                key = "ends"
                ends = _half_day(row, key)
            span = Span(*begins, *ends)
            key = "returned"
            returned_on = self._returned(row, span)
            key = "kind"
            kind = _kind(row[key])
        except EndsBeforeItBegins:
            self.run.refuse(
                row, "span" if key == "span" else "ends", "leave.dates", "早于开始时间：请核对请假的起止时间"
            )
            return None
        except Invalid as invalid:
            self.run.refuse(row, key, invalid.code, invalid.advice)
            return None
        texts = [
            prose(as_text(row[name]))[:size] for name, size in (("approver", 60), ("reason", 200), ("destination", 100))
        ]
        return _Cells(kind, span, returned_on, *texts)

    def _returned(self, row: Row, span: Span) -> date | None:
        cell = row["returned"]
        if bare(as_text(cell)) in _BLANKS:
            return None
        returned_on = parse_half_day(cell, end=True, epoch_1904=row.table.epoch_1904).day
        if returned_on < span.begins_on:
            raise Invalid("leave.return_date", "早于请假开始时间：请核对销假时间")
        if returned_on > localdate(self.run.at):
            raise Invalid("date.future", "销假时间还没有到：还没有销假的请留空")
        return returned_on

    # ---- writing

    def _write(self) -> None:
        counted = _Counting(self.run, self.lines)
        leaves = _stored(self.lines)
        self._warn_of_overlaps(leaves)
        stored = {(leave.posting.cadre_id, span_of(leave).first): leave for leave in leaves}
        fresh, changed = [], []
        for line in self.lines:
            kept = stored.get((line.posting.cadre_id, line.cells.span.first))
            leave = kept or LeaveRequest(
                posting=line.posting,
                begins_on=line.cells.span.begins_on,
                begins_half=line.cells.span.begins_half,
                state=LeaveRequest.State.APPROVED,
                on_paper=True,
                applied_at=self.run.at,
                applied_by=self.run.actor,
            )
            if kept and not kept.on_paper:
                self._fill_in_return(line, kept, changed)
            elif self._take_over(leave, line, counted, known=kept is not None):
                (changed if kept else fresh).append(leave)
        note = {"batch_size": BATCH, "default_user": self.run.actor}
        note["default_change_reason"] = f"导入请假台账 {self.run.filename}"[:100]
        bulk_create_with_history(fresh, LeaveRequest, **note)
        bulk_update_with_history(changed, LeaveRequest, UPDATED, **note)

    def _warn_of_overlaps(self, stored: list[LeaveRequest]) -> None:
        """Two leaves of one person at one time: nothing is lost by it, yet one of the two is likely a slip."""
        spans: dict[int, list[Span]] = defaultdict(list)
        for leave in stored:
            spans[leave.posting.cadre_id].append(span_of(leave))
        for line in self.lines:
            earlier, span = spans[line.posting.cadre_id], line.cells.span
            if any(other.overlaps(span) and other.first != span.first for other in earlier):
                advice = f"与{line.posting.cadre.name}的另一次请假时间重叠：请核对，有误的请改正后再导入"
                self.run.warn(line.row, "begins", "leave.overlaps", advice)
            earlier.append(span)

    def _fill_in_return(self, line: _Line, kept: LeaveRequest, changed: list[LeaveRequest]) -> None:
        """A leave decided in the system stays as decided; the ledger may only add the return."""
        if kept.state == LeaveRequest.State.PENDING:
            advice = "系统里这次请假还在等审批：请先在系统里批准，再导入台账"
            self.run.refuse(line.row, "begins", "leave.pending", advice)
        elif span_of(kept) != line.cells.span:
            advice = f"与系统里已批准的请假不一样（到 {kept.ends_on} {kept.get_ends_half_display()}）：请核对结束时间"
            self.run.refuse(line.row, "ends", "leave.conflict", advice)
        elif kept.returned_on is None and line.cells.returned_on:
            said = {"returned_on": line.cells.returned_on}
            self.run.judged(line.row, CHANGED, field_changes(LeaveRequest, {"returned_on": None}, said))
            kept.returned_on = line.cells.returned_on
            changed.append(kept)
        else:
            self.run.judged(line.row, SAME)

    def _take_over(self, leave: LeaveRequest, line: _Line, counted: "_Counting", *, known: bool) -> bool:
        """Make a leave say what the ledger says; a blank cell leaves what is known. Whether anything changed."""
        cells = line.cells
        said = {
            "kind": cells.kind,
            "ends_on": cells.span.ends_on,
            "ends_half": cells.span.ends_half,
            "approver_name": cells.approver or leave.approver_name,
            "reason": cells.reason or leave.reason,
            "destination": cells.destination or leave.destination,
            "returned_on": cells.returned_on or leave.returned_on,
        }
        before = {name: getattr(leave, name) for name in said}
        if known and before == said:
            self.run.judged(line.row, SAME)
            return False
        changes = field_changes(LeaveRequest, before, said) if known else ()
        self.run.judged(line.row, CHANGED if known else NEW, changes)
        said["days"], said["counted_days"] = counted.of(line)
        for name, value in said.items():
            setattr(leave, name, value)
        return True


class _Counting:
    """Lengths of imported leaves: policies and calendars are read once for each village."""

    def __init__(self, run: PeopleImport, lines: list[_Line]) -> None:
        self._policies = leave_book(run.unit.path)
        self._spans: dict[int, list[Span]] = defaultdict(list)
        for line in lines:
            self._spans[line.posting.cadre_id].append(line.cells.span)
        first = min((line.cells.span.begins_on for line in lines), default=localdate(run.at))
        last = max((line.cells.span.ends_on for line in lines), default=first)
        self._days = RequiredDays(run.unit, first, last)

    def of(self, line: _Line):
        """(days, days counted together with the ledger's adjoining leaves)."""
        span, path = line.cells.span, line.posting.village.path
        rules = self._policies.at(path, span.begins_on).rules
        required = self._days.at(path)
        others = [other for other in self._spans[line.posting.cadre_id] if other != span and not other.overlaps(span)]
        return counted_days(span, rules.count, required), judged_days(span, others, rules.count, required)


def _stored(lines: list[_Line]) -> list[LeaveRequest]:
    """Pending and approved leaves of these people at the ledger's times."""
    if not lines:
        return []
    rows = LeaveRequest.objects.select_for_update(of=("self",)).filter(
        posting__cadre_id__in={line.posting.cadre_id for line in lines},
        begins_on__lte=max(line.cells.span.ends_on for line in lines),
        ends_on__gte=min(line.cells.span.begins_on for line in lines),
        state__in=JOINS,
    )
    return list(rows.select_related("posting").order_by("pk"))


def _half_day(row: Row, key: str) -> HalfDay:
    if row[key] is None:
        raise Invalid("required", "没有填写：请写明请假的起止时间")
    return parse_half_day(row[key], end=key == "ends", epoch_1904=row.table.epoch_1904)


def _both(row: Row) -> tuple[HalfDay, HalfDay]:
    """2026年11月2日上午 至 11月4日下午; one day alone is both ends, and the year need not be written twice."""
    text = as_text(row["span"])
    if not text.strip():
        raise Invalid("required", "没有填写：请写明请假的起止时间")
    first, *rest = _UNTIL.split(text, maxsplit=1)
    last = rest[0].strip() if rest else first
    begins = parse_half_day(first, end=False, epoch_1904=row.table.epoch_1904)
    if _WITHOUT_YEAR.match(last):
        last = f"{begins.day.year}年{last}"
    return begins, parse_half_day(last, end=True, epoch_1904=row.table.epoch_1904)


def _kind(cell: object) -> str:
    text = bare(as_text(cell))
    if text not in KINDS:
        raise Invalid("choice.unknown", f"不是请假类别：请改为{'、'.join(label for _, label in Kind.choices)}中的一个")
    return KINDS[text]
