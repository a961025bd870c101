"""import_leaves FILE --unit CODE [--json] (contracts.md)."""

from attendance.actions.import_leaves import import_leaves
from cadres.management.table_command import TableCommand


class Command(TableCommand):
    help = "导入请假台账（.xlsx、.xls、.et、.csv）。有任何错误就一行也不写入。"

    def bring_in(self, **given):
        return import_leaves(**given)
