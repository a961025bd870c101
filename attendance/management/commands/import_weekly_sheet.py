"""import_weekly_sheet FILE --unit CODE --week W [--json] (contracts.md, Weekly sheet)."""

from attendance.actions.import_weekly_sheet import import_weekly_sheet
from cadres.management.table_command import TableCommand


class Command(TableCommand):
    help = "导入周考勤表（.xlsx、.xls、.et、.csv）。有任何错误就一行也不写入；再次导入会取代原来的登记。"

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--week", required=True, metavar="W", help="周，如 2026-W45")

    def more(self, options: dict) -> dict:
        return {"week": self.week(options["week"])}

    def bring_in(self, **given):
        return import_weekly_sheet(**given)
