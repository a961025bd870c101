"""A typed-in 周考勤表 (contracts.md, Weekly sheet)."""

from attendance.actions.sheet_import import Days, SheetImport
from attendance.columns import WEEKLY_SHEET, sheet_days
from cadres.actions.table_import import Order, PeopleImport, run_import
from cadres.roster.headers import header_text
from cadres.roster.reader import Table
from cadres.roster.report import ImportReport
from townships.periods import Week


def import_weekly_sheet(*, week: Week, **order) -> ImportReport:
    """Bring in the marks of one week (other arguments: `Order`). Again, it supersedes marks that differ and leaves the
    rest. Marks of days to come and of days without a posting are left out with a warning."""
    return run_import(
        Order(**order),
        columns=WEEKLY_SHEET,
        capability="manage_evidence",
        act="sheet.imported",
        take=lambda run: _take(run, week),
        make=PeopleImport,
    )


def _take(run: PeopleImport, week: Week) -> None:
    def days_of(table: Table) -> Days:
        """The days of a table; a sheet of another week or without days is refused."""
        inside, outside = sheet_days(list(table.header.keys), week)
        for key in outside:
            sheet.refuse_table(table, key, "week.mismatch", f"不在{week.label}：请核对周次，或改正表头的日期")
        if not inside and not outside:
            advice = "没有找到星期一至星期日的列：请在表头写明星期或日期后重新上传"
            sheet.refuse_table(table, None, "file.no_header", advice)
        return inside

    sheet = SheetImport(run, days_of, lambda cell: WEEKLY_SHEET.match(header_text(cell)) is not None)
    sheet.take()
