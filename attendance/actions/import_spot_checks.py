"""A spot-check ledger (抽查台账, contracts.md)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from attendance.columns import SPOT_CHECKS
from attendance.models import CheckMethod, SpotCheckResult
from attendance.moments import half_of, parse_moment
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
from cadres.roster.errors import Invalid
from cadres.roster.judging import Change
from cadres.roster.reader import Row
from cadres.roster.report import ImportReport
from cadres.roster.text import as_text, bare, prose, tidy

#: What our own list says of findings that no longer count.
SUPERSEDED = "已被取代"
METHODS = {
    "实地": CheckMethod.ONSITE,
    "现场": CheckMethod.ONSITE,
    "实地抽查": CheckMethod.ONSITE,
    "实地检查": CheckMethod.ONSITE,
    "实地走访": CheckMethod.ONSITE,
    "电话": CheckMethod.PHONE,
    "电话抽查": CheckMethod.PHONE,
    "视频": CheckMethod.VIDEO,
    "视频抽查": CheckMethod.VIDEO,
    "视频连线": CheckMethod.VIDEO,
}
FINDINGS = {
    "在岗": SpotCheckResult.Finding.PRESENT,
    "在村": SpotCheckResult.Finding.PRESENT,
    "不在岗": SpotCheckResult.Finding.ABSENT,
    "不在村": SpotCheckResult.Finding.ABSENT,
    "缺岗": SpotCheckResult.Finding.ABSENT,
    "脱岗": SpotCheckResult.Finding.ABSENT,
    "请假": SpotCheckResult.Finding.LEAVE,
    "公差": SpotCheckResult.Finding.OFFICIAL_TRIP,
    "出差": SpotCheckResult.Finding.OFFICIAL_TRIP,
}


def import_spot_checks(**order) -> ImportReport:
    """Bring findings in (arguments: `Order`). A finding of the same person and moment is there once; one that differs
    supersedes it."""
    return run_import(
        Order(**order),
        columns=SPOT_CHECKS,
        capability="manage_evidence",
        act="spot_checks.imported",
        take=_take,
        make=PeopleImport,
    )


@dataclass
class _Cells:
    """What one row says, judged by itself."""

    moment: datetime
    method: str
    finding: str

    @property
    def days(self) -> tuple[date, date]:
        return self.moment.date(), self.moment.date()


def _take(run: PeopleImport) -> None:
    found: dict[tuple[int, datetime], tuple[Row, SpotCheckResult]] = {}
    for row, person, cells in run.rows(lambda row: _cells(run, row)):
        if SUPERSEDED in bare(as_text(row["remark"])):
            run.leave_out(row, "已被取代的结果")
            continue
        posting = person.posting_on(cells.moment.date())
        if posting is None:
            advice = f"{person.name}这一天不在驻村期内，没有导入：请核对派驻起止时间"
            run.warn(row, "moment", "posting.not_active", advice)
            run.leave_out(row, f"{person.name}这一天不在驻村期内")
        elif (posting.pk, cells.moment) in found:
            run.refuse(row, "moment", "duplicate.row", f"与前面{person.name}同一时间的一行重复：请删去其中一行")
        else:
            found[posting.pk, cells.moment] = row, _result(run, row, posting, cells)
    _write(run, found)


def _cells(run: PeopleImport, row: Row) -> _Cells | None:
    key = "moment"
    try:
        if row[key] is None:
            raise Invalid("required", "没有填写：请写明哪天几点抽查")
        moment = parse_moment(row[key], epoch_1904=row.table.epoch_1904)
        if moment > run.at:
            raise Invalid("date.future", "抽查时间还没有到：请核对后改正")
        key = "method"
        method = _choice(row[key], METHODS, "抽查方式", "实地、电话、视频")
        key = "finding"
        finding = _choice(row[key], FINDINGS, "抽查结果", "在岗、不在岗、请假、公差")
    except Invalid as invalid:
        run.refuse(row, key, invalid.code, invalid.advice)
        return None
    return _Cells(moment, method, finding)


def _choice(cell: object, choices: dict, what: str, names: str) -> str:
    text = bare(as_text(cell))
    if not text:
        raise Invalid("required", f"没有填写：请写明{what}（{names}）")
    if text not in choices:
        raise Invalid("choice.unknown", f"不是{what}：请改为{names}中的一个")
    return choices[text]


def _result(run: PeopleImport, row: Row, posting: Posting, cells: _Cells) -> SpotCheckResult:
    return SpotCheckResult(
        posting=posting,
        checked_at=cells.moment,
        day=cells.moment.date(),
        half=half_of(cells.moment),
        minute=cells.moment.hour * 60 + cells.moment.minute,
        method=cells.method,
        finding=cells.finding,
        checker=tidy(as_text(row["checker"]))[:60],
        note=prose(as_text(row["note"]))[:200],
        recorded_by=run.actor,
        on_behalf_of=run.principal,
    )


def _write(run: PeopleImport, found: dict[tuple[int, datetime], tuple[Row, SpotCheckResult]]) -> None:
    stored = {}
    if found:
        moments = [moment for _, moment in found]
        rows = SpotCheckResult.objects.select_for_update().filter(
            posting_id__in={posting for posting, _ in found},
            checked_at__gte=min(moments),
            checked_at__lt=max(moments) + timedelta(seconds=1),
            superseded_at__isnull=True,
        )
        stored = {(row.posting_id, row.checked_at.replace(microsecond=0)): row for row in rows.order_by("pk")}
    outdated, fresh = [], []
    for place, (row, result) in found.items():
        kept = stored.get(place)
        if kept and _says(kept) == _says(result):
            run.judged(row, SAME)
            continue
        run.judged(row, CHANGED if kept else NEW, _changes(kept, result) if kept else ())
        if kept:
            outdated.append(kept.pk)
        fresh.append(result)
    for start in range(0, len(outdated), BATCH):
        SpotCheckResult.objects.filter(pk__in=outdated[start : start + BATCH]).update(
            superseded_at=run.at, supersede_reason=f"重新导入 {run.filename}"[:200]
        )
    SpotCheckResult.objects.bulk_create(fresh, batch_size=BATCH)


def _says(result: SpotCheckResult) -> dict[str, str]:
    return {name: str(getattr(result, name)) for name in ("method", "finding", "checker", "note")}


def _changes(kept: SpotCheckResult, result: SpotCheckResult) -> list[Change]:
    return field_changes(SpotCheckResult, _says(kept), _says(result))
