"""import_check_ins FILE --unit CODE [--json] (contracts.md)."""

from attendance.actions.import_check_ins import import_check_ins
from cadres.management.table_command import TableCommand


class Command(TableCommand):
    help = "导入打卡记录（.xlsx、.xls、.et、.csv）。有任何错误就一行也不写入。"

    def bring_in(self, **given):
        return import_check_ins(**given)
