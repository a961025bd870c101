"""Phone check-ins exported from DingTalk, WeCom or any app (contracts.md, Check-ins)."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time

from attendance.actions.check_in import wgs84
from attendance.actions.evidence_import import BATCH, NEW, SAME, EvidenceImport, run_import
from attendance.columns import CHECK_INS
from attendance.geofence import GCJ02, WGS84
from attendance.models import CheckIn
from attendance.moments import MOMENT_ADVICE, local, parse_clock, parse_moment, utc_text
from attendance.refusals import BadCoordinates
from cadres.models import Posting
from cadres.roster import dates
from cadres.roster.errors import Invalid
from cadres.roster.reader import Row
from cadres.roster.report import ImportReport
from cadres.roster.text import as_text, bare, tidy
from townships.models import AdministrativeUnit, User
from townships.periods import business_day

#: What apps write beside a time at which nobody punched: the time it was due (缺卡), or granted afterwards (补卡).
NO_PUNCH = re.compile("缺卡|未打卡|未签到|补卡|无效")
#: How apps name the two datums.
DATUMS = {"WGS84": WGS84, "WGS-84": WGS84, "GPS": WGS84, "GCJ02": GCJ02, "GCJ-02": GCJ02, "火星坐标": GCJ02, "": GCJ02}
_WEEKDAY = re.compile(r"\(?(?:星期|周)[一二三四五六日天]\)?")
_SHORT_YEAR = re.compile(r"\d{2}[-./]\d{1,2}[-./]\d{1,2}")


def import_check_ins(
    *, unit: AdministrativeUnit, content: bytes, filename: str, actor: User | None = None, dry_run: bool = False
) -> ImportReport:
    """Bring check-ins in. One of the same person and moment is there once; missing punches are counted and left out.

    Those outside the person's posting or in the future are left out with a warning for each person.
    """
    return run_import(
        unit=unit,
        content=content,
        filename=filename,
        columns=CHECK_INS,
        act="check_ins.imported",
        take=lambda run: _CheckInImport(run).take(),
        actor=actor,
        dry_run=dry_run,
    )


@dataclass
class _Cells:
    """What one row says, judged by itself."""

    moment: datetime
    day: date
    minute: int
    latitude: float | None
    longitude: float | None
    datum: str
    accuracy_m: float | None
    place: str

    @property
    def days(self) -> tuple[date, date]:
        return self.day, self.day


class _CheckInImport:
    def __init__(self, run: EvidenceImport) -> None:
        self.run = run
        self.missing = 0
        self.left_out: dict[tuple[str, str], list[Row]] = {}
        self.has_times = _has_times(run)

    def take(self) -> None:
        rows: list[CheckIn] = []
        for row, person, cells in self.run.rows(self._cells):
            posting = person.posting_on(cells.day)
            if posting is None:
                self.left_out.setdefault((person.name, "posting.not_active"), []).append(row)
            elif cells.moment > self.run.at:
                self.left_out.setdefault((person.name, "date.future"), []).append(row)
            else:
                rows.append(self._check_in(posting, cells))
        self._warn()
        if not self.run.report.errors:
            self._write(rows)

    # ---- judging

    def _cells(self, row: Row) -> _Cells | None:
        outcome = bare(as_text(row["outcome"]))
        untimed = row.table.has("moment") and row["moment"] is None
        if outcome and (untimed or NO_PUNCH.search(outcome)):
            self.missing += 1
            return None
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
        day, minute = business_day(moment)
        place = tidy(as_text(row["place"]))[:200]
        return _Cells(moment, day, minute, latitude, longitude, datum, accuracy, place)

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

    def _check_in(self, posting: Posting, cells: _Cells) -> CheckIn:
        return CheckIn(
            posting=posting,
            client_id=f"import:{posting.pk}:{utc_text(cells.moment)}",
            made_at=cells.moment,
            received_at=self.run.at,
            day=cells.day,
            minute=cells.minute,
            latitude=cells.latitude,
            longitude=cells.longitude,
            datum=cells.datum,
            accuracy_m=cells.accuracy_m,
            place=cells.place,
            source=CheckIn.Source.IMPORT,
            recorded_by=self.run.actor,
        )

    def _write(self, rows: list[CheckIn]) -> None:
        known = _known(rows)
        fresh = []
        for row in rows:
            moment = row.posting_id, row.made_at
            self.run.count(SAME if moment in known else NEW)
            if moment not in known:
                known.add(moment)
                fresh.append(row)
        CheckIn.objects.bulk_create(fresh, batch_size=BATCH)

    def _warn(self) -> None:
        advice = {
            "posting.not_active": "不在驻村期内，没有导入：请核对派驻起止时间",
            "date.future": "时间还没有到，没有导入：请核对手机或导出文件的时间",
        }
        for (name, code), rows in self.left_out.items():
            self.run.warn(rows[0], "moment", code, f"起{name}有 {len(rows)} 条打卡{advice[code]}")
        if self.missing:
            note = f"有 {self.missing} 行没有打卡（缺卡、未打卡、补卡等），没有导入：不用处理"
            self.run.warn(next(iter(self.run.reading.rows)), None, "check_in.missing", note)


def _has_times(run: EvidenceImport) -> bool:
    """Whether the column of moments holds real spreadsheet times."""
    return any(isinstance(row["moment"], datetime) for row in run.reading.rows)


def _known(rows: list[CheckIn]) -> set[tuple[int, datetime]]:
    """Moments at which these people have a check-in already, however it came in."""
    if not rows:
        return set()
    stored = CheckIn.objects.filter(
        posting_id__in={row.posting_id for row in rows},
        made_at__gte=min(row.made_at for row in rows),
        made_at__lte=max(row.made_at for row in rows),
    )
    return set(stored.order_by().values_list("posting_id", "made_at"))


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
