"""import_accounts FILE --unit CODE [--dry-run] [--as USER] [--json]: accounts and their roles."""

from cadres.actions.import_accounts import import_accounts
from cadres.management.table_command import TableCommand


class Command(TableCommand):
    help = "导入账号和任职（.xlsx、.xls、.et、.csv）。有任何错误就一行也不写入；新账号没有密码，在账号列表里生成。"

    def bring_in(self, **given):
        return import_accounts(**given)
