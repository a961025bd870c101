"""One row of a roster → one person's values, with everything that is wrong about it at once. Pure: no Django."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from cadres.roster import dates, identity
from cadres.roster.errors import Invalid, Problem
from cadres.roster.reader import Reading, Row
from cadres.roster.text import as_text, tidy
from cadres.roster.values import DATE_FORMS, NORMAL_FORMS

REQUIRED = ("name", "id_number", "dispatching_institution", "village", "start_date")


@dataclass(eq=False, slots=True)
class Entry:
    """A row in normal form. `values` has the keys of the filled cells only: a blank cell says nothing."""

    row: Row
    values: dict[str, str] = field(default_factory=dict)
    extra: dict[str, str] = field(default_factory=dict)
    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        """Whether everything required is there; a column that is missing is told once, at the header."""
        return all(key in self.values for key in REQUIRED)

    def refuse(self, code: str, advice: str, key: str) -> None:
        self.errors.append(self._problem(code, advice, key))

    def warn(self, code: str, advice: str, key: str) -> None:
        self.warnings.append(self._problem(code, advice, key))

    def _problem(self, code: str, advice: str, key: str) -> Problem:
        return self.row.table.problem(code, advice, row=self.row.number, key=key, value=self.row[key])


def read_entries(reading: Reading) -> Iterator[Entry]:
    """Every row of every table in normal form; a person's second row is refused as duplicate.row."""
    first_seen: dict[str, Row] = {}
    for row in reading.rows:
        entry = read_entry(row)
        number = entry.values.get("id_number")
        if number:
            earlier = first_seen.setdefault(number, row)
            if earlier is not row:
                entry.refuse("duplicate.row", f"与{_place(earlier, row)}是同一个人：请只保留一行", "id_number")
        yield entry


def _place(earlier: Row, row: Row) -> str:
    sheet = f"工作表“{earlier.table.sheet}”" if earlier.table.sheet != row.table.sheet else ""
    return f"{sheet}第 {earlier.number} 行"


def read_entry(row: Row) -> Entry:
    entry = Entry(row)
    epoch_1904 = row.table.epoch_1904
    for key in row.table.header.keys:
        raw = row[key]
        if raw is None:
            continue
        try:
            value = _normal_form(entry, key, raw, epoch_1904=epoch_1904)
        except Invalid as invalid:
            entry.refuse(invalid.code, invalid.advice, key)
            continue
        if value:
            entry.values[key] = value
    _check_required(entry)
    _trust_the_number(entry)
    _check_order(entry)
    if row.table.header.extras:
        entry.extra = {header: tidy(as_text(cell)) for header, cell in row.extra().items()}
    return entry


def _normal_form(entry: Entry, key: str, raw: object, *, epoch_1904: bool) -> str:
    form = NORMAL_FORMS.get(key)
    if form is not None:
        return form(raw)
    if key == "phone":
        number, several = identity.phone(raw)
        if several:
            entry.warn("phone.multiple", f"有几个号码，已取 {number}：其他号码请另行登记", key)
        return number
    return DATE_FORMS[key](raw, epoch_1904=epoch_1904)


def _check_required(entry: Entry) -> None:
    refused = {problem.column for problem in entry.errors} if entry.errors else ()
    for key in REQUIRED:
        table = entry.row.table
        if key not in entry.values and table.has(key) and table.label(key) not in refused:
            entry.refuse("required", "没有填写：请补上后重新上传", key)


def _trust_the_number(entry: Entry) -> None:
    """Sex and birth month follow the identity number; a cell that says otherwise gets a warning."""
    values = entry.values
    number = values.get("id_number")
    if not number:
        return
    sex, month = identity.sex_of(number), identity.birth_month_of(number)
    if values.get("sex", sex) != sex:
        entry.warn("sex.mismatch", f"与身份证号不符，已按身份证号记为 {sex}：请核对哪个填错了", "sex")
    written = values.get("birth_month", month)
    if written != month and not (written[:4] == month[:4] and month[5:] == "10" and _typed_as_number(entry)):
        advice = f"与身份证号不符，已按身份证号记为 {month}：请核对哪个填错了"
        entry.warn("birth_month.mismatch", advice, "birth_month")
    values["sex"], values["birth_month"] = sex, month


def _typed_as_number(entry: Entry) -> bool:
    return dates.may_be_october(entry.row["birth_month"])


def _check_order(entry: Entry) -> None:
    start, end = entry.values.get("start_date"), entry.values.get("end_date")
    if start and end and end < start:
        entry.refuse("date.invalid", f"早于驻村起始时间 {start}：请核对两个日期后改正", "end_date")
