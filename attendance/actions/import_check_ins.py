"""Phone check-ins exported from DingTalk, WeCom or any app (contracts.md, Check-ins)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from attendance.actions.check_in import wgs84
from attendance.geofence import GCJ02, WGS84
from attendance.models import CheckIn
from attendance.moments import MOMENT_ADVICE, local, parse_clock, parse_moment, utc_text
from attendance.punch_columns import (
    CHECK_INS,
    NO_PUNCH,
    NOTHING,
    SHIFTS,
    Layout,
    clocks_in,
    first_day,
    grid_days,
    layout_of,
)
from attendance.refusals import BadCoordinates
from cadres.actions.table_import import BATCH, NEW, SAME, Order, PeopleImport, run_import
from cadres.models import Posting
from cadres.people_named import Person
from cadres.roster import dates
from cadres.roster.errors import Invalid, UnusableFile
from cadres.roster.reader import Row, Table
from cadres.roster.report import ImportReport
from cadres.roster.text import as_text, bare, prose, tidy
from townships.periods import business_day

#: How apps name the two datums.
DATUMS = {"WGS84": WGS84, "WGS-84": WGS84, "GPS": WGS84, "GCJ02": GCJ02, "GCJ-02": GCJ02, "火星坐标": GCJ02, "": GCJ02}
_WEEKDAY = re.compile(r"\(?(?:星期|周)[一二三四五六日天]\)?")
_SHORT_YEAR = re.compile(r"\d{2}[-./]\d{1,2}[-./]\d{1,2}")


def import_check_ins(**order) -> ImportReport:
    """Bring check-ins in (arguments: `Order`), from any layout of `punch_columns`.

    One of the same person and moment is there once; missing punches are counted and left out, and so are, with a
    warning for each person, those outside the person's posting or in the future. Where a file holds single records,
    its sheets of days and sums say nothing more and are left out.
    """
    return run_import(
        Order(**order),
        columns=CHECK_INS,
        capability="manage_evidence",
        act="check_ins.imported",
        take=lambda run: _CheckInImport(run).take(),
        make=PeopleImport,
    )


@dataclass
class _Punch:
    """One check-in as a row says it, judged by itself."""

    moment: datetime
    day: date
    minute: int
    latitude: float | None = None
    longitude: float | None = None
    datum: str = ""
    accuracy_m: float | None = None
    place: str = ""


@dataclass
class _Cells:
    """What one row says: a punch, or all those of a day or of a month."""

    punches: list[_Punch]

    @property
    def days(self) -> tuple[date, date]:
        days = [punch.day for punch in self.punches]
        return min(days), max(days)


class _CheckInImport:
    def __init__(self, run: PeopleImport) -> None:
        self.run = run
        self.missing: list[Row] = []
        self.left_out: dict[tuple[str, str], list[Row]] = {}
        self.layouts: dict[Table, Layout] = {}
        self.grids: dict[Table, dict[int, date]] = {}
        self.has_times = False

    def take(self) -> None:
        self._choose_tables()
        if self.run.report.errors:
            return
        self.has_times = _has_times(self.run)
        found: list[tuple[Row, CheckIn]] = []
        for row, person, cells in self.run.rows(self._cells):
            found.extend((row, self._check_in(*one)) for one in self._within_posting(row, person, cells))
        self._warn()
        self._write([(row, one) for row, one in found if not self.run.is_refused(row)])

    def _within_posting(self, row: Row, person: Person, cells: _Cells) -> Iterator[tuple[Posting, _Punch]]:
        for punch in cells.punches:
            posting = person.posting_on(punch.day)
            if posting is None:
                self.run.leave_out(row, f"{person.name}这一天不在驻村期内")
                self.left_out.setdefault((person.name, "posting.not_active"), []).append(row)
            elif punch.moment > self.run.at:
                self.run.leave_out(row, "时间还没有到")
                self.left_out.setdefault((person.name, "date.future"), []).append(row)
            else:
                yield posting, punch

    # ---- tables

    def _choose_tables(self) -> None:
        """The tables that say most: records before grids before days; sums hold no time at all."""
        reading = self.run.reading
        self.layouts = {table: layout_of(table.header, (table.sheet or "", *table.above)) for table in reading.tables}
        order = [layout for layout in (Layout.RECORDS, Layout.GRID, Layout.DAYS) if layout in self.layouts.values()]
        if not order:
            advice = "月度汇总里没有打卡时间：请在钉钉导出“原始记录”或“打卡时间”后重新上传"
            self.run.report.errors.append(UnusableFile("file.no_header", advice).problem)
            return
        for table in [table for table in reading.tables if self.layouts[table] is not order[0]]:
            if table.rows:
                advice = f"工作表“{table.sheet}”里的打卡在别的表里更详细，没有导入：不用处理"
                self.run.report.warnings.append(UnusableFile("sheet.skipped", advice, sheet=table.sheet).problem)
            reading.tables.remove(table)
        for table in reading.tables:
            if self.layouts[table] is Layout.GRID:
                self._date_the_grid(table)

    def _date_the_grid(self, table: Table) -> None:
        begins = first_day([*reversed(table.above), table.sheet or "", self.run.filename])
        days = begins and grid_days(table.header, begins)
        if days:
            self.grids[table] = days
            return
        advice = "看不出各列是哪一天：请保留导出文件最上面写有“统计日期”的标题行，不要增删日期列，再重新上传"
        self.run.report.errors.append(UnusableFile("month.missing", advice, sheet=table.sheet).problem)

    # ---- judging

    def _cells(self, row: Row) -> _Cells | None:
        layout = self.layouts[row.table]
        try:
            if layout is Layout.GRID:
                punches = list(self._of_month(row))
            elif layout is Layout.DAYS:
                punches = list(self._of_day(row))
            else:
                punches = self._record(row)
        except Invalid as invalid:
            self.run.refuse(row, "day" if row.table.has("day") else "moment", invalid.code, invalid.advice)
            return None
        if punches is not None and not punches:
            self.missing.append(row)
            self.run.leave_out(row, "没有打卡（缺卡、未打卡、补卡等）")
        return _Cells(punches) if punches else None

    def _of_month(self, row: Row) -> Iterator[_Punch]:
        for index, day in self.grids[row.table].items():
            if index < len(row.cells):
                yield from _on(day, row.cells[index])

    def _of_day(self, row: Row) -> Iterator[_Punch]:
        table = row.table
        day = _day(row["day" if table.has("day") else "moment"], epoch_1904=table.epoch_1904)
        if table.has("times"):
            yield from _on(day, row["times"])
            return
        for shift in SHIFTS:
            if not NO_PUNCH.search(bare(as_text(row[f"{shift}:result"]))):
                yield from _on(day, row[f"{shift}:time"])

    def _record(self, row: Row) -> list[_Punch] | None:
        """One punch; none where nobody punched; None where the row was refused."""
        written = bare(as_text(row["moment"]))
        outcome = bare(as_text(row["outcome"]))
        nothing = row.table.has("moment") and row["moment"] is None
        if _says_nothing(written) or (outcome and (nothing or NO_PUNCH.search(outcome))):
            return []
        key = "moment" if row.table.has("moment") else "day"
        try:
            moment = self._moment(row)
            key = "longitude" if row.table.has("longitude") else "latitude"
            latitude, longitude, datum = self._point(row)
            key = "accuracy"
            accuracy = _number(row[key])
        except Invalid as invalid:
            self.run.refuse(row, key, invalid.code, invalid.advice)
            return None
        except BadCoordinates:
            self.run.refuse(
                row, key, "coordinates.invalid", "经纬度不完整或超出范围：请核对经度和纬度两列，没有的都留空"
            )
            return None
        place = prose(as_text(row["place"]))[:200]
        return [_Punch(moment, *business_day(moment), latitude, longitude, datum, accuracy, place)]

    def _moment(self, row: Row) -> datetime:
        cell = row["moment"]
        if cell is None and row.table.has("moment"):
            raise Invalid("required", "没有填写：请写明打卡时间，没有打卡的行请删去")
        if row["day"] is None:
            return self._single(row, cell)
        day = _day(row["day"], epoch_1904=row.table.epoch_1904)
        if cell is None:
            return self._single(row, row["day"])
        try:
            return local(day, time(0)) + parse_clock(cell)
        except Invalid:
            return parse_moment(cell, epoch_1904=row.table.epoch_1904)

    def _single(self, row: Row, cell: object) -> datetime:
        # A spreadsheet gives a check-in at midnight as a bare date; without real times beside it, it is only a date.
        if type(cell) is date and self.has_times:
            return local(cell, time(0))
        return parse_moment(cell, epoch_1904=row.table.epoch_1904)

    def _point(self, row: Row) -> tuple[float | None, float | None, str]:
        written = bare(as_text(row["datum"])).upper()
        datum = DATUMS.get(written)
        if datum is None:
            raise Invalid("choice.unknown", "坐标系只认 GCJ02 和 WGS84：请改正坐标系一列")
        latitude, longitude = wgs84(_number(row["latitude"]), _number(row["longitude"]), datum)
        return latitude, longitude, datum if latitude is not None else ""

    # ---- writing

    def _check_in(self, posting: Posting, punch: _Punch) -> CheckIn:
        return CheckIn(
            posting=posting,
            client_id=f"import:{posting.pk}:{utc_text(punch.moment)}",
            made_at=punch.moment,
            received_at=self.run.at,
            day=punch.day,
            minute=punch.minute,
            latitude=punch.latitude,
            longitude=punch.longitude,
            datum=punch.datum,
            accuracy_m=punch.accuracy_m,
            place=punch.place,
            source=CheckIn.Source.IMPORT,
            recorded_by=self.run.actor,
        )

    def _write(self, found: list[tuple[Row, CheckIn]]) -> None:
        known = _known([one for _, one in found])
        fresh = []
        for row, one in found:
            moment = one.posting_id, one.made_at.replace(microsecond=0)
            self.run.judged(row, SAME if moment in known else NEW)
            if moment not in known:
                known.add(moment)
                fresh.append(one)
        CheckIn.objects.bulk_create(fresh, batch_size=BATCH)

    def _warn(self) -> None:
        advice = {
            "posting.not_active": "不在驻村期内，没有导入：请核对派驻起止时间",
            "date.future": "时间还没有到，没有导入：请核对手机或导出文件的时间",
        }
        for (name, code), rows in self.left_out.items():
            self.run.warn(rows[0], "moment", code, f"起{name}有 {len(rows)} 条打卡{advice[code]}")
        if self.missing:
            note = f"起有 {len(self.missing)} 行没有打卡（缺卡、未打卡、补卡等），没有导入：不用处理"
            first = self.missing[0]
            # Of the whole file: the single rows are shown as left out.
            self.run.report.warnings.append(first.table.problem("check_in.missing", note, row=first.number, key=None))


def _says_nothing(written: str) -> bool:
    """-- or 未打卡 in the place of a time; a blank cell is another matter."""
    return bool(written) and (written in NOTHING or NO_PUNCH.fullmatch(written) is not None)


def _on(day: date, cell: object) -> Iterator[_Punch]:
    for clock in clocks_in(cell):
        moment = local(day, time(0)) + clock.since_midnight
        yield _Punch(moment, *business_day(moment))


def _has_times(run: PeopleImport) -> bool:
    """Whether the column of moments holds real spreadsheet times."""
    return any(isinstance(row["moment"], datetime) for row in run.reading.rows)


def _known(rows: list[CheckIn]) -> set[tuple[int, datetime]]:
    """Moments, to the second, at which these people have a check-in already, however it came in."""
    if not rows:
        return set()
    stored = CheckIn.objects.filter(
        posting_id__in={row.posting_id for row in rows},
        made_at__gte=min(row.made_at for row in rows),
        made_at__lt=max(row.made_at for row in rows) + timedelta(seconds=1),
    )
    made = stored.order_by().values_list("posting_id", "made_at")
    return {(posting, moment.replace(microsecond=0)) for posting, moment in made}


def _day(cell: object, *, epoch_1904: bool) -> date:
    """A date that may carry its weekday or a short year: `26-10-06 星期二` is how DingTalk writes it."""
    if isinstance(cell, str):
        cell = _WEEKDAY.sub("", tidy(cell)).strip()
        if _SHORT_YEAR.fullmatch(cell):
            cell = f"20{cell}"
    written = dates.date(cell, epoch_1904=epoch_1904)
    if not written:
        raise Invalid("date.invalid", MOMENT_ADVICE)
    return date.fromisoformat(written)


def _number(cell: object) -> float | None:
    if isinstance(cell, int | float):
        return float(cell)
    text = bare(as_text(cell)).rstrip("°米mM")
    if not text or text in {"-", "—", "无"}:
        return None
    try:
        return float(text)
    except ValueError:
        raise Invalid("number.invalid", "不是数字：请写成 108.3201 这样的小数，没有的留空") from None
