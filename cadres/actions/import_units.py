"""Bring the division codes file in: units and villages below a unit, with their renames."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from cadres.actions.table_import import BATCH, CHANGED, NEW, SAME, Order, TableImport, field_changes, run_import
from cadres.models import Posting
from cadres.roster import dates, unit_columns
from cadres.roster.errors import Invalid
from cadres.roster.reader import Row
from cadres.roster.report import ImportReport
from cadres.roster.unit_columns import UNITS
from townships.actions.create_unit import UnitDraft, create_units
from townships.actions.rename_unit import remember_names
from townships.division_codes import LEVELS, codes_above, level_of
from townships.history import keep_history
from townships.models import AdministrativeUnit, UnitName
from townships.receipts import Receipt, change_of

_CODES_ASKED = 5_000
_FORMS = {
    "code": unit_columns.code,
    "name": unit_columns.unit_name,
    "level": unit_columns.level,
    "parent_code": unit_columns.code,
    "parent": unit_columns.unit_name,
}


def import_units(**order) -> ImportReport:
    """Create the units of a file below the unit, and rename those that are there (arguments: `Order`).

    A unit is known by its division code. Where level or parent are not written the code says them. A unit changes
    level or parent by actions of their own, which carry its people along: a row that says so is refused. A blank cell
    leaves what is stored. The right is manage_units.
    """
    return run_import(
        Order(**order),
        columns=UNITS,
        capability="manage_units",
        act="units.imported",
        take=lambda run: _UnitImport(run).take(),
    )


@dataclass(eq=False)
class _Line:
    """A row in normal form, and the unit that it names, if there is one."""

    row: Row
    code: str
    name: str
    level: str
    parent_code: str
    parent_name: str
    begins: date | None
    ends: date | None
    draft: UnitDraft | None = None

    @property
    def rank(self) -> int:
        return LEVELS.index(self.level)


class _UnitImport:
    def __init__(self, run: TableImport) -> None:
        self.run = run
        self.lines: list[_Line] = []
        self.by_code: dict[str, _Line] = {}
        self.stored: dict[str, AdministrativeUnit] = {}
        self.drafts: dict[str, UnitDraft] = {}
        self._lived_in: set[int] | None = None
        self.renamed: dict[int, str] = {}

    def take(self) -> None:
        for row in self.run.every_row():
            if line := self._line(row):
                self.lines.append(line)
        self._load()
        # Parents before children, however the file is sorted.
        for line in sorted(self.lines, key=lambda line: line.rank):
            if line.code in self.stored:
                self._compare(line, self.stored[line.code])
            elif line.code in self.former and self._is_inside(self.former[line.code]):
                now = self.former[line.code]
                advice = f"是{now.name}以前的代码，现在是 {now.division_code}：请改用现在的代码"
                self.run.refuse(line.row, "code", "unit.recoded", advice)
            else:
                self._draft(line)
        self._warn_of_namesakes()
        self._write()

    # ---- reading

    def _line(self, row: Row) -> _Line | None:
        found, faulty = {}, False
        for key, form in _FORMS.items():
            try:
                found[key] = form(row[key])
            except Invalid as invalid:
                faulty = True
                self.run.refuse(row, key, invalid.code, invalid.advice)
        days = {key: self._day(row, key) for key in ("begins", "ends")}
        for key in ("code", "name"):
            if not found.get(key, "?"):
                self.run.refuse(row, key, "required", "没有填写：请补上后重新上传")
        if faulty or self.run.is_refused(row):
            return None
        line = _Line(row, found["code"], found["name"], found["level"] or level_of(found["code"]),
                     found["parent_code"], found["parent"], days["begins"], days["ends"])  # fmt: skip
        return line if self._is_first(line) else None

    def _day(self, row: Row, key: str) -> date | None:
        try:
            written = dates.end_date(row[key], epoch_1904=row.table.epoch_1904)
        except Invalid as invalid:
            self.run.refuse(row, key, invalid.code, invalid.advice)
            return None
        return date.fromisoformat(written) if written else None

    def _is_first(self, line: _Line) -> bool:
        earlier = self.by_code.setdefault(line.code, line)
        if earlier is not line:
            self.run.refuse(
                line.row, "code", "duplicate.row", f"与第 {earlier.row.number} 行是同一个区划代码：请只保留一行"
            )
        return earlier is line

    def _load(self) -> None:
        """Every stored unit that the file names, itself or as a parent; one query a chunk, and one for the subtree."""
        wanted = set(self.by_code)
        for line in self.lines:
            wanted |= {line.parent_code, *codes_above(line.code)}
        codes = sorted(wanted - {""})
        for start in range(0, len(codes), _CODES_ASKED):
            some = AdministrativeUnit.objects.filter(division_code__in=codes[start : start + _CODES_ASKED])
            self.stored |= {unit.division_code: unit for unit in some.select_related("parent").order_by()}
        self.former: dict[str, AdministrativeUnit] = {}
        for start in range(0, len(codes), _CODES_ASKED):
            names = UnitName.objects.filter(division_code__in=codes[start : start + _CODES_ASKED])
            names = names.filter(taken_up_at__isnull=False).select_related("unit").order_by("pk")
            self.former |= {name.division_code: name.unit for name in names}
        self._by_name: dict[str, list] = defaultdict(list)
        if any(line.parent_name and not line.parent_code for line in self.lines):
            for unit in AdministrativeUnit.objects.within(self.run.unit).order_by("path"):
                self._by_name[unit.name].append(unit)

    # ---- judging

    def _is_inside(self, unit: AdministrativeUnit) -> bool:
        return unit.path.startswith(self.run.unit.path)

    def _compare(self, line: _Line, unit: AdministrativeUnit) -> None:
        """A unit that is there: its name and its dates may change."""
        refusal = self._why_not(line, unit)
        if refusal:
            self.run.refuse(line.row, *refusal)
            return
        after = {"name": line.name}
        after |= {key: getattr(line, key) for key in ("begins", "ends") if getattr(line, key) is not None}
        begins, ends = after.get("begins", unit.begins), after.get("ends", unit.ends)
        if begins and ends and ends <= begins:
            self.run.refuse(line.row, "ends", "date.invalid", "不晚于启用日期：请核对两个日期后改正")
            return
        before = {name: getattr(unit, name) for name in after}
        after = {name: value for name, value in after.items() if before[name] != value}
        if not after:
            self.run.judged(line.row, SAME)
            return
        if after.get("ends") and self._is_lived_in(unit, after["ends"]):
            advice = "那天还有下级单位或在派人员：请在这个单位的“沿革”里办理撤销或合并，人员去向一起定"
            self.run.refuse(line.row, "ends", "unit.lived_in", advice)
            return
        self.run.judged(line.row, CHANGED, field_changes(AdministrativeUnit, before, after), [change_of(unit, after)])
        if "name" in after:
            self.renamed[unit.pk] = unit.name
        for name, value in after.items():
            setattr(unit, name, value)

    def _why_not(self, line: _Line, unit: AdministrativeUnit) -> tuple[str, str, str] | None:
        if not self._is_inside(unit):
            return "code", "unit.elsewhere", f"已登记为{self.run.unit.name}以外的单位：请核对区划代码"
        if line.row["level"] is not None and line.level != unit.level:
            advice = f"与已登记的层级“{unit.get_level_display()}”不同：改层级请在行政单位里办理"
            return "level", "unit.level_differs", advice
        parent = unit.parent
        differs = line.parent_code and (parent is None or parent.division_code != line.parent_code)
        differs = differs or (line.parent_name and parent is not None and parent.name != line.parent_name)
        if differs:
            where = parent.name if parent else "无上级"
            key = "parent_code" if line.parent_code else "parent"
            return key, "unit.moved", f"与已登记的上级“{where}”不同：换上级请在行政单位里办理，不能用导入改"
        return None

    def _is_lived_in(self, unit: AdministrativeUnit, day: date) -> bool:
        """Whether somebody is posted there, or a unit lies below, on a day; three queries for the whole file."""
        if self._lived_in is None:
            ending = [line for line in self.lines if line.ends is not None and line.code in self.stored]
            last = {self.stored[line.code].pk: line.ends for line in ending}
            open_ended = Q(ends__isnull=True) | Q(ends__gt=min(last.values()))
            posted = Posting.objects.filter(open_ended, village__in=last).values_list("village_id", "ends")
            below = AdministrativeUnit.objects.filter(open_ended, parent__in=last).values_list("parent_id", "ends")
            self._lived_in = {pk for pk, ends in (*posted, *below.order_by()) if ends is None or ends > last[pk]}
        return unit.pk in self._lived_in

    def _draft(self, line: _Line) -> None:
        try:
            parent = self._parent(line)
        except Invalid as invalid:
            key = next((key for key in ("parent_code", "parent") if line.row[key] is not None), "code")
            self.run.refuse(line.row, key, invalid.code, invalid.advice)
            return
        if isinstance(parent, AdministrativeUnit) and parent.ends is not None:
            advice = f"的上级{parent.name}已定停用：请改填接续它的单位"
            self.run.refuse(line.row, "parent_code" if line.parent_code else "code", "parent.ended", advice)
        elif LEVELS.index(parent.level) >= line.rank:
            advice = f"的层级不低于上级{parent.name}：请核对层级、区划代码和上级"
            self.run.refuse(line.row, "level" if line.row["level"] else "code", "unit.level", advice)
        elif line.begins and line.ends and line.ends <= line.begins:
            self.run.refuse(line.row, "ends", "date.invalid", "不晚于启用日期：请核对两个日期后改正")
        else:
            line.draft = UnitDraft(line.code, line.level, line.name, parent, line.begins, line.ends)
            self.drafts[line.code] = line.draft

    def _parent(self, line: _Line) -> AdministrativeUnit | UnitDraft:
        """The parent written, else the nearest unit above by code; in reach, or new in this file."""
        if line.parent_code or not line.parent_name:
            above = [line.parent_code] if line.parent_code else codes_above(line.code)
            found = next((one for code in above if (one := self._known(code)) is not None), None)
        else:
            found = self._named(line.parent_name)
        if found is None:
            refused = next((code for code in codes_above(line.code)[:1] if code in self.by_code), None)
            hint = (
                f"第 {self.by_code[refused].row.number} 行改正后一起导入" if refused else "请先导入上级，或填写上级代码"
            )
            raise Invalid("parent.unknown", f"在{self.run.unit.name}找不到上级单位：{hint}")
        return found

    def _known(self, code: str) -> AdministrativeUnit | UnitDraft | None:
        unit = self.stored.get(code)
        if unit is not None:
            return unit if self._is_inside(unit) else None
        return self.drafts.get(code)

    def _named(self, name: str) -> AdministrativeUnit | UnitDraft | None:
        found = [*self._by_name[name], *(draft for draft in self.drafts.values() if draft.name == name)]
        if len(found) > 1:
            raise Invalid("parent.ambiguous", f"有 {len(found)} 个单位都叫这个名称：请填写上级代码")
        return found[0] if found else None

    def _warn_of_namesakes(self) -> None:
        """Two children of one name: mostly one unit under two codes."""
        fresh = [line for line in self.lines if line.draft is not None]
        parents = {line.draft.parent.pk for line in fresh if isinstance(line.draft.parent, AdministrativeUnit)}
        siblings = AdministrativeUnit.objects.filter(parent__in=parents).order_by()
        taken = {(parent, name): code for parent, name, code in siblings.values_list("parent", "name", "division_code")}
        for line in fresh:
            parent = line.draft.parent
            place = getattr(parent, "pk", None) or id(parent), line.name
            if place in taken:
                advice = f"与{parent.name}已有的单位(代码 {taken[place]})同名：请核对是不是同一个单位换了代码"
                self.run.warn(line.row, "name", "unit.same_name", advice)
            taken.setdefault(place, line.code)

    # ---- writing

    def _write(self) -> None:
        note = self.run.note("导入区划代码表")
        fresh = [line for line in self.lines if line.draft is not None]
        create_units(drafts=[line.draft for line in fresh], actor=self.run.actor, note=note)
        for line in fresh:
            receipt = Receipt(AdministrativeUnit._meta.label_lower, line.draft.made.pk, made=True)
            self.run.judged(line.row, NEW, (), [receipt])
        changed = [self.stored[line.code] for line in self.lines if self.run.kind_of(line.row) == CHANGED]
        remember_names([(unit, self.renamed[unit.pk]) for unit in changed if unit.pk in self.renamed])
        AdministrativeUnit.objects.bulk_update(changed, ["name", "begins", "ends"], batch_size=BATCH)
        keep_history(AdministrativeUnit, [unit.pk for unit in changed], change="~", note=note)
