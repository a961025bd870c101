"""import_roster FILE --unit CODE [--dry-run] [--as USER] [--json] (contracts.md, Roster)."""

from cadres.actions.import_roster import import_roster
from townships.commands import JsonCommand


class Command(JsonCommand):
    help = "导入花名册（.xlsx、.xls、.et、.csv）。有任何错误就一行也不写入。"

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", metavar="FILE", help="花名册文件")
        parser.add_argument("--unit", required=True, metavar="CODE", help="单位的 12 位区划代码")
        parser.add_argument("--dry-run", action="store_true", help="只检查，不写入")
        parser.add_argument("--as", dest="username", metavar="USER", help="以这个账号的权限导入")

    def answer(self, *, file: str, unit: str, dry_run: bool, username: str | None, **options) -> dict:
        filename, content = self.file(file)
        report = import_roster(
            unit=self.unit(unit),
            content=content,
            filename=filename,
            actor=self.user(username),
            dry_run=dry_run,
            keep_rows=False,
        )
        return report.to_json()

    def in_words(self, document: dict) -> str:
        lines = [f"错误：{problem['message']}" for problem in document["errors"]]
        lines += [f"提醒：{problem['message']}" for problem in document["warnings"]]
        counts = "共 {rows} 行，新增 {created}，更新 {updated}，未变 {unchanged}".format(**document)
        outcome = "已导入" if document["committed"] else "没有写入"
        return "\n".join([*lines, f"{outcome}：{counts}。"])

    def refused(self, document: dict) -> bool:
        return bool(document["errors"])
