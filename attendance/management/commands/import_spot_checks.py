"""import_spot_checks FILE --unit CODE [--json] (contracts.md)."""

from attendance.actions.import_spot_checks import import_spot_checks
from cadres.management.table_command import TableCommand


class Command(TableCommand):
    help = "导入抽查台账（.xlsx、.xls、.et、.csv）。有任何错误就一行也不写入。"

    def bring_in(self, **given):
        return import_spot_checks(**given)
