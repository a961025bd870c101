"""import_units FILE --unit CODE [--dry-run] [--as USER] [--json]: the division codes file."""

from cadres.actions.import_units import import_units
from cadres.management.table_command import TableCommand


class Command(TableCommand):
    help = "导入区划代码表（.xlsx、.xls、.et、.csv）。有任何错误就一行也不写入。"

    def bring_in(self, **given):
        return import_units(**given)
