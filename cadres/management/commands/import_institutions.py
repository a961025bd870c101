"""import_institutions FILE --unit CODE [--dry-run] [--as USER] [--json]: a directory of institutions."""

from cadres.actions.import_institutions import import_institutions
from cadres.management.table_command import TableCommand


class Command(TableCommand):
    help = "导入单位名录（.xlsx、.xls、.et、.csv）。有任何错误就一行也不写入。"

    def bring_in(self, **given):
        return import_institutions(**given)
