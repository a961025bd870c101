"""Every kind of table that can be brought in through the import page: one line each.

A kind's function lives in its own app and obeys one signature:

    run(*, unit, content, filename, actor, dry_run, choices, only_good, expected, watch, options) -> ImportReport

`choices` (cadres.roster.choices_made) go to `read_tables`. `only_good` writes the rows without problems and leaves the
others. `expected` is the `fingerprint` of the report that was shown ("" without a preview): judged again under lock, a
report that differs raises `cadres.imports.PreviewOutdated` and nothing is written. `watch(done, total)` is told how far
it is. `options` are the answers to the kind's `asks`. The report's `outcomes` (cadres.roster.report.RowOutcome, in the
order of the file) fill the preview; each outcome's `receipts` (townships.receipts) say what the row wrote and make the
import one that can be taken back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from attendance.actions.import_check_ins import import_check_ins
from attendance.actions.import_leaves import import_leaves
from attendance.actions.import_month_sheet import import_month_sheet
from attendance.actions.import_spot_checks import import_spot_checks
from attendance.actions.import_weekly_sheet import import_weekly_sheet
from attendance.columns import LEAVES, SPOT_CHECKS, WEEKLY_SHEET
from attendance.month_columns import MONTH_SHEET
from attendance.punch_columns import CHECK_INS
from cadres.actions.import_accounts import import_accounts
from cadres.actions.import_institutions import import_institutions
from cadres.actions.import_roster import import_roster
from cadres.actions.import_talks import import_talks
from cadres.actions.import_units import import_units
from cadres.roster.columns import ROSTER, ColumnTable
from cadres.roster.directory_columns import ACCOUNTS, INSTITUTIONS
from cadres.roster.report import ImportReport
from cadres.roster.talk_columns import TALKS
from cadres.roster.unit_columns import UNITS
from townships.access import can
from townships.errors import Refused
from townships.models import AdministrativeUnit, User
from townships.periods import BadPeriod, Month, Week

ASKS: dict[str, tuple[str, str]] = {"week": ("哪一周的考勤表", "week"), "month": ("哪一个月的表", "month")}
"""What a kind may ask besides the file: label and type of the input; the answer arrives as text in `options`."""


@dataclass(frozen=True)
class ImportKind:
    """One kind of table. `noun` counts its rows (写入 23 人). `asks`: what the page asks besides the file (week, month);
    `may_ask`: what may be left blank, because the file mostly says it.

    `streams`: it takes a `sink` (cadres.roster.report.Sink) and then keeps no outcomes.
    `opens` is the route of the list where the result is seen; it takes the unit's code.
    """

    key: str
    label: str
    capability: str
    columns: ColumnTable
    run: Callable[..., ImportReport]
    noun: str = "行"
    asks: tuple[str, ...] = ()
    may_ask: tuple[str, ...] = ()
    opens: str = ""
    note: str = ""
    streams: bool = False


class BadAnswer(Refused):
    code = "import.bad_answer"
    message = "周要写成 2026-W45，月份要写成 2026-10：请改正后再核对。"


def _asking_nothing(run: Callable[..., ImportReport]) -> Callable[..., ImportReport]:
    """An import that needs the file alone."""

    def with_options(*, options: Mapping[str, str], **order) -> ImportReport:
        return run(**order)

    return with_options


def _weekly_sheet(*, options: Mapping[str, str], **order) -> ImportReport:
    return import_weekly_sheet(week=_period(Week, options["week"]), **order)


def _month_sheet(*, options: Mapping[str, str], **order) -> ImportReport:
    month = options.get("month", "")
    return import_month_sheet(month=_period(Month, month) if month else None, **order)


def _period(kind: type[Week | Month], text: str) -> Week | Month:
    try:
        return kind.parse(text)
    except BadPeriod as bad:
        raise BadAnswer from bad


_EVIDENCE = "manage_evidence"
KINDS: tuple[ImportKind, ...] = (
    ImportKind(
        "roster", "花名册", "manage_roster", ROSTER, _asking_nothing(import_roster), noun="人", opens="cadres:people",
        streams=True,
    ),
    ImportKind(
        "weekly_sheet", "周考勤表", _EVIDENCE, WEEKLY_SHEET, _weekly_sheet, noun="人", asks=("week",),
        opens="attendance:sheets", note="再次导入会取代原来的登记。一个文件里可以一个村一张表。",
    ),
    ImportKind(
        "month_sheet", "月考勤表", _EVIDENCE, MONTH_SHEET, _month_sheet, noun="人", may_ask=("month",),
        opens="attendance:grid", note="月份按表的标题；一个村一张表、一张表上几个村都可以。",
    ),
    ImportKind(
        "check_ins", "打卡记录", _EVIDENCE, CHECK_INS, _asking_nothing(import_check_ins), opens="attendance:grid",
        note="钉钉的原始记录、打卡时间、每日统计，企业微信的日报和打卡时间记录，导出后不用改。",
    ),
    ImportKind(
        "leaves", "请假台账", _EVIDENCE, LEAVES, _asking_nothing(import_leaves), noun="次请假", opens="attendance:leaves",
        note="按已在纸上批准记入；补填了销假时间的可以再次导入。",
    ),
    ImportKind(
        "spot_checks", "抽查台账", _EVIDENCE, SPOT_CHECKS, _asking_nothing(import_spot_checks), noun="条抽查结果",
        opens="attendance:spot_checks",
    ),
    ImportKind(
        "talks", "谈话提醒台账", "record_talk", TALKS, _asking_nothing(import_talks), noun="次谈话", opens="cadres:people"
    ),
    ImportKind(
        "units", "区划代码表", "manage_units", UNITS, _asking_nothing(import_units), noun="个单位",
        note="层级和上级可以不写，按区划代码判断；已有的单位只改名称和启用、停用日期。",
    ),
    ImportKind(
        "institutions", "派出和后盾单位名录", "manage_institutions", INSTITUTIONS, _asking_nothing(import_institutions),
        noun="个单位",
    ),
    ImportKind(
        "accounts", "账号和任职", "manage_appointments", ACCOUNTS, _asking_nothing(import_accounts), noun="个任职",
        note="新账号还没有密码：导入后在数据管理的“账号”里选中他们，点“生成初始密码”打印。结束日期是不再任职的第一天。",
    ),
)  # fmt: skip
BY_KEY = {kind.key: kind for kind in KINDS}


def kinds_for(user: User, unit: AdministrativeUnit) -> list[ImportKind]:
    """The kinds of table that a user may bring in at a unit."""
    return [kind for kind in KINDS if can(user, kind.capability, unit)]
