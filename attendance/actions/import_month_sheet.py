"""A typed-in 月考勤表: 姓名 × the days of a month, one table a month, often one sheet or one table a village."""

import re

from attendance.actions.sheet_import import Days, SheetImport
from attendance.month_columns import MONTH_SHEET, month_days, month_of
from cadres.actions.table_import import Order, PeopleImport, run_import
from cadres.roster.headers import header_text
from cadres.roster.reader import Table
from cadres.roster.report import ImportReport
from townships.periods import Month

_UNDER_A_DAY = re.compile(r"(?:星期|周|礼拜)?[一二三四五六日天]|上午|下午|休|假|节")


def import_month_sheet(*, month: Month | None = None, **order) -> ImportReport:
    """Bring in the marks of one month, or of each table's own month (other arguments: `Order`).

    Which month a table is of says its title, the tab, or the file's name; where `month` is given they must agree with
    it. As with weekly sheets, marks that differ supersede; days to come and days without a posting are left out.
    """
    return run_import(
        Order(**order),
        columns=MONTH_SHEET,
        capability="manage_evidence",
        act="sheet.imported",
        take=lambda run: _take(run, month),
        make=PeopleImport,
    )


def _take(run: PeopleImport, wanted: Month | None) -> None:
    def days_of(table: Table) -> Days:
        month = _month(run, table, wanted)
        if month is None:
            advice = "没有写明是哪个月：请在表的标题里写上“2026年10月”这样的年月，或选定是哪一个月的表"
            sheet.refuse_table(table, None, "month.missing", advice)
            return {}
        if wanted is not None and month != wanted:
            advice = f"的标题写的是{month.label}，不是{wanted.label}：请核对月份"
            sheet.refuse_table(table, "name", "month.mismatch", advice)
            return {}
        inside, outside = month_days(list(table.header.keys), month)
        for key in outside:
            sheet.refuse_table(table, key, "month.mismatch", f"不在{month.label}：请核对月份，或改正表头的日期")
        return inside

    sheet = SheetImport(run, days_of, lambda cell: _UNDER_A_DAY.fullmatch(header_text(cell)) is not None)
    sheet.take()


def _month(run: PeopleImport, table: Table, wanted: Month | None) -> Month | None:
    """What is written nearest to the table counts first; dates in the header name their month themselves."""
    written = [key[3:10] for key in table.header.keys if key.startswith("on:20")]
    nearest = [*reversed(table.above), table.sheet or "", *written[:1]]
    found = month_of(nearest, year=wanted.year if wanted else None)
    return found or wanted or month_of([run.filename])
