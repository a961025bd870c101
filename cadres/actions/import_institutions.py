"""Bring a directory of dispatching and sponsoring institutions in."""

from dataclasses import dataclass

from django.db.models import Q

from cadres.actions.table_import import BATCH, CHANGED, NEW, SAME, Order, TableImport, field_changes, run_import
from cadres.roster.directory_columns import INSTITUTIONS, words
from cadres.roster.errors import Invalid
from cadres.roster.reader import Row
from cadres.roster.report import ImportReport
from cadres.unit_names import UnitNames
from townships.history import keep_history
from townships.models import Institution
from townships.receipts import Receipt, change_of

_NAMES_ASKED = 5_000


def import_institutions(**order) -> ImportReport:
    """Create the institutions of a file, and bring contact and telephone up to date (arguments: `Order`).

    An institution is known by its name at its unit, without regard to blanks; 所属单位 left blank is the unit chosen.
    A blank cell leaves what is stored. The right is manage_institutions.
    """
    return run_import(
        Order(**order),
        columns=INSTITUTIONS,
        capability="manage_institutions",
        act="institutions.imported",
        take=_take,
    )


@dataclass(eq=False)
class _Line:
    row: Row
    unit_id: int
    name: str
    said: dict[str, str]

    @property
    def place(self) -> tuple[int, str]:
        return self.unit_id, "".join(self.name.split())


def _take(run: TableImport) -> None:
    units = UnitNames(run.unit)
    lines: dict[tuple[int, str], _Line] = {}
    for row in run.every_row():
        line = _line(run, row, units)
        if line is None:
            continue
        earlier = lines.setdefault(line.place, line)
        if earlier is not line:
            run.refuse(row, "name", "duplicate.row", f"与第 {earlier.row.number} 行是同一个单位：请只保留一行")
    _write(run, list(lines.values()))


def _line(run: TableImport, row: Row, units: UnitNames) -> _Line | None:
    found = {}
    for key in ("name", "contact", "phone"):
        try:
            found[key] = words(key, row[key])
        except Invalid as invalid:
            run.refuse(row, key, invalid.code, invalid.advice)
    try:
        unit = units.find(row["unit"])
    except Invalid as invalid:
        run.refuse(row, "unit", invalid.code, invalid.advice)
    if not found.get("name", "?"):
        run.refuse(row, "name", "required", "没有填写：请补上后重新上传")
    if run.is_refused(row):
        return None
    said = {key: found[key] for key in ("contact", "phone") if found[key]}
    return _Line(row, unit.pk, found["name"], said)


def _write(run: TableImport, lines: list[_Line]) -> None:
    stored = _stored(lines)
    fresh, changed = [], []
    for line in lines:
        kept = stored.get(line.place)
        if kept is None:
            made = Institution(unit_id=line.unit_id, name=line.name, normalised_name=line.place[1], **line.said)
            fresh.append((line, made))
            continue
        before = {name: getattr(kept, name) for name in line.said}
        after = {name: value for name, value in line.said.items() if value != before[name]}
        if not after:
            run.judged(line.row, SAME)
            continue
        run.judged(line.row, CHANGED, field_changes(Institution, before, after), [change_of(kept, after)])
        for name, value in after.items():
            setattr(kept, name, value)
        changed.append(kept)
    note = run.note("导入单位名录")
    Institution.objects.bulk_create([made for _, made in fresh], batch_size=BATCH)
    keep_history(Institution, [made.pk for _, made in fresh], change="+", note=note)
    for line, made in fresh:
        run.judged(line.row, NEW, (), [Receipt(Institution._meta.label_lower, made.pk, made=True)])
    Institution.objects.bulk_update(changed, ["contact", "phone"], batch_size=BATCH)
    keep_history(Institution, [one.pk for one in changed], change="~", note=note)


def _stored(lines: list[_Line]) -> dict[tuple[int, str], Institution]:
    names = sorted({line.place[1] for line in lines})
    units = {line.unit_id for line in lines}
    found = {}
    for start in range(0, len(names), _NAMES_ASKED):
        asked = Q(unit_id__in=units, normalised_name__in=names[start : start + _NAMES_ASKED])
        for one in Institution.objects.select_for_update().filter(asked).order_by("pk"):
            found[one.unit_id, one.normalised_name] = one
    return found
