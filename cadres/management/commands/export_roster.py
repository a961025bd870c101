"""export_roster --unit CODE [--date D] (--out FILE.xlsx | --json) (contracts.md, Commands)."""

from pathlib import Path

from cadres.actions.export_roster import export_roster, roster_file
from townships import periods
from townships.commands import JsonCommand, UsageError


class Command(JsonCommand):
    help = "导出某天在单位范围内驻村的人员。"

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--unit", required=True, metavar="CODE", help="单位的 12 位区划代码")
        parser.add_argument("--date", metavar="D", help="哪一天在驻，如 2026-11-02；默认今天")
        parser.add_argument("--out", metavar="FILE.xlsx", help="写到这个文件；.csv 结尾的写成文本表格")

    def handle(self, *args, **options) -> None:
        if not options["as_json"] and not options["out"]:
            raise UsageError("请用 --out 指定文件，或用 --json 打印。")
        super().handle(*args, **options)

    def answer(self, *, unit: str, date: str | None, out: str | None, **options) -> object:
        node = self.unit(unit)
        day = self.day(date) if date else periods.today()
        rows = list(export_roster(unit=node, day=day))
        if not out:
            return rows
        title = f"{node.name}驻村工作队员花名册({periods.chinese_date(day)}在驻)"
        try:
            form = "csv" if out.lower().endswith(".csv") else "xlsx"
            Path(out).write_bytes(roster_file(unit=node, day=day, title=title, form=form))
        except OSError as error:
            raise UsageError(f"写不了文件 {out}，请核对路径和权限。") from error
        self.log(f"已写入 {out}：{len(rows)} 人。")
        return rows

    def in_words(self, document: list) -> str:
        return f"共 {len(document)} 人。"
