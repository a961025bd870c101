"""import_talks FILE --unit CODE [--dry-run] [--as USER] [--json]: a ledger of talks."""

from cadres.actions.import_talks import import_talks
from cadres.management.table_command import TableCommand


class Command(TableCommand):
    help = "导入谈话提醒台账（.xlsx、.xls、.et、.csv）。有任何错误就一行也不写入。"

    def bring_in(self, **given):
        return import_talks(**given)
