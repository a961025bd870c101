"""import_month_sheet FILE --unit CODE [--month M] [--json]: the month form of the attendance sheet."""

from attendance.actions.import_month_sheet import import_month_sheet
from cadres.management.table_command import TableCommand


class Command(TableCommand):
    help = "导入月考勤表（.xlsx、.xls、.et、.csv）。有任何错误就一行也不写入；再次导入会取代原来的登记。"

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--month", metavar="M", help="月份，如 2026-10；不写时按表的标题")

    def more(self, options: dict) -> dict:
        return {"month": self.month(options["month"]) if options["month"] else None}

    def bring_in(self, **given):
        return import_month_sheet(**given)
